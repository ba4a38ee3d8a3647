import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { type Service, services } from '../../api/index.ts'
import { seededRandom } from '../../base/random.ts'
import { createVirtualClock, type VirtualClock } from '../../base/virtualClock.ts'
import type { Draft } from '../../schema/types.ts'
import type { AdmissionPlugin } from '../contract.ts'
import { type FixedObjects, fixedObjects, write } from '../objects.test-suite.ts'
import { serviceAllocation } from './allocation.ts'
import type { RangesOptions } from './ranges.ts'

let objects: FixedObjects
let clock: VirtualClock
let plugin: AdmissionPlugin
const single: RangesOptions = { serviceCidrs: ['10.96.0.0/24'], nodePorts: { from: 30000, to: 30099 } }
const start = (options: RangesOptions = single) => {
  objects = fixedObjects()
  clock = createVirtualClock(0)
  plugin = serviceAllocation({ objects, clock, random: seededRandom(1) }, options)
}
beforeEach(() => start())

type Spec = Draft<Service['spec']>
const service = (name: string, spec: Spec): Service =>
  ({
    metadata: { name, namespace: 'default' },
    spec: { type: 'ClusterIP', ports: [{ port: 80 }], ...structuredClone(spec) },
  }) as Service

async function create(name: string, spec: Spec = {}, dryRun = false): Promise<Service['spec']> {
  const object = service(name, spec)
  await plugin.mutate?.(write('CREATE', services, { object, namespace: 'default', dryRun }))
  if (!dryRun) objects.put(services, object)
  return object.spec
}
async function update(name: string, spec: Spec): Promise<Service['spec']> {
  const object = service(name, spec)
  await plugin.mutate?.(
    write('UPDATE', services, { object, old: objects.get(services, 'default', name), namespace: 'default', name }),
  )
  objects.put(services, object)
  return object.spec
}

test('a service gets an address, beyond those kept for who asks by number', async () => {
  const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy } = await create('a')
  assert.deepEqual([clusterIPs, ipFamilies, ipFamilyPolicy], [[clusterIP], ['IPv4'], 'SingleStack'])
  assert.ok(Number(clusterIP?.split('.')[3]) > 16)
})

test('every address is given once, the last ones too, and then there are none', async () => {
  // 254 addresses, the first is the API server's.
  const given = new Set<string>()
  for (let i = 0; i < 253; i++) given.add((await create(`s${i}`)).clusterIP ?? '')
  assert.equal(given.size, 253)
  assert.ok(!given.has('10.96.0.0') && !given.has('10.96.0.1') && !given.has('10.96.0.255'))
  await assert.rejects(create('one-too-many'), {
    reason: 'InternalError',
    message: 'Internal error occurred: failed to allocate a serviceIP for Service "one-too-many": range is full',
  })
})

