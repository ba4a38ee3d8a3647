import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  configMaps,
  deployments,
  endpoints,
  leases,
  namespaces,
  pods,
  serviceAccounts,
  services,
} from '../../src/api/index.ts'
import type { WatchEvent } from '../../src/client/transport.ts'
import { controllers } from '../../src/controllers/index.ts'
import { etcdPrograms, missing, startEtcd } from '../../src/kv/etcd/process.test-tools.ts'
import { openEtcdStore } from '../../src/kv/etcd/store.ts'
import { eventually as untilTrue } from '../../src/testing/eventually.ts'
import { type SharingOptions, startSharing } from './servers.ts'

const skip = missing() ?? false
const namespace = 'default'

/** Waits until a check no longer throws. */
const eventually = (check: () => unknown, patience?: number) =>
  untilTrue(async () => {
    await check()
    return true
  }, patience)

/** Servers of one cluster on an etcd of their own. */
async function start(context: TestContext, ...each: Omit<SharingOptions, 'endpoints' | 'address'>[]) {
  const cluster = await startEtcd(etcdPrograms()[0]?.path ?? '')
  const servers = await Promise.all(
    each.map((options, i) => startSharing({ ...options, endpoints: cluster.endpoints, address: `10.0.0.${i + 1}` })),
  )
  context.after(async () => {
    await Promise.all(servers.map(server => server.stop()))
    await cluster.stop()
  })
  return { cluster, servers }
}

const map = (name: string, data: Record<string, string> = {}) => ({ metadata: { name, namespace }, data })

test('what one server acknowledged, every other one reads, lists and changes at once', { skip }, async context => {
  const { servers } = await start(context, {}, {})
  const [first, second] = servers
  assert.ok(first && second)
  const a = first.client.of(configMaps)
  const b = second.client.of(configMaps)
  for (let i = 0; i < 30; i++) {
    const made = await a.create(map(`m${i}`, { i: `${i}` }))
    const listed = await b.list({ namespace })
    assert.deepEqual(listed.items.find(item => item.metadata.name === `m${i}`)?.data, { i: `${i}` })
    assert.ok(Number(listed.metadata.resourceVersion) >= Number(made.metadata.resourceVersion))
    assert.deepEqual((await b.get(`m${i}`, { namespace })).metadata, made.metadata)
    const changed = await b.update({ ...made, data: { i: 'b' } })
    const again = await a.patch(`m${i}`, 'merge', { data: { a: 'a' } }, { namespace })
    assert.deepEqual(again.data, { i: 'b', a: 'a' })
    await assert.rejects(b.update({ ...changed, data: {} }), /the object has been modified/)
  }
})

test('a namespace made through one server can be used through another at once', { skip }, async context => {
  const { servers } = await start(context, {}, {})
  const [a, b] = servers
  assert.ok(a && b)
  for (let i = 0; i < 20; i++) {
    await a.client.of(namespaces).create({ metadata: { name: `n${i}` } })
    await b.client.of(serviceAccounts).create({ metadata: { name: 's', namespace: `n${i}` } })
    const spec = { serviceAccountName: 's', containers: [{ name: 'c', image: 'i' }] }
    const pod = await a.client.of(pods).create({ metadata: { name: 'p', namespace: `n${i}` }, spec })
    assert.equal(pod.spec.serviceAccountName, 's')
  }
})

test('a watch on one server tells what is written through another, in order, and no bookmark runs ahead', {
  skip,
}, async context => {
  const { servers } = await start(context, {}, {})
  const [a, b] = servers
  assert.ok(a && b)
  const stop = new AbortController()
  const seen: string[] = []
  let newest = 0
  const watch = await b.client.of(configMaps).watch(
    {
      namespace,
      signal: stop.signal,
      sendInitialEvents: true,
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: true,
    },
    ({ type, object }: WatchEvent) => {
      const { name, resourceVersion } = (object as { metadata: { name: string; resourceVersion: string } }).metadata
      if (type !== 'BOOKMARK') seen.push(`${type} ${name}`)
      else assert.ok(Number(resourceVersion) >= newest)
      newest = Math.max(newest, Number(resourceVersion))
    },
  )
  const expected: string[] = []
  const before = seen.length
  for (let i = 0; i < 50; i++) {
    await (i % 2 ? a : b).client.of(configMaps).create(map(`w${i}`))
    expected.push(`ADDED w${i}`)
  }
  await a.client.of(configMaps).delete('w7', { namespace })
  expected.push('DELETED w7')
  await eventually(() => assert.deepEqual(seen.slice(before), expected))
  stop.abort()
  await watch.ended
})

