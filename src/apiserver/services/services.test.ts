import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ipAddresses, type Service, serviceCIDRs, services } from '../../api/index.ts'
import type { Client } from '../../client/client.ts'
import type { Draft } from '../../schema/types.ts'
import { startTwoServers, type TwoServers } from '../../testing/twoServers.ts'

/** A cluster of one family and one of two, both of two servers on one store. */
let single: TwoServers
let dual: TwoServers
before(async () => {
  ;[single, dual] = await Promise.all([startTwoServers('10.96.0.0/24'), startTwoServers('10.96.0.0/24,fd00:96::/112')])
})
after(() => Promise.all([single?.stop(), dual?.stop()]))

type Spec = Draft<Service['spec']>
const namespace = 'default'
const ports = [{ port: 80 }]
const create = async (client: Client, name: string, spec: Spec = {}, dryRun = false) =>
  (await client.of(services).create({ metadata: { name, namespace }, spec: { ports, ...spec } }, { dryRun })).spec
const update = async (client: Client, name: string, spec: Spec) =>
  (await client.of(services).update({ metadata: { name, namespace }, spec: { ports, ...spec } })).spec
const remove = (client: Client, name: string) => client.of(services).delete(name, { namespace })
const kept = async (client: Client, name: string) =>
  (await client.of(ipAddresses).list()).items
    .filter(({ spec }) => spec.parentRef?.name === name)
    .map(({ metadata }) => metadata.name)

test('a service gets an address, beyond those kept for who asks by number, and an IPAddress keeps it', async () => {
  const [client] = single.clients
  const { clusterIP = '', clusterIPs, ipFamilies, ipFamilyPolicy } = await create(client, 'a')
  assert.deepEqual([clusterIPs, ipFamilies, ipFamilyPolicy], [[clusterIP], ['IPv4'], 'SingleStack'])
  assert.ok(Number(clusterIP.split('.')[3]) > 16)
  const { metadata, spec } = await client.of(ipAddresses).get(clusterIP)
  assert.deepEqual(metadata.labels, {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  })
  assert.deepEqual({ ...spec.parentRef }, { resource: 'services', namespace, name: 'a' })
  assert.equal(metadata.managedFields?.[0]?.manager, 'kube-apiserver')
  await remove(client, 'a')
  assert.deepEqual(await kept(client, 'a'), [])
})