const refused: readonly [string, Spec, string][] = [
  [
    'an address that is taken',
    { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] },
    'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated',
  ],
  [
    'an address from elsewhere',
    { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.1'] },
    'spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided IP (10.0.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/24',
  ],
  [
    'the API server’s own address',
    { clusterIP: '10.96.0.1', clusterIPs: ['10.96.0.1'] },
    'spec.clusterIPs: Invalid value: ["10.96.0.1"]: failed to allocate IP 10.96.0.1: provided IP is already allocated',
  ],
  [
    'a node port that is taken',
    { type: 'NodePort', ports: [{ port: 80, nodePort: 30005 }] },
    'spec.ports[0].nodePort: Invalid value: 30005: provided port is already allocated',
  ],
  [
    'a node port from elsewhere',
    { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
    'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30099',
  ],
  [
    'a family that the cluster lacks',
    { ipFamilies: ['IPv6'] },
    'spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  ],
  [
    'two stacks where there is one',
    { ipFamilyPolicy: 'RequireDualStack' },
    'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
]
for (const [name, spec, message] of refused) {
  test(`${name} is refused`, async () => {
    await create('first', {
      type: 'NodePort',
      clusterIP: '10.96.0.9',
      clusterIPs: ['10.96.0.9'],
      ports: [{ port: 80, nodePort: 30005 }],
    })
    await assert.rejects(create('x', spec), {
      reason: 'Invalid',
      code: 422,
      message: `Service "x" is invalid: ${message}`,
    })
  })
}

test('what a service has it may ask for again, and what was deleted is free', async () => {
  const spec: Spec = { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }
  await create('a', spec)
  await create('a', spec)
  objects.remove(services as never, 'default', 'a')
  await clock.advance(5001)
  await create('b', spec)
})

test('a value on its way is nobody else’s, until the write has had its time', async () => {
  const spec: Spec = { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }
  const under = (name: string) =>
    plugin.mutate?.(write('CREATE', services, { object: service(name, spec), namespace: 'default' }))
  await under('a')
  await assert.rejects(async () => under('b'), /provided IP is already allocated/)
  await under('a')
  await clock.advance(5001)
  await under('b')
})

test('a dry run is told, and keeps nothing', async () => {
  const spec: Spec = { clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }
  await create('a', spec, true)
  await create('b', spec)
})

test('headless services and names of others get no address', async () => {
  assert.deepEqual((await create('a', { clusterIP: 'None', clusterIPs: ['None'], selector: { a: 'b' } })).clusterIPs, [
    'None',
  ])
  const { clusterIPs, ipFamilies } = await create('b', { type: 'ExternalName', externalName: 'example.org' })
  assert.deepEqual([clusterIPs, ipFamilies], [undefined, undefined])
  const bare = await create('c', { clusterIP: 'None', clusterIPs: ['None'] })
  assert.deepEqual([bare.ipFamilies, bare.ipFamilyPolicy], [['IPv4', 'IPv6'], 'RequireDualStack'])
})

test('ports of the same number share a node port', async () => {
  const { ports } = await create('dns', {
    type: 'NodePort',
    ports: [
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'web', port: 80, protocol: 'TCP' },
    ],
  })
  const [tcp, udp, web] = ports?.map(port => port.nodePort) ?? []
  assert.equal(tcp, udp)
  assert.notEqual(tcp, web)
  assert.ok(tcp && tcp >= 30016 && tcp <= 30099)
})

test('a service that becomes reachable from outside gets node ports, one that changes keeps those it has', async () => {
  const before = await create('a')
  const first = await update('a', { ...before, type: 'NodePort' })
  const port = first.ports?.[0]?.nodePort
  assert.ok(port)
  const second = await update('a', { ...first, ports: [{ port: 80, nodePort: port }, { port: 443 }] })
  assert.deepEqual([second.ports?.[0]?.nodePort, second.clusterIP], [port, before.clusterIP])
  assert.ok(second.ports?.[1]?.nodePort)
})

test('a load balancer that wants no node ports gets none, but its health check does', async () => {
  const spec = await create('lb', {
    type: 'LoadBalancer',
    allocateLoadBalancerNodePorts: false,
    externalTrafficPolicy: 'Local',
  })
  assert.equal(spec.ports?.[0]?.nodePort, undefined)
  assert.ok(spec.healthCheckNodePort)
})

test('with two ranges a service gets what it asks for', async () => {
  start({ ...single, serviceCidrs: ['10.96.0.0/24', 'fd00:96::/112'] })
  assert.deepEqual((await create('a')).ipFamilies, ['IPv4'])
  const { ipFamilies, clusterIPs, clusterIP } = await create('b', { ipFamilyPolicy: 'PreferDualStack' })
  assert.deepEqual(ipFamilies, ['IPv4', 'IPv6'])
  assert.deepEqual([clusterIPs?.length, clusterIPs?.[0]], [2, clusterIP])
  assert.match(clusterIPs?.[1] ?? '', /^fd00:96::/)
  const third = await create('c', { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] })
  assert.deepEqual(third.ipFamilies, ['IPv6', 'IPv4'])
})
