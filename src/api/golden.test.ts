import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { unwrap, wrap } from '../schema/codec/envelope.ts'
import { decodeJson, encodeJson } from '../schema/codec/json.ts'
import { decodeProtobuf, encodeProtobuf } from '../schema/codec/protobuf.ts'
import { fill } from '../testing/fill.ts'
import { kindsUnderTest } from '../testing/kinds.ts'

/** What each kind looks like on the wire. `UPDATE=1` writes the files anew; read the difference before you keep it. */
const golden = new URL('../../test/golden/', import.meta.url)
const update = process.env.UPDATE === '1'

for (const { name, apiVersion, kind, type } of kindsUnderTest) {
  test(`${name} is encoded as it always was`, () => {
    const value = { ...(fill(type) as object), ...('root' in type && type.root ? { apiVersion, kind } : {}) }
    const text = `${JSON.stringify(JSON.parse(encodeJson(type, value)), null, 2)}\n`
    const bytes = wrap({ apiVersion, kind }, encodeProtobuf(type, value))
    const json = new URL(`${name}.json`, golden)
    const pb = new URL(`${name}.pb`, golden)
    if (update) {
      mkdirSync(golden, { recursive: true })
      writeFileSync(json, text)
      writeFileSync(pb, bytes)
    }
    assert.ok(existsSync(json), `${json.pathname} is missing: run with UPDATE=1`)
    assert.equal(text, readFileSync(json, 'utf8'))
    assert.equal(hex(bytes), hex(new Uint8Array(readFileSync(pb))))
    assert.deepEqual(decodeJson(type, text), value)
    const { apiVersion: _, kind: __, ...message } = value as { apiVersion?: string; kind?: string }
    assert.deepEqual(decodeProtobuf(type, unwrap(bytes).raw), message)
  })
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
