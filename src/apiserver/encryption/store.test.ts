import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import { testStore } from '../../kv/contract.test-suite.ts'
import { openMemoryStore } from '../../kv/memory/store.ts'
import { aesgcm } from './ciphers/aesgcm.ts'
import { keyed, type Provider } from './provider.ts'
import { encryptedStore } from './store.ts'
import { createTransformers } from './transformers.ts'

const key = Buffer.alloc(32, 7)
const provider = keyed('k8s:enc:aesgcm:v1:', [{ name: 'k', cipher: aesgcm(key) }])
/** As a key service that answers late, and in no order. */
const slow: Provider = {
  ...provider,
  async open(sealed, place) {
    if (sealed.length % 3 === 0) await wait(1)
    return provider.open(sealed, place)
  },
}
const sealing = (by: Provider, waits: boolean) => ({
  placeOf: () => ({ group: '', resource: 'secrets' }),
  nameOf: (name: string) => name,
  current: () => createTransformers([{ resources: ['secrets'], providers: [by] }]),
  waits,
})

testStore(
  'encrypted memory',
  async (_, clock) => encryptedStore(openMemoryStore({ clock }), sealing(provider, false)),
  { virtualTime: true, exclusive: true },
)
testStore(
  'memory encrypted with a slow key service',
  async (_, clock) => encryptedStore(openMemoryStore({ clock }), sealing(slow, true)),
  { virtualTime: true, exclusive: true },
)

test('nothing of a value is to be seen in the store below, and what was tampered with is not shown', async () => {
  const below = openMemoryStore({ clock: systemClock })
  const store = encryptedStore(below, sealing(provider, false))
  await store.put('/registry/secrets/a/b', Buffer.from('swordfish'))
  const sealed = (await below.get('/registry/secrets/a/b')).item?.value ?? assert.fail()
  assert.match(Buffer.from(sealed).toString('latin1'), /^k8s:enc:aesgcm:v1:k:/)
  assert.ok(!Buffer.from(sealed).includes('swordfish'))
  // Values are bound to their place.
  await below.put('/registry/secrets/a/c', sealed)
  await assert.rejects(
    store.get('/registry/secrets/a/c'),
    /the value under \/registry\/secrets\/a\/c cannot be decrypted/,
  )
  await store.close()
})
