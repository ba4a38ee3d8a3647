import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { resources } from '../../api/index.ts'
import type { Resource } from '../../api/resource.ts'
import { type LogFields, type Logger, silent } from '../../base/log.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { openMemoryStore } from '../../kv/memory/store.ts'
import { startServer } from '../server.test-suite.ts'
import { readEncryptionConfiguration } from './configuration.ts'
import { encryptStore } from './index.ts'
import { startKeyPlugin } from './kms/plugin.test-tools.ts'
import { createPlaces } from './places.ts'

const kinds = resources as readonly Resource[]
const secretOf = (byte: number, size = 32) => Buffer.alloc(size, byte).toString('base64')
const configuration = (...rules: object[]) =>
  JSON.stringify({
    kind: 'EncryptionConfiguration',
    apiVersion: 'apiserver.config.k8s.io/v1',
    resources: rules,
  })
const keys = (...bytes: number[]) => ({ keys: bytes.map(byte => ({ name: `k${byte}`, secret: secretOf(byte) })) })
const key = '/registry/secrets/a/b'
const text = (value: Uint8Array | undefined) => Buffer.from(value ?? []).toString('latin1')

/** A store that is encrypted as a configuration says that can be changed; `raw` is what stands below. */
async function open(context: TestContext, first: string, log: Logger = silent) {
  const clock = createVirtualClock(Date.UTC(2030, 0, 1))
  const below = openMemoryStore({ clock })
  const life = new AbortController()
  const file = { text: first }
  const options = { read: async () => file.text, reload: true, resources: kinds }
  const encryption = await encryptStore(below, options, { clock, log, signal: life.signal })
  context.after(async () => {
    life.abort()
    await below.close()
  })
  const raw = async () => text((await below.get(key)).item?.value)
  return { ...encryption, clock, below, file, raw }
}

/** A key service of this test, and how the configuration names it. */
async function plugin(context: TestContext) {
  const directory = await mkdtemp(join(tmpdir(), 'caravel-kms-'))
  const socket = join(directory, 'kms.sock')
  const service = await startKeyPlugin(socket)
  context.after(async () => {
    await service.stop()
    await rm(directory, { recursive: true })
  })
  return { service, kms: { apiVersion: 'v2', name: 'plugin', endpoint: `unix://${socket}`, timeout: '3s' } }
}

test('what upstream encrypted is read', async context => {
  const golden: Record<string, string> = JSON.parse(
    readFileSync(new URL('upstream.golden.json', import.meta.url), 'utf8'),
  )
  const { kms } = await plugin(context)
  const all = configuration(
    { resources: ['secrets'], providers: [{ aesgcm: { keys: [{ name: 'k1', secret: secretOf(1) }] } }] },
    { resources: ['configmaps'], providers: [{ aescbc: keys(1) }] },
    { resources: ['serviceaccounts'], providers: [{ secretbox: keys(1) }] },
    { resources: ['priorityclasses.scheduling.k8s.io'], providers: [{ kms }] },
  )
  const below = openMemoryStore({ clock: createVirtualClock(0) })
  const life = new AbortController()
  const { store } = await encryptStore(
    below,
    // These were written under another prefix, and values are bound to their keys.
    { read: async () => all, reload: false, resources: kinds, nameOf: name => name.replace('/registry', '/enc') },
    { clock: createVirtualClock(0), log: silent, signal: life.signal },
  )
  for (const [name, value] of Object.entries(golden)) {
    const here = name.replace('/enc', '/registry')
    await below.put(here, Buffer.from(value, 'base64'))
    const { item } = await store.get(here)
    assert.match(text(item?.value), /^k8s\0[\s\S]*golden/, name)
    assert.equal(item?.stale?.(), false, name)
  }
  life.abort()
  await below.close()
})

