import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { deployments, pods, type Resource, resources, secrets, services } from '../../src/api/index.ts'
import type { KubeObject } from '../../src/api/meta/objectMeta.ts'
import { storedOf, upstreamCodec } from '../../src/apiserver/store/codec.ts'
import { prefixOf } from '../../src/apiserver/store/keys.ts'
import type { Client } from '../../src/client/client.ts'
import { controllers } from '../../src/controllers/index.ts'
import { etcdPrograms, missing, startEtcd } from '../../src/kv/etcd/process.test-tools.ts'
import { toJson } from '../../src/schema/codec/json.ts'
import { parseYaml } from '../../src/schema/codec/yaml.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { startSharing } from './servers.ts'
import { missingUpstream, startUpstream } from './upstreamServer.ts'

const skip = missing() ?? missingUpstream() ?? false
const kinds = (resources as readonly Resource[]).filter(resource => !resource.virtual)
const objects = parseYaml(readFileSync(new URL('objects.yaml', import.meta.url), 'utf8')) as KubeObject[]

/** Something of these is filled in when they are read, and only written with the next change. */
const filledIn = new Set(['jobs', 'persistentvolumeclaims'])

const kindOf = ({ apiVersion, kind }: KubeObject) =>
  kinds.find(resource => resource.kind === kind && resource.apiVersion === apiVersion)

/** Objects of all kinds there are, made by one server, named after it. */
async function makeAll(client: Client, name: string): Promise<void> {
  for (const object of objects) {
    const resource = kindOf(object)
    if (!resource) continue
    const metadata = { ...object.metadata, name: object.metadata.name?.replace('NAME', name) }
    const made = JSON.parse(JSON.stringify({ ...object, metadata }).replaceAll('NAME', name))
    await client.of(resource).create(made)
  }
}

test('an upstream server and Caravel on one etcd read, change and watch what the other wrote', {
  skip,
}, async context => {
  const cluster = await startEtcd(etcdPrograms().at(-1)?.path ?? '')
  const caravel = await startSharing({ endpoints: cluster.endpoints, address: '10.0.0.1', controllers })
  const upstream = await startUpstream(cluster.endpoints)
  context.after(async () => {
    await upstream.stop()
    await caravel.stop()
    await cluster.stop()
  })
  await makeAll(upstream.client, 'theirs')
  await makeAll(caravel.client, 'ours')

  await context.test('each lists the same objects of each kind, but for what it fills in itself', async () => {
    for (const object of objects) {
      const resource = kindOf(object)
      if (!resource) continue
      for (const name of ['theirs', 'ours']) {
        const own = object.metadata.name?.replace('NAME', name) ?? ''
        const where = resource.namespaced ? { namespace: object.metadata.namespace ?? 'default' } : {}
        // Controllers may write in between.
        await eventually(async () => {
          const [here, there] = await Promise.all(
            [caravel.client, upstream.client].map(client => client.of(resource).get(own, where)),
          )
          // In process, the form of memory; over the socket, that of JSON.
          assert.deepEqual(toJson(resource.type, here as KubeObject), there, `${resource.qualified} ${own}`)
          return true
        })
      }
    }
  })

  await context.test('services get addresses and node ports of their own, whichever server makes them', async () => {
    const make = (client: Client, name: string, spec: object = {}) =>
      client.of(services).create({
        metadata: { name, namespace: 'default' },
        spec: { type: 'NodePort', ports: [{ port: 80 }], ...spec },
      })
    const clients = [caravel.client, upstream.client] as const
    const made = await Promise.all(Array.from({ length: 40 }, (_, i) => make(clients[i % 2] as Client, `shared-${i}`)))
    assert.equal(new Set(made.map(({ spec }) => spec.clusterIP)).size, 40)
    assert.equal(new Set(made.map(({ spec }) => spec.ports?.[0]?.nodePort)).size, 40)
    for (const [one, other] of [clients, [clients[1], clients[0]] as const]) {
      const asked = { clusterIP: '10.96.0.14', ports: [{ port: 80, nodePort: 30014 }] }
      await make(one, 'asked', asked)
      await assert.rejects(make(other, 'too', asked), /provided IP is already allocated/)
      const port = { ports: asked.ports }
      await assert.rejects(make(other, 'too', port), /provided port is already allocated/)
      await one.of(services).delete('asked', { namespace: 'default' })
      await make(other, 'asked', asked)
      await other.of(services).delete('asked', { namespace: 'default' })
    }
    for (const { metadata } of made) await clients[0].of(services).delete(metadata.name ?? '', { namespace: 'default' })
  })

  await context.test('what upstream wrote would be written so by Caravel, byte for byte', async () => {
    const { items } = await caravel.store.range({ start: '/registry/', end: '/registry0' })
    let compared = 0
    for (const { key, value, modRevision } of items) {
      const [resource] = kinds
        .filter(each => key.startsWith(prefixOf(each)))
        .sort((a, b) => prefixOf(b).length - prefixOf(a).length)
      if (!resource || key.includes('ours') || filledIn.has(resource.plural)) continue
      const { object } = storedOf(resource, key, modRevision, value)
      const written = upstreamCodec.encode(resource, object)
      const text = (bytes: Uint8Array) => Buffer.from(bytes)
      // JSON may name its fields in another order.
      if (value[0] === 0x7b) assert.deepEqual(JSON.parse(`${text(written)}`), JSON.parse(`${text(value)}`), key)
      else assert.equal(text(written).toString('base64'), text(value).toString('base64'), key)
      compared++
    }
    assert.ok(compared > 100, `${compared} values`)
  })

  await context.test('a change through one is a change of the other, and conflicts are conflicts', async () => {
    const where = { namespace: 'default' }
    const ours = caravel.client.of(secrets)
    const theirs = upstream.client.of(secrets)
    const first = await theirs.patch('ours', 'merge', { data: { a: 'Yg==' } }, where)
    assert.equal((await ours.get('ours', where)).metadata.resourceVersion, first.metadata.resourceVersion)
    const second = await ours.update({ ...first, data: { a: 'Yw==' } })
    await assert.rejects(theirs.update({ ...first, data: {} }), /the object has been modified/)
    assert.deepEqual((await theirs.get('ours', where)).data, second.data)
    await theirs.delete('ours', where)
    await assert.rejects(ours.get('ours', where), /not found/)
  })

  await context.test('custom resources of a definition made by one are served by both', async () => {
    const both = { caravel: caravel.client.transport, upstream: upstream.client.transport }
    for (const plural of ['theirs', 'ours']) {
      const path = `/apis/example.com/v1/namespaces/default/${plural}`
      for (const [name, transport] of Object.entries(both)) {
        const object = {
          apiVersion: 'example.com/v1',
          kind: `KIND${plural}`,
          metadata: { name },
          spec: { b: [1], a: {} },
        }
        await eventually(async () => Boolean(await transport.request({ method: 'POST', path, object })))
      }
      for (const name of Object.keys(both)) {
        const [here, there] = await Promise.all(
          Object.values(both).map(
            async each => (await each.request({ method: 'GET', path: `${path}/${name}` })).object,
          ),
        )
        assert.deepEqual(here, there)
      }
    }
  })

  await context.test('controllers of Caravel carry out what was asked of upstream', async () => {
    await upstream.client.of(deployments).patch('theirs', 'merge', { spec: { replicas: 2 } }, { namespace: 'default' })
    await eventually(async () => {
      const { items } = await upstream.client.of(pods).list({ namespace: 'default', labelSelector: 'app=theirs' })
      return items.length === 2
    })
  })
})
