import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { unwrap, wrap } from '../schema/codec/envelope.ts'
import { decodeJson, toJson } from '../schema/codec/json.ts'
import { decodeProtobuf, encodeProtobuf } from '../schema/codec/protobuf.ts'
import { kindsUnderTest } from '../testing/kinds.ts'

const vectors = new URL('../../../shared/vectors/', import.meta.url)
const skip = existsSync(vectors) ? false : 'the vectors of upstream are not beside the repository'

for (const { name, apiVersion, kind, type } of kindsUnderTest) {
  const json = new URL(`${name}.json`, vectors)
  const missing = skip || existsSync(json) ? skip : `there is no vector ${name}`
  test(`${name} has upstream's bytes in both forms`, { skip: missing }, () => {
    const text = readFileSync(json, 'utf8')
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.pb`, vectors)))
    const problems: string[] = []
    const value = decodeJson(type, text, { unknown: (path, field) => problems.push(`${path}.${field}`) })
    assert.deepEqual(problems, [], 'fields of the vector that the kind does not have')
    assert.deepEqual(toJson(type, value), JSON.parse(text))
    const envelope = unwrap(bytes)
    assert.deepEqual(
      toJson(type, { ...(decodeProtobuf(type, envelope.raw) as object), ...header(text) }),
      JSON.parse(text),
    )
    assert.equal(hex(wrap({ apiVersion, kind }, encodeProtobuf(type, value))), hex(bytes))
  })
}

/** The header stands in the envelope, not in the message. */
const header = (text: string): object => {
  const { apiVersion, kind } = JSON.parse(text) as { apiVersion?: string; kind?: string }
  return apiVersion ? { apiVersion, kind } : {}
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