test('each provider seals under its own prefix, and opens what it sealed', async context => {
  const { service, kms } = await plugin(context)
  const providers: [object, RegExp][] = [
    [{ aesgcm: keys(1) }, /^k8s:enc:aesgcm:v1:k1:/],
    [{ aesgcm: { keys: [{ name: 'short', secret: secretOf(2, 16) }] } }, /^k8s:enc:aesgcm:v1:short:/],
    [{ aescbc: keys(1) }, /^k8s:enc:aescbc:v1:k1:/],
    [{ secretbox: keys(1) }, /^k8s:enc:secretbox:v1:k1:/],
    [{ kms }, /^k8s:enc:kms:v2:plugin:/],
    [{ identity: {} }, /^swordfish$/],
  ]
  for (const [provider, start] of providers) {
    const { store, raw } = await open(context, configuration({ resources: ['secrets'], providers: [provider] }))
    for (const value of ['', 'x', 'swordfish']) {
      await store.put(key, Buffer.from(value))
      assert.equal(text((await store.get(key)).item?.value), value)
    }
    assert.match(await raw(), start)
    await store.put('/registry/configmaps/a/b', Buffer.from('open'))
    assert.equal(text((await store.get('/registry/configmaps/a/b')).item?.value), 'open')
  }
  assert.equal(service.calls.encrypt, 1)
  assert.equal(service.calls.decrypt, 0)
})

test('a key that is put first seals from then on; what others sealed is read, and known to be stale', async context => {
  const rule = (...providers: object[]) => configuration({ resources: ['secrets'], providers })
  const { store, clock, file, raw } = await open(context, rule({ identity: {} }))
  await store.put(key, Buffer.from('swordfish'))
  const before = (await store.get(key)).item
  assert.equal(before?.stale?.(), false)
  const steps: [string, RegExp][] = [
    [rule({ aesgcm: keys(1) }, { identity: {} }), /^k8s:enc:aesgcm:v1:k1:/],
    [rule({ aesgcm: keys(2, 1) }), /^k8s:enc:aesgcm:v1:k2:/],
    [rule({ secretbox: keys(1) }, { aesgcm: keys(2) }), /^k8s:enc:secretbox:v1:k1:/],
    [rule({ identity: {} }, { secretbox: keys(1) }), /^swordfish$/],
  ]
  for (const [next, start] of steps) {
    file.text = next
    await clock.advance(10_000)
    const { item } = await store.get(key)
    assert.equal(text(item?.value), 'swordfish')
    assert.equal(item?.stale?.(), true)
    await store.put(key, item?.value ?? assert.fail())
    assert.match(await raw(), start)
    assert.equal((await store.get(key)).item?.stale?.(), false)
  }
  assert.equal(before?.stale?.(), false, 'it stands as it would be written now')
})

test('a configuration that cannot be used leaves the old one in force, and tells no key', async context => {
  const lines: string[] = []
  const log: Logger = {
    ...silent,
    error: (message: string, fields?: LogFields) => lines.push(`${message}: ${String(fields?.error)}`),
  }
  const good = configuration({ resources: ['secrets'], providers: [{ aesgcm: keys(1) }] })
  const { store, clock, file, raw } = await open(context, good, log)
  const secret = secretOf(3, 31)
  file.text = good.replace(secretOf(1), secret)
  await clock.advance(10_000)
  file.text = `{"kind": "${secret}`
  await clock.advance(10_000)
  await store.put(key, Buffer.from('x'))
  assert.match(await raw(), /^k8s:enc:aesgcm:v1:k1:/)
  assert.equal(lines.length, 2)
  assert.match(
    lines[0] ?? '',
    /keys\[0\]\.secret: Invalid value: "REDACTED": secret is not of the expected length, got 31/,
  )
  assert.ok(lines.every(line => !line.includes(secret)))
})

test('what no provider of a kind can open is refused by the name of its key', async context => {
  const { store, below, file, clock } = await open(
    context,
    configuration({ resources: ['secrets'], providers: [{ aesgcm: keys(1) }] }),
  )
  await store.put(key, Buffer.from('swordfish'))
  file.text = configuration({ resources: ['secrets'], providers: [{ aesgcm: keys(2) }, { identity: {} }] })
  await clock.advance(10_000)
  await assert.rejects(store.get(key), /the value under \/registry\/secrets\/a\/b cannot be decrypted: identity/)
  await below.put(key, Buffer.from('k8s:enc:aesgcm:v1:k2:short'))
  await assert.rejects(store.range({ start: '/registry/', end: '/registry0' }), /cannot be decrypted/)
})

