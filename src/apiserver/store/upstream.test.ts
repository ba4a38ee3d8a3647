import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { resources } from '../../api/index.ts'
import type { Resource } from '../../api/resource.ts'
import { storedOf, upstreamCodec } from './codec.ts'
import { keyIn, prefixOf } from './keys.ts'

/** Keys and values as an upstream v1.36.2 API server wrote them: protobuf as base64, JSON as it is. */
const golden: Record<string, string> = JSON.parse(
  readFileSync(new URL('upstream.golden.json', import.meta.url), 'utf8'),
)
/** Not kept as objects of a kind that is served. */
const internal = ['/registry/ranges/', '/registry/masterleases/', '/registry/example.com/']

/** Kinds of which something is filled in when they are read, by upstream too, and written with the next change only. */
const filledIn = new Set(['jobs', 'persistentvolumeclaims'])

const bytesOf = (text: string) => Buffer.from(text, text.startsWith('{') ? 'utf8' : 'base64')
const kinds = (resources as readonly Resource[]).filter(resource => !resource.virtual)
const kindOf = (key: string): Resource | undefined =>
  kinds
    .filter(resource => key.startsWith(prefixOf(resource)))
    .sort((a, b) => prefixOf(b).length - prefixOf(a).length)[0]

for (const [key, text] of Object.entries(golden)) {
  if (internal.some(prefix => key.startsWith(prefix))) continue
  const resource = kindOf(key)
  const skip = resource ? false : 'no kind is declared that is stored there'
  test(`what upstream keeps under ${key} is read, and would be written so`, { skip }, () => {
    if (!resource) return
    const value = bytesOf(text)
    const stored = storedOf(resource, key, 7, value)
    const { metadata } = stored.object
    assert.equal(metadata.resourceVersion, '7')
    assert.equal(keyIn(resource, metadata.namespace, metadata.name ?? ''), key)
    assert.match(Buffer.from(stored.json).toString(), /^\{"metadata":\{"resourceVersion":"7",/)
    const written = Buffer.from(upstreamCodec.encode(resource, stored.object))
    if (filledIn.has(resource.plural)) assert.deepEqual(storedOf(resource, key, 7, written).object, stored.object)
    else if (text.startsWith('{')) assert.deepEqual(JSON.parse(written.toString()), JSON.parse(text))
    else assert.equal(written.toString('base64'), text)
    assert.equal(upstreamCodec.isStale(resource, stored), false)
    assert.equal(upstreamCodec.isStale(resource, storedOf(resource, key, 7, Buffer.from(stored.json))), true)
  })
}

test('each kind has a place of its own in the store', () => {
  const places = kinds.map(prefixOf)
  assert.deepEqual(places.toSorted(), [...new Set(places)].toSorted())
})