test('services made through several servers at the same moment get addresses and ports of their own', {
  skip,
}, async context => {
  const { servers } = await start(context, {}, {}, {})
  const made = await Promise.all(
    Array.from({ length: 60 }, (_, i) =>
      servers[i % 3]?.client.of(services).create({
        metadata: { name: `s${i}`, namespace },
        spec: { type: 'NodePort', ports: [{ port: 80, name: 'http' }] },
      }),
    ),
  )
  assert.equal(new Set(made.map(service => service?.spec.clusterIP)).size, 60)
  assert.equal(new Set(made.map(service => service?.spec.ports?.[0]?.nodePort)).size, 60)
  // One that is asked for by many is given once. It is among those that nobody is given unasked.
  const asked = await Promise.allSettled(
    servers.flatMap((server, i) =>
      [1, 2].map(j =>
        server.client.of(services).create({
          metadata: { name: `asked-${i}-${j}`, namespace },
          spec: { clusterIP: '10.96.0.12', ports: [{ port: 80 }] },
        }),
      ),
    ),
  )
  const given = asked.filter(each => each.status === 'fulfilled')
  assert.equal(given.length, 1)
  for (const each of asked)
    if (each.status === 'rejected') assert.match(String(each.reason), /provided IP is already allocated/)
  // What was let go can be had at once, from another server.
  const [first, second] = servers
  const name = given[0]?.value.metadata.name ?? ''
  await first?.client.of(services).delete(name, { namespace })
  const again = await second?.client.of(services).create({
    metadata: { name: 'again', namespace },
    spec: { clusterIP: '10.96.0.12', ports: [{ port: 80 }] },
  })
  assert.equal(again?.spec.clusterIP, '10.96.0.12')
})

test('one of several servers manages; when it ends another one goes on, and the endpoints follow', {
  skip,
}, async context => {
  const { cluster, servers } = await start(context, { controllers }, { controllers })
  const holder = async () =>
    (await servers[0]?.client.of(leases).get('kube-controller-manager', { namespace: 'kube-system' }))?.spec
      .holderIdentity
  const addresses = async (client = servers[0]?.client) => {
    const found = await client?.of(endpoints).get('kubernetes', { namespace })
    return found?.subsets?.flatMap(subset => subset.addresses?.map(({ ip }) => ip)).sort()
  }
  await eventually(async () => assert.ok(await holder()))
  await eventually(async () => assert.deepEqual(await addresses(), ['10.0.0.1', '10.0.0.2']), 15_000)
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const deploy = (name: string, client = servers[0]?.client) =>
    client?.of(deployments).create({
      metadata: { name, namespace },
      spec: {
        replicas: 2,
        selector: { matchLabels: { a: 'b', name } },
        template: { ...template, metadata: { labels: { a: 'b', name } } },
      },
    })
  const podsOf = async (name: string) =>
    (await servers[1]?.client.of(pods).list({ namespace, labelSelector: `name=${name}` }))?.items.length
  await deploy('first')
  await eventually(async () => assert.equal(await podsOf('first'), 2))
  await wait(500)
  assert.equal(await podsOf('first'), 2, 'two managers would make more')

  // The leader ends: whichever it is, the other one goes on.
  const before = await holder()
  const third = await startSharing({ endpoints: cluster.endpoints, address: '10.0.0.3', controllers })
  servers.push(third)
  await servers[0]?.stop()
  await deploy('second', third.client)
  await eventually(async () => assert.equal(await podsOf('second'), 2), 30_000)
  const now = (await third.client.of(leases).get('kube-controller-manager', { namespace: 'kube-system' })).spec
    .holderIdentity
  assert.ok(now !== undefined && now !== '' && before !== undefined)
  await eventually(async () => assert.deepEqual(await addresses(third.client), ['10.0.0.2', '10.0.0.3']), 30_000)
})

test('a server whose watches were broken while etcd forgot what happened goes on with what there is', {
  skip,
}, async context => {
  const { cluster, servers } = await start(context, {})
  const [server] = servers
  assert.ok(server)
  const maps = server.client.of(configMaps)
  for (const name of ['kept', 'changed', 'deleted', 'replaced']) await maps.create(map(name))
  const stop = new AbortController()
  const seen: string[] = []
  const watch = await maps.watch({ namespace, signal: stop.signal, resourceVersion: '0' }, ({ type, object }) =>
    seen.push(`${type} ${(object as { metadata: { name: string } }).metadata.name}`),
  )
  await eventually(() => assert.ok(seen.includes('ADDED replaced')))
  seen.length = 0
  // etcd is away, and what others then write is compacted before the server is back.
  const member = cluster.members[0]
  assert.ok(member)
  member.pause()
  await wait(100)
  await member.kill()
  await member.start()
  const other = await openEtcdStore({ endpoints: cluster.endpoints })
  const key = (name: string) => `/registry/configmaps/${namespace}/${name}`
  const value = async (name: string) => Buffer.from((await other.get(key(name))).item?.value ?? [])
  const changed = await value('changed')
  await other.put(key('changed'), Buffer.concat([changed]))
  await other.delete(key('deleted'))
  const { metadata } = await server.client.of(configMaps).get('replaced', { namespace })
  await other.delete(key('replaced'))
  const another = Buffer.from((await value('kept')).toString('latin1').replace('kept', 'nice'), 'latin1')
  await other.put(key('nice'), another)
  const { revision } = await other.get(key('nice'))
  await other.compact(revision)
  await other.close()
  assert.ok(metadata.uid)
  await eventually(
    () => assert.deepEqual(seen.toSorted(), ['ADDED nice', 'DELETED deleted', 'DELETED replaced', 'MODIFIED changed']),
    20_000,
  )
  await maps.create(map('after'))
  await eventually(() => assert.ok(seen.includes('ADDED after')))
  assert.equal(server.plane.server.lost, undefined)
  stop.abort()
  await watch.ended
})