test('rules are chosen by kind, then by group, then for all', async context => {
  const named = (name: string) => ({ aesgcm: { keys: [{ name, secret: secretOf(1) }] } })
  const { store, below } = await open(
    context,
    configuration(
      { resources: ['secrets', 'deployments.apps'], providers: [named('kind')] },
      { resources: ['*.apps'], providers: [named('apps')] },
      { resources: ['*.'], providers: [named('core')] },
      { resources: ['*.*'], providers: [named('all')] },
    ),
  )
  const expected = {
    '/registry/secrets/a/b': 'kind',
    '/registry/deployments/a/b': 'kind',
    '/registry/replicasets/a/b': 'apps',
    '/registry/configmaps/a/b': 'core',
    '/registry/services/specs/a/b': 'core',
    '/registry/minions/a': 'core',
    '/registry/masterleases/10.0.0.1': 'core',
    '/registry/leases/a/b': 'all',
    '/registry/example.com/widgets/a/b': 'all',
  }
  for (const [name, rule] of Object.entries(expected)) {
    await store.put(name, Buffer.from('x'))
    assert.match(text((await below.get(name)).item?.value), new RegExp(`^k8s:enc:aesgcm:v1:${rule}:`), name)
  }
  const placeOf = createPlaces(kinds)
  assert.deepEqual(placeOf('/registry/example.com/widgets/a/b'), { group: 'example.com', resource: 'widgets' })
})

test('what a configuration gets wrong is told in the words of upstream', () => {
  const rule = (resources: string[], ...providers: object[]) => ({ resources, providers })
  const kms = { apiVersion: 'v2', name: 'a', endpoint: 'unix:///a' }
  const identity = { identity: {} }
  const cases: [object[], RegExp][] = [
    [[], /Error: resources: Required value: at least one resources is required$/],
    [[rule([], identity)], /Error: resources\[0\]\.resources: Required value: at least one/],
    [[rule(['secrets'])], /Error: resources\[0\]\.providers: Required value: at least one/],
    [[rule(['secrets'], {})], /provider does not contain any of the expected providers/],
    [[rule(['secrets'], { ...identity, aesgcm: keys(1) })], /more than one provider specified in a single element/],
    [[rule(['secrets'], { aesgcm: { keys: [] } })], /at least one keys is required/],
    [[rule(['secrets'], { aesgcm: { keys: [{ secret: secretOf(1) }] } })], /name is a mandatory field for a key/],
    [[rule(['secrets'], { secretbox: { keys: [{ name: 'a', secret: '*' }] } })], /secrets must be base64 encoded/],
    [[rule(['Secrets'], identity)], /resource name should not contain capital letters/],
    [[rule(['*'], identity)], /use '\*\.' to encrypt all the resources/],
    [[rule(['*.*', 'secrets'], identity)], /using overlapping resources/],
    [[rule(['secrets', 'secrets'], identity)], /the same resource cannot be specified multiple times/],
    [[rule(['events.events.k8s.io'], identity)], /Use 'events' instead/],
    [[rule(['deployments.extensions'], identity)], /'extensions' group has been removed/],
    [[rule(['secrets.*'], identity)], /encrypting the same resource across groups is not supported/],
    [[rule(['secrets'], { kms: { ...kms, apiVersion: 'v1' } })], /unsupported apiVersion v1 for KMS provider/],
    [[rule(['secrets'], { kms: { ...kms, endpoint: 'tcp://a' } })], /unsupported scheme "tcp" for KMS provider/],
    [[rule(['secrets'], { kms: { ...kms, name: 'a:b' } })], /must not contain ':'/],
    [[rule(['secrets'], { kms }, { kms })], /Duplicate value: "a"/],
  ]
  for (const [rules, expected] of cases)
    assert.throws(() => readEncryptionConfiguration(configuration(...rules)), expected, String(expected))
})

