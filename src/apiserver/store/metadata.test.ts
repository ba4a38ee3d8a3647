import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metadataOf } from './metadata.ts'

const cases: readonly [metadata: object, rest: object][] = [
  [{ name: 'a' }, {}],
  [{ name: 'a', labels: { 'x}"{': '\\"}{' } }, { data: { b: '{' } }],
  [{ name: 'ü', ownerReferences: [{ uid: '1' }, { uid: '}' }], annotations: {} }, { spec: { list: [{}] } }],
]
for (const [metadata, rest] of cases)
  test(`the metadata ${JSON.stringify(metadata)} is read by itself`, () => {
    const json = Buffer.from(JSON.stringify({ metadata: { ...metadata, managedFields: [{ manager: 'm' }] }, ...rest }))
    const found = metadataOf({ json, object: {} as never })
    assert.deepEqual(found, metadata)
    assert.ok(Object.isFrozen(found))
  })

test('JSON that ends in the middle is an error', () => {
  assert.throws(
    () => metadataOf({ json: Buffer.from('{"metadata":{"name":"a"'), object: {} as never }),
    /ends in the middle/,
  )
})