const refused: readonly [string, Spec, string][] = [
  [
    'an address that is taken',
    { clusterIP: '10.96.0.9' },
    'spec.clusterIPs: Invalid value: ["10.96.0.9"]: failed to allocate IP 10.96.0.9: provided IP is already allocated',
  ],
  [
    'an address from elsewhere',
    { clusterIP: '10.0.0.1' },
    'spec.clusterIPs: Invalid value: ["10.0.0.1"]: failed to allocate IP 10.0.0.1: the provided network does not match the current range',
  ],
  [
    'the broadcast address',
    { clusterIP: '10.96.0.255' },
    'spec.clusterIPs: Invalid value: ["10.96.0.255"]: failed to allocate IP 10.96.0.255: the provided network does not match the current range',
  ],
  [
    'the API server’s own address',
    { clusterIP: '10.96.0.1' },
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
    'spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
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
  [
    'an address of a family that the cluster lacks',
    { clusterIP: 'fd00::1' },
    'spec.clusterIPs[0]: Invalid value: ["fd00::1"]: IPv6 is not configured on this cluster',
  ],
]
test('what cannot be had is refused, and nothing is kept', async () => {
  const [client] = single.clients
  const first: Spec = { type: 'NodePort', clusterIP: '10.96.0.9', ports: [{ port: 80, nodePort: 30005 }] }
  await create(client, 'first', first)
  for (const [what, spec, message] of refused) {
    await assert.rejects(
      create(client, 'x', spec),
      { reason: 'Invalid', code: 422, message: `Service "x" is invalid: ${message}` },
      what,
    )
  }
  // Refused for the second port, after an address and a port were given, and by a rule after everything was.
  const two = [
    { name: 'a', port: 80, nodePort: 30006 },
    { name: 'b', port: 81, nodePort: 30005 },
  ]
  await assert.rejects(create(client, 'x', { type: 'NodePort', ports: two }), /already allocated/)
  const bad = [{ port: 80, nodePort: 30006, targetPort: 0 }]
  await assert.rejects(create(client, 'x', { type: 'NodePort', ports: bad, externalIPs: ['x'] }), /externalIPs/)
  assert.deepEqual(await kept(client, 'x'), [])
  await create(client, 'x', { type: 'NodePort', ports: [{ port: 80, nodePort: 30006 }] })
  await Promise.all(['first', 'x'].map(name => remove(client, name)))
  assert.deepEqual(await kept(client, 'first'), [])
  await create(client, 'first', first)
  await remove(client, 'first')
})

test('a service that exists already costs nobody an address', async () => {
  const [client] = single.clients
  const { clusterIP } = await create(client, 'a')
  await assert.rejects(create(client, 'a', { type: 'NodePort' }), { reason: 'AlreadyExists' })
  assert.deepEqual(await kept(client, 'a'), [clusterIP])
  await remove(client, 'a')
})

test('a dry run is told something, and keeps nothing', async () => {
  const [client] = single.clients
  const dry = await create(client, 'a', { type: 'NodePort' }, true)
  assert.deepEqual([dry.clusterIP, dry.ports?.[0]?.nodePort], ['10.96.0.0', 32769])
  await create(client, 'a', { clusterIP: '10.96.0.9' }, true)
  assert.deepEqual(await kept(client, 'a'), [])
  await create(client, 'b', { clusterIP: '10.96.0.9' })
  await client.of(services).delete('b', { namespace, dryRun: true })
  assert.deepEqual(await kept(client, 'b'), ['10.96.0.9'])
  await remove(client, 'b')
})

test('headless services and names of others get no address', async () => {
  const [client] = single.clients
  const picking = await create(client, 'a', { clusterIP: 'None', selector: { a: 'b' } })
  const bare = await create(client, 'b', { clusterIP: 'None' })
  const name = await create(client, 'c', { type: 'ExternalName', externalName: 'example.org', ports: [] })
  const shown = [picking, bare, name].map(spec => [spec.clusterIPs, spec.ipFamilies, spec.ipFamilyPolicy])
  assert.deepEqual(shown, [
    [['None'], ['IPv4'], 'SingleStack'],
    [['None'], ['IPv4', 'IPv6'], 'RequireDualStack'],
    [undefined, undefined, undefined],
  ])
  for (const each of ['a', 'b', 'c']) {
    assert.deepEqual(await kept(client, each), [])
    await remove(client, each)
  }
})

test('a service that changes its type gets and gives back what that needs; sent again it stays as it is', async () => {
  const [client] = single.clients
  const web = [{ port: 80 }]
  const plain = await create(client, 'a')
  const { clusterIP = '' } = plain
  const open = await update(client, 'a', { type: 'NodePort', ports: web })
  const nodePort = open.ports?.[0]?.nodePort ?? 0
  assert.ok(nodePort >= 30086, 'beyond those kept for who asks by number')
  assert.equal(open.clusterIP, clusterIP)
  const again = await update(client, 'a', { type: 'NodePort', ports: web })
  assert.deepEqual([again.clusterIP, again.ports?.[0]?.nodePort], [clusterIP, nodePort])
  const more = await update(client, 'a', {
    type: 'NodePort',
    ports: [
      { name: 'a', port: 80, nodePort },
      { name: 'b', port: 443 },
    ],
  })
  assert.deepEqual([more.ports?.[0]?.nodePort, more.clusterIP], [nodePort, clusterIP])
  assert.ok(more.ports?.[1]?.nodePort)
  const named = await update(client, 'a', { type: 'ExternalName', externalName: 'example.org', ports: [] })
  assert.deepEqual([named.clusterIP, named.clusterIPs, named.ipFamilies], [undefined, undefined, undefined])
  assert.deepEqual(await kept(client, 'a'), [])
  // Its port is free again, too.
  const asked = [{ port: 80, nodePort }]
  await create(client, 'b', { type: 'NodePort', ports: asked })
  await remove(client, 'b')
  const back = await update(client, 'a', { type: 'NodePort', ports: asked })
  assert.deepEqual(await kept(client, 'a'), [back.clusterIP])
  assert.deepEqual(back.ports?.[0]?.nodePort, nodePort)
  const closed = await update(client, 'a', { ports: web })
  assert.deepEqual([closed.ports?.[0]?.nodePort, closed.clusterIP], [undefined, back.clusterIP])
  await remove(client, 'a')
})

test('ports of the same number share a node port, and load balancers get what they want', async () => {
  const [client] = single.clients
  const { ports: dns } = await create(client, 'dns', {
    type: 'NodePort',
    ports: [
      { name: 'tcp', port: 53, protocol: 'TCP' },
      { name: 'udp', port: 53, protocol: 'UDP' },
      { name: 'web', port: 80, protocol: 'TCP' },
    ],
  })
  const [tcp, udp, web] = dns?.map(port => port.nodePort) ?? []
  assert.ok(tcp && tcp === udp && web !== tcp)
  const lb: Spec = { type: 'LoadBalancer', allocateLoadBalancerNodePorts: false, externalTrafficPolicy: 'Local' }
  const balanced = await create(client, 'lb', lb)
  const health = balanced.healthCheckNodePort ?? 0
  assert.deepEqual([balanced.ports?.[0]?.nodePort, health > 30000], [undefined, true])
  const message = `Internal error occurred: failed to allocate requested HealthCheck NodePort ${health}: provided port is already allocated`
  await assert.rejects(create(client, 'other', { ...lb, healthCheckNodePort: health }), { code: 500, message })
  await update(client, 'lb', { ...lb, externalTrafficPolicy: 'Cluster' })
  await create(client, 'other', { ...lb, healthCheckNodePort: health })
  await Promise.all(['dns', 'lb', 'other'].map(name => remove(client, name)))
})

/** What is asked for, what comes of it: families, policy and how many addresses, or the message. */
const stacks: readonly [string, Spec, string][] = [
  ['nothing', {}, 'IPv4 SingleStack 1'],
  ['the other family', { ipFamilies: ['IPv6'] }, 'IPv6 SingleStack 1'],
  ['both, if can be', { ipFamilyPolicy: 'PreferDualStack' }, 'IPv4,IPv6 PreferDualStack 2'],
  [
    'both, the other first',
    { ipFamilyPolicy: 'RequireDualStack', ipFamilies: ['IPv6'] },
    'IPv6,IPv4 RequireDualStack 2',
  ],
  ['an address of the other family', { clusterIP: 'fd00:96::9' }, 'IPv6 SingleStack 1'],
  [
    'two addresses',
    { ipFamilyPolicy: 'PreferDualStack', clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9', 'fd00:96::9'] },
    'IPv4,IPv6 PreferDualStack 2',
  ],
  [
    'two addresses of one stack',
    { ipFamilyPolicy: 'SingleStack', clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9', 'fd00:96::9'] },
    "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified",
  ],
  [
    'two families of one stack',
    { ipFamilies: ['IPv4', 'IPv6'] },
    "spec.ipFamilyPolicy: Invalid value: \"SingleStack\": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified",
  ],
  [
    'a family twice',
    { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv4'] },
    'spec.ipFamilies[1]: Duplicate value: "IPv4"',
  ],
  [
    'an address of another family than that of its place',
    { ipFamilies: ['IPv6'], clusterIP: '10.96.0.9' },
    'spec.clusterIPs[0]: Invalid value: "10.96.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`',
  ],
  [
    'a second address that is taken',
    { ipFamilyPolicy: 'PreferDualStack', clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9', 'fd00:96::1:1'] },
    'spec.clusterIPs: Invalid value: ["10.96.0.9","fd00:96::1:1"]: failed to allocate IP fd00:96::1:1: the provided network does not match the current range',
  ],
  [
    'no address, some pods',
    { clusterIP: 'None', selector: { a: 'b' }, ipFamilyPolicy: 'PreferDualStack' },
    'IPv4,IPv6 PreferDualStack 1',
  ],
  ['no address, no pods', { clusterIP: 'None' }, 'IPv4,IPv6 RequireDualStack 1'],
  [
    'no address, no pods, one stack',
    { clusterIP: 'None', ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] },
    'IPv6 SingleStack 1',
  ],
]
const told = ({ ipFamilies, ipFamilyPolicy, clusterIPs }: Service['spec']) =>
  `${ipFamilies} ${ipFamilyPolicy} ${clusterIPs?.length}`

test('with two ranges a service gets the families it asks for', async () => {
  const [client] = dual.clients
  for (const [what, spec, wanted] of stacks) {
    const found = await create(client, 'a', spec).then(told, error => String(error.message))
    assert.equal(found.replace('Service "a" is invalid: ', ''), wanted, what)
    if (!wanted.startsWith('spec.')) await remove(client, 'a')
    assert.deepEqual(await kept(client, 'a'), [], what)
  }
})

/** What stands there, what it is changed to, what comes of that. `same`: fields that stay as they are. */
const switches: readonly [string, Spec, Spec, string][] = [
  ['a second stack', {}, { ipFamilyPolicy: 'RequireDualStack' }, 'IPv4,IPv6 RequireDualStack 2'],
  [
    'a second stack by its family',
    {},
    { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4', 'IPv6'] },
    'IPv4,IPv6 PreferDualStack 2',
  ],
  ['one stack again', { ipFamilyPolicy: 'PreferDualStack' }, { ipFamilyPolicy: 'SingleStack' }, 'IPv4 SingleStack 1'],
  [
    'another policy',
    { ipFamilyPolicy: 'PreferDualStack' },
    { ipFamilyPolicy: 'RequireDualStack' },
    'IPv4,IPv6 RequireDualStack 2',
  ],
  [
    'one family of two, unasked',
    { ipFamilyPolicy: 'PreferDualStack' },
    { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv4'] },
    'spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be \'SingleStack\' to release the secondary IP family',
  ],
  [
    'the other family',
    {},
    { ipFamilyPolicy: 'SingleStack', ipFamilies: ['IPv6'] },
    'spec.clusterIPs[0]: Invalid value: "ADDRESS": expected an IPv6 value as indicated by `ipFamilies[0]`',
  ],
  [
    'families the other way round',
    { ipFamilyPolicy: 'PreferDualStack' },
    { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] },
    'spec.clusterIPs[0]: Invalid value: "ADDRESS": expected an IPv6 value as indicated by `ipFamilies[0]`, ' +
      'spec.clusterIPs[1]: Invalid value: "ADDRESS": expected an IPv4 value as indicated by `ipFamilies[1]`',
  ],
]
test('a service may get a second address and give it back, but the first one stays', async () => {
  const [client] = dual.clients
  for (const [what, before, after, wanted] of switches) {
    const first = await create(client, 'a', before)
    const found = await update(client, 'a', after).then(
      spec => {
        assert.equal(spec.clusterIP, first.clusterIP, what)
        return told(spec)
      },
      error => String(error.message),
    )
    const plain = found.replace('Service "a" is invalid: ', '').replace(/^\[|\]$/g, '')
    assert.equal(plain.replace(/value: "(10\.|fd00:)[^"]*"/g, 'value: "ADDRESS"'), wanted, what)
    const { spec } = await client.of(services).get('a', { namespace })
    assert.deepEqual((await kept(client, 'a')).toSorted(), spec.clusterIPs?.toSorted(), what)
    await remove(client, 'a')
    assert.deepEqual(await kept(client, 'a'), [], what)
  }
})

test('every address is given once, by whichever server, then there are none until there is another range', async () => {
  const [client, other] = single.clients
  // 254 addresses; the first is the API server's, one of the last three another range's.
  const names = Array.from({ length: 253 }, (_, i) => `s${i}`)
  const made = await Promise.all(names.map((name, i) => create(i % 2 ? client : other, name)))
  const given = new Set(made.map(({ clusterIP }) => clusterIP))
  assert.equal(given.size, 253)
  assert.ok(!given.has('10.96.0.0') && !given.has('10.96.0.1') && !given.has('10.96.0.255'))
  const full = 'failed to allocate a serviceIP for Service "one-too-many": range is full'
  await assert.rejects(create(client, 'one-too-many'), {
    reason: 'InternalError',
    message: `Internal error occurred: ${full}`,
  })
  await client.of(serviceCIDRs).create({ metadata: { name: 'more' }, spec: { cidrs: ['10.97.0.0/28'] } })
  const { clusterIP = '' } = await create(other, 'one-more')
  assert.match(clusterIP, /^10\.97\.0\.\d+$/)
  // A range that is not ready is not used.
  const conditions = [
    { type: 'Ready', status: 'False', reason: 'No', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ]
  await client.of(serviceCIDRs).patch('more', 'merge', { status: { conditions } }, { subresource: 'status' })
  await assert.rejects(create(client, 'one-too-many'), { message: `Internal error occurred: ${full}` })
  await client.of(services).deleteCollection({ namespace, fieldSelector: 'metadata.name!=kubernetes' })
  assert.equal((await client.of(ipAddresses).list()).items.length, 1)
})

test('what several ask for at the same moment one gets, and node ports are given once', async () => {
  const both = single.clients
  const asked = await Promise.allSettled(
    Array.from({ length: 8 }, (_, i) =>
      create(both[i % 2] as Client, `asked-${i}`, {
        type: 'NodePort',
        clusterIP: '10.96.0.12',
        ports: [{ port: 80, nodePort: 30012 }],
      }),
    ),
  )
  const [won, ...more] = asked.flatMap((each, i) => (each.status === 'fulfilled' ? [`asked-${i}`] : []))
  assert.ok(won !== undefined && more.length === 0)
  const open: Spec = {
    type: 'NodePort',
    ports: [{ port: 80 }, { port: 81, name: 'b' }].map((p, i) => ({ name: 'a', ...p, port: p.port + i })),
  }
  const made = await Promise.all(Array.from({ length: 60 }, (_, i) => create(both[i % 2] as Client, `p${i}`, open)))
  const nodePorts = made.flatMap(spec => spec.ports?.map(port => port.nodePort) ?? [])
  assert.equal(new Set([...nodePorts, 30012]).size, 121)
  // What one server let go can be had from the other at once.
  await remove(both[0], won)
  const again = await create(both[1], 'again', {
    type: 'NodePort',
    clusterIP: '10.96.0.12',
    ports: [{ port: 80, nodePort: 30012 }],
  })
  assert.equal(again.ports?.[0]?.nodePort, 30012)
  await both[0].of(services).deleteCollection({ namespace, fieldSelector: 'metadata.name!=kubernetes' })
})
