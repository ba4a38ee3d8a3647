import assert from 'node:assert/strict'
import { test } from 'node:test'
import { serviceCIDRs, services } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { servicecidrs } from './index.ts'

test('a range that services use is held until they are gone, and gives no more addresses', async context => {
  const clock = createVirtualClock(Date.parse('2026-01-01T00:00:00Z'))
  const cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [servicecidrs], clock })
  context.after(() => cluster.stop())
  const ranges = cluster.client.of(serviceCIDRs)
  const create = (name: string, clusterIP: string) =>
    cluster.client
      .of(services)
      .create({ metadata: { name, namespace: 'default' }, spec: { clusterIP, ports: [{ port: 80 }] } })
  const state = async () => {
    const { metadata, status } = await ranges.get('more')
    const ready = status.conditions?.find(({ type }) => type === 'Ready')
    return [metadata.finalizers, ready?.status, ready?.reason ?? '']
  }
  const held = ['networking.k8s.io/service-cidr-finalizer']
  const becomes = (...wanted: unknown[]) =>
    eventually(async () => {
      assert.deepEqual(await state(), wanted)
      return true
    })
  await ranges.create({ metadata: { name: 'more' }, spec: { cidrs: ['10.97.0.0/24'] } })
  await becomes(held, 'True', '')
  await create('a', '10.97.0.9')
  await ranges.delete('more')
  await becomes(held, 'False', 'Terminating')
  await assert.rejects(create('b', '10.97.0.10'), /the provided network does not match the current range/)
  await cluster.client.of(services).delete('a', { namespace: 'default' })
  await eventually(async () => {
    await clock.advance(1000)
    return ranges.get('more').then(
      () => false,
      error => is(error, 'NotFound'),
    )
  })
  assert.ok(clock.now() >= Date.parse('2026-01-01T00:00:10Z'), 'servers have had their time to hear of it')
})
