import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configMaps, deployments } from '../api/index.ts'
import { forbidden, is } from '../api/meta/statusError.ts'
import { createClient } from '../client/client.ts'
import { CompactedError } from '../kv/contract.ts'
import { startServer } from './server.test-suite.ts'

const user = { name: 'somebody', groups: ['system:authenticated'] }

test('in process, a client reads and writes objects through the same path', async () => {
  const server = await startServer({
    admission: [
      {
        name: 'Guard',
        validate({ resource, name, user: asking }) {
          if (name === 'secret') throw forbidden(resource, name, `${asking.name} may not`)
        },
      },
    ],
  })
  const client = createClient(server.connect(user)).of(configMaps)
  const made = await client.create({ metadata: { name: 'a', namespace: 'default' }, data: { k: '1' } })
  assert.ok(Object.isFrozen(made.metadata))
  assert.equal(made, await client.get('a', { namespace: 'default' }))
  assert.equal(made, server.server.reader.get(configMaps, 'default', 'a'))
  const changed = await client.update({ ...made, data: { k: '2' } })
  assert.equal(changed.data?.k, '2')
  await assert.rejects(client.update({ ...made, data: { k: '3' } }), error => is(error, 'Conflict'))
  await assert.rejects(client.create({ metadata: { name: 'secret', namespace: 'default' } }), error => {
    assert.ok(is(error, 'Forbidden'))
    assert.equal(error.message, 'configmaps "secret" is forbidden: somebody may not')
    return true
  })
  const patched = await client.patch('a', 'merge', { data: { l: '4' } }, { namespace: 'default' })
  assert.deepEqual(patched.data, { k: '2', l: '4' })
  assert.equal((await client.list({ namespace: 'default' })).items[0], patched)
  await client.delete('a', { namespace: 'default' })
  await assert.rejects(client.get('a', { namespace: 'default' }), error => is(error, 'NotFound'))
  await server.stop()
})

test('what readers see has the normal form, whatever a writer left out', async () => {
  const server = await startServer()
  const client = createClient(server.connect()).of(deployments)
  const made = await client.create({
    metadata: { name: 'd', namespace: 'default' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  })
  assert.deepEqual([made.kind, made.apiVersion, made.spec.replicas, made.status], ['Deployment', 'apps/v1', 1, {}])
  const [container] = made.spec.template.spec.containers
  assert.deepEqual([container?.resources, container?.imagePullPolicy], [{}, 'Always'])
  await server.stop()
})

test('a receiver that throws loses its own watch, and nobody else theirs', async () => {
  const server = await startServer()
  const client = createClient(server.connect()).of(configMaps)
  const ends = new AbortController()
  const seen: string[] = []
  const broken = await client.watch({ signal: ends.signal }, () => {
    throw new Error('oops')
  })
  const sound = await client.watch({ signal: ends.signal }, ({ object }) => void seen.push(object.metadata.name ?? ''))
  await client.create({ metadata: { name: 'a', namespace: 'default' } })
  await assert.rejects(broken.ended, /oops/)
  await client.create({ metadata: { name: 'b', namespace: 'default' } })
  assert.deepEqual(seen, ['a', 'b'])
  assert.equal(server.server.lost, undefined)
  ends.abort()
  await sound.ended
  await server.stop()
})

test('what goes wrong inside is an internal error, and the server goes on', async () => {
  const server = await startServer({
    admission: [
      {
        name: 'Broken',
        mutate({ name }) {
          if (name === 'bad') throw new TypeError('x is not a function')
        },
      },
    ],
  })
  const path = '/api/v1/namespaces/default/configmaps'
  const { status, json } = await server.ask('POST', path, { body: { metadata: { name: 'bad' } } })
  assert.deepEqual(
    [status, json.reason, json.message],
    [500, 'InternalError', 'Internal error occurred: x is not a function'],
  )
  assert.equal((await server.ask('POST', path, { body: { metadata: { name: 'good' } } })).status, 201)
  await server.stop()
})

test('history is given up after five to ten minutes', async () => {
  const server = await startServer()
  const path = '/api/v1/namespaces/default/configmaps'
  await server.ask('POST', path, { body: { metadata: { name: 'a' } } })
  const first = server.server.objects.revision
  await server.ask('DELETE', `${path}/a`)
  await server.clock.advance(300_000)
  assert.equal((await server.store.range({ start: '/', end: '0', revision: first })).items.length, 1)
  await server.clock.advance(300_000)
  await assert.rejects(server.store.range({ start: '/', end: '0', revision: first }), CompactedError)
  await server.stop()
})

test('objects of kinds that live for a time only are gone after it', async () => {
  const server = await startServer()
  const path = '/api/v1/namespaces/default/events'
  const involvedObject = { kind: 'Pod', namespace: 'default', name: 'p' }
  const made = await server.ask('POST', path, {
    body: { metadata: { name: 'e' }, involvedObject, reason: 'R', type: 'Normal' },
  })
  assert.equal(made.status, 201)
  const watch = await server.watch(`${path}?watch=1&timeoutSeconds=9000`)
  await server.clock.advance(3_599_000)
  assert.equal((await server.ask('GET', `${path}/e`)).status, 200)
  await server.clock.advance(2000)
  assert.equal((await server.ask('GET', `${path}/e`)).status, 404)
  assert.equal(watch.names().at(-1), 'DELETED e')
  await watch.stop()
  await server.stop()
})
