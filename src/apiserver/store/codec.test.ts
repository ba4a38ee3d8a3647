import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConfigMap, configMaps, endpoints, nodes, pods, services } from '../../api/index.ts'
import { systemClock } from '../../base/clock.ts'
import { openMemoryStore } from '../../kv/memory/store.ts'
import { startServer } from '../server.test-suite.ts'
import { encodeValue, keyIn, storedOf } from './codec.ts'

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
const map = (metadata: object = {}): ConfigMap =>
  ({ metadata: { name: 'a', ...metadata }, data: { k: 'é' } }) as ConfigMap

test('keys are those of upstream', () => {
  const keys = [
    keyIn(pods, 'default', 'a'),
    keyIn(services, 'default', 'a'),
    keyIn(endpoints, 'default', 'a'),
    keyIn(nodes, undefined, 'a'),
  ]
  assert.deepEqual(keys, [
    '/registry/pods/default/a',
    '/registry/services/specs/default/a',
    '/registry/services/endpoints/default/a',
    '/registry/minions/a',
  ])
})

test('the version is put into the stored bytes without reading them', () => {
  const value = encodeValue(configMaps, map({ resourceVersion: '7' }))
  assert.equal(text(value), '{"metadata":{"name":"a"},"data":{"k":"é"}}')
  const stored = storedOf(configMaps, 'k', 9, value)
  assert.equal(text(stored.json), '{"metadata":{"resourceVersion":"9","name":"a"},"data":{"k":"é"}}')
  const { kind, apiVersion, metadata } = stored.object
  assert.deepEqual([kind, apiVersion, metadata], ['ConfigMap', 'v1', { resourceVersion: '9', name: 'a' }])
  assert.ok(Object.isFrozen(stored.object.metadata))
  assert.equal(stored.object, stored.object)
})

test('empty metadata is no trouble', () => {
  const value = encodeValue(configMaps, { metadata: {} })
  assert.equal(text(storedOf(configMaps, 'k', 1, value).json), '{"metadata":{"resourceVersion":"1"}}')
})

test('what is no object of the kind is refused, naming its key', async () => {
  assert.throws(
    () => storedOf(configMaps, '/registry/configmaps/a/b', 1, Buffer.from('nonsense')),
    /under \/registry\/configmaps\/a\/b that is no ConfigMap/,
  )
  const broken = storedOf(configMaps, '/registry/configmaps/a/b', 1, Buffer.from('{"metadata":{"name":3}}'))
  assert.throws(
    () => broken.object,
    /under \/registry\/configmaps\/a\/b that is no ConfigMap: json: cannot unmarshal number/,
  )
  const store = openMemoryStore({ clock: systemClock })
  await store.put('/registry/configmaps/a/b', Buffer.from('nonsense'))
  await assert.rejects(startServer({ store }), /under \/registry\/configmaps\/a\/b/)
  await store.close()
})
