import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { events, ipAddresses, type Service, serviceCIDRs, services } from '../../../api/index.ts'
import { is } from '../../../api/meta/statusError.ts'
import { serviceAddress } from '../../../api/networking/serviceRanges.ts'
import { createVirtualClock, type VirtualClock } from '../../../base/virtualClock.ts'
import type { Client } from '../../../client/client.ts'
import { eventually } from '../../../testing/eventually.ts'
import { startTwoServers, type TwoServers } from '../../../testing/twoServers.ts'

let clock: VirtualClock
let servers: TwoServers
let client: Client
before(async () => {
  clock = createVirtualClock(Date.parse('2026-01-01T00:00:00Z'))
  servers = await startTwoServers('10.96.0.0/24', clock)
  client = servers.clients[0]
})
after(() => servers?.stop())

const namespace = 'default'
const create = (name: string, clusterIP: string) =>
  client.of(services).create({ metadata: { name, namespace }, spec: { clusterIP, ports: [{ port: 80 }] } })
const parentOf = async (address: string) => {
  try {
    const { parentRef } = (await client.of(ipAddresses).get(address)).spec
    return `${parentRef?.resource} ${parentRef?.namespace}/${parentRef?.name}`
  } catch (error) {
    if (is(error, 'NotFound')) return undefined
    throw error
  }
}
const told = async (reason: string) =>
  (await client.of(events).list()).items.filter(each => each.reason === reason).map(each => each.message)
/** Time goes on until it holds. */
const inTime = (check: () => Promise<boolean>) =>
  eventually(async () => {
    await clock.advance(10_000)
    return check()
  })

test('an address that is missing is made again, and told of', async () => {
  await create('a', '10.96.0.9')
  await client.of(ipAddresses).delete('10.96.0.9')
  await eventually(async () => (await parentOf('10.96.0.9')) === 'services default/a')
  const words = 'Cluster IP [IPv4]: 10.96.0.9 is not allocated; repairing'
  await eventually(async () => (await told('ClusterIPNotAllocated')).includes(words))
})

test('an address that says it is another’s is made anew', async () => {
  await create('b', '10.96.0.10')
  await client.of(ipAddresses).delete('10.96.0.10')
  await eventually(async () => (await parentOf('10.96.0.10')) === 'services default/b')
  // As somebody else may have made it in between.
  const { metadata } = await client.of(ipAddresses).get('10.96.0.10')
  await client.of(ipAddresses).delete('10.96.0.10', { preconditions: { uid: metadata.uid ?? '' } })
  const other = {
    metadata: { name: '10.96.0.10' },
    spec: { parentRef: { group: 'a.b', resource: 'gateways', name: 'g' } },
  }
  await client
    .of(ipAddresses)
    .create(other)
    .catch(() => undefined)
  await inTime(async () => (await parentOf('10.96.0.10')) === 'services default/b')
})

test('labels that are not the allocator’s are put right', async () => {
  await create('c', '10.96.0.11')
  await client.of(ipAddresses).patch('10.96.0.11', 'merge', { metadata: { labels: null } })
  await eventually(async () => {
    const { labels } = (await client.of(ipAddresses).get('10.96.0.11')).metadata
    return labels?.['ipaddress.kubernetes.io/managed-by'] === 'ipallocator.k8s.io'
  })
  assert.equal(await parentOf('10.96.0.11'), 'services default/c')
})

test('an address without its service goes a minute later: until then the service may be under way', async () => {
  await client.of(ipAddresses).create(serviceAddress('10.96.0.12', { namespace, name: 'nobody' }))
  await clock.advance(55_000)
  assert.equal(await parentOf('10.96.0.12'), 'services default/nobody')
  await inTime(async () => (await parentOf('10.96.0.12')) === undefined)
  const words = 'IPAddress: 10.96.0.12 for Service default/nobody appears to have leaked: cleaning up'
  await eventually(async () => (await told('IPAddressNotAllocated')).includes(words))
})

test('one of a service that has another goes, one that somebody else made stays', async () => {
  await client.of(ipAddresses).create(serviceAddress('10.96.0.13', { namespace, name: 'a' }))
  const foreign = serviceAddress('10.96.0.14', { namespace, name: 'nobody' })
  await client.of(ipAddresses).create({ ...foreign, metadata: { name: '10.96.0.14' } })
  await inTime(async () => (await parentOf('10.96.0.13')) === undefined)
  const words = 'IPAddress: 10.96.0.13 for Service default/a has a wrong reference; cleaning up'
  await eventually(async () => (await told('IPAddressWrongReference')).includes(words))
  assert.equal(await parentOf('10.96.0.14'), 'services default/nobody')
})

test('the default range is made again when it is gone, and a second server agrees with it', async () => {
  const ranges = client.of(serviceCIDRs)
  const first = await ranges.get('kubernetes')
  assert.deepEqual(first.spec.cidrs, ['10.96.0.0/24'])
  const ready = first.status.conditions?.map(({ type, status, message }) => [type, status, message])
  assert.deepEqual(ready, [['Ready', 'True', 'Kubernetes default Service CIDR is ready']])
  await ranges.delete('kubernetes')
  await eventually(async () => {
    const { metadata, status } = await ranges.get('kubernetes')
    return metadata.uid !== first.metadata.uid && status.conditions?.[0]?.status === 'True'
  })
  assert.deepEqual(await told('KubernetesDefaultServiceCIDRInconsistent'), [])
})

test('a service beyond all ranges is told of', async () => {
  const ranges = client.of(serviceCIDRs)
  await ranges.create({ metadata: { name: 'more' }, spec: { cidrs: ['10.97.0.0/24'] } })
  const { metadata }: Service = await create('far', '10.97.0.9')
  await ranges.delete('more')
  await client.of(services).patch(metadata.name ?? '', 'merge', { metadata: { labels: { a: 'b' } } }, { namespace })
  const words = 'Cluster IP [IPv4]: 10.97.0.9 is not within any configured Service CIDR; please recreate service'
  await eventually(async () => (await told('ClusterIPOutOfRange')).includes(words))
})