test('a rule that an earlier one masks is refused', async context => {
  const given = configuration(
    { resources: ['*.*'], providers: [{ aesgcm: keys(1) }] },
    { resources: ['secrets'], providers: [{ identity: {} }] },
  )
  await assert.rejects(open(context, given), /resource "secrets" is masked by earlier rule "\*\.\*"/)
})

test('a key service is asked once for many values, seals anew under a new key, and must confirm its key', async context => {
  const { service, kms } = await plugin(context)
  const given = configuration({ resources: ['secrets'], providers: [{ kms }] })
  const { store, clock, below } = await open(context, given)
  for (let i = 0; i < 20; i++) await store.put(`/registry/secrets/a/${i}`, Buffer.from(`v${i}`))
  assert.deepEqual([service.calls.encrypt, service.calls.decrypt], [1, 0])

  // Another server on the same store.
  const life = new AbortController()
  const options = { read: async () => given, reload: false, resources: kinds }
  const other = await encryptStore(below, options, { clock, log: silent, signal: life.signal })
  const { items } = await other.store.range({ start: '/registry/secrets/', end: '/registry/secrets0' })
  assert.deepEqual(
    items.map(item => text(item.value)).toSorted(),
    Array.from({ length: 20 }, (_, i) => `v${i}`).toSorted(),
  )
  assert.deepEqual([service.calls.encrypt, service.calls.decrypt], [2, 1])

  const until = async (holds: () => boolean) => {
    while (!holds()) await clock.advance(1000)
  }
  service.keyId = 'key-2'
  await until(() => items[0]?.stale?.() === true)
  await other.store.put(key, Buffer.from('new'))
  assert.equal((await other.store.get(key)).item?.stale?.(), false)

  service.healthz = 'sealed'
  await until(() => other.trouble !== undefined)
  await other.store.put(key, Buffer.from('still confirmed'))
  await clock.advance(180_000)
  await assert.rejects(
    other.store.put(key, Buffer.from('x')),
    /has not confirmed its key: got unexpected healthz status: sealed/,
  )
  assert.equal(text((await other.store.get(key)).item?.value), 'still confirmed')
  service.healthz = 'ok'
  await until(() => other.trouble === undefined)
  await other.store.put(key, Buffer.from('x'))
  life.abort()
})

test('a key service that does not answer keeps the server from starting, and says why', async context => {
  const kms = { apiVersion: 'v2', name: 'gone', endpoint: 'unix:///nowhere/kms.sock', timeout: '200ms' }
  const given = configuration({ resources: ['secrets'], providers: [{ kms }] })
  await assert.rejects(open(context, given), /key service gone cannot be used/)
})

test('an update that changes nothing writes what is stored under an old key anew', async context => {
  const rule = (...providers: object[]) => configuration({ resources: ['secrets'], providers })
  const { store, clock, file, raw } = await open(context, rule({ identity: {} }))
  const server = await startServer({ store: { ...store, fork: () => assert.fail('nobody forks it') } })
  context.after(() => server.stop())
  const path = '/api/v1/namespaces/a/secrets'
  const made = await server.ask('POST', path, { body: { metadata: { name: 'b' }, stringData: { p: 'swordfish' } } })
  assert.equal(made.status, 201, JSON.stringify(made.json))
  assert.match(await raw(), /c3dvcmRmaXNo/)
  const again = () => server.ask('PUT', `${path}/b`, { body: made.json })
  assert.equal((await again()).json.metadata.resourceVersion, made.json.metadata.resourceVersion)
  file.text = rule({ secretbox: keys(1) }, { identity: {} })
  await clock.advance(10_000)
  const written = await again()
  assert.equal(written.status, 200)
  assert.notEqual(written.json.metadata.resourceVersion, made.json.metadata.resourceVersion)
  assert.match(await raw(), /^k8s:enc:secretbox:v1:k1:/)
  const patched = await server.ask('PATCH', `${path}/b`, {
    body: {},
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  assert.equal(patched.json.metadata.resourceVersion, written.json.metadata.resourceVersion)
})
