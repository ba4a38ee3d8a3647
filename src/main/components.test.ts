import assert from 'node:assert/strict'
import { test } from 'node:test'
import { componentStatuses as kind } from '../api/core/componentStatus.ts'
import { createClient } from '../client/client.ts'
import { startPlane } from '../testing/plane.ts'
import { cells } from '../testing/writes.ts'
import { componentStatuses } from './components.ts'

test('what runs in this process is well while it is', async () => {
  const all = await componentStatuses({ controllers: true, scheduler: true, store: false })
  assert.deepEqual(
    all.map(object => Object.values(cells(kind, object))),
    [
      ['controller-manager', 'Healthy', 'ok', ''],
      ['scheduler', 'Healthy', 'ok', ''],
      ['etcd-0', 'Unhealthy', 'the store is lost', ''],
    ],
  )
})

test('components are made when somebody asks for them', async () => {
  const plane = await startPlane()
  try {
    const client = createClient(plane.transport).of(kind)
    assert.deepEqual((await client.get('etcd-0')).conditions, [{ type: 'Healthy', status: 'True', message: 'ok' }])
    const { items } = await client.list()
    assert.deepEqual(items.map(({ metadata }) => metadata.name).sort(), ['controller-manager', 'etcd-0', 'scheduler'])
    await assert.rejects(client.get('none'), /componentstatus "none" not found/)
    await assert.rejects(client.delete('etcd-0'), /does not allow this method/)
  } finally {
    await plane.stop()
  }
})
