import { lengthKind, readFields, WireError, Writer } from '../codec/wire.ts'
import type { ScalarDefinition, Type } from '../types.ts'
import { jsonKind } from './basic.ts'

/** A JSON object whose fields nobody here knows. */
export type JsonObject = { [key: string]: unknown }

const isObject = (json: unknown): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** JSON kept as it is; in protobuf a message with its text as bytes in field 1. */
function raw(
  name: string,
  json: 'atomic' | 'granular',
  accepts: (json: unknown) => boolean,
  definition: string,
): ScalarDefinition {
  return {
    name,
    json,
    wire: 'message',
    zero: null,
    printsNull: true,
    openapi: name === 'object' ? { type: 'object' } : {},
    definition,
    isZero: value => value === null || value === undefined,
    parse: json => (accepts(json) ? { value: json } : { error: `expected ${name}, got ${jsonKind(json)}` }),
    equal: (a, b) => a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)),
    toWire(value) {
      if (value === null || value === undefined) return new Uint8Array(0)
      const writer = new Writer()
      writer.text(JSON.stringify(value))
      writer.tag(1, lengthKind)
      return writer.finish()
    },
    fromWire(wire) {
      let text = ''
      readFields(wire as Uint8Array, (number, reader, kind) => {
        if (number !== 1 || kind !== lengthKind) return false
        text = reader.text()
        return true
      })
      if (text === '') return null
      const json = parseJson(text)
      if (json !== null && !accepts(json)) throw new WireError(`expected ${name}, got ${jsonKind(json)}`)
      return json
    },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new WireError(`raw value is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** The same JSON with the keys of every object in order, for comparing. */
function sorted(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(sorted)
  if (!isObject(json)) return json
  return Object.fromEntries(
    Object.entries(json)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, value]) => [key, sorted(value)]),
  )
}

const isAnything = (json: unknown) => json !== undefined

/** An object of any kind, by its meaning. As upstream, the codecs let pass any JSON: who reads it checks it. */
export const rawExtension: Type<JsonObject> = {
  form: 'scalar',
  scalar: raw('object', 'atomic', isAnything, 'io.k8s.apimachinery.pkg.runtime.RawExtension'),
}

/** A set of fields, as server-side apply keeps it. */
export const fieldsV1: Type<JsonObject> = {
  form: 'scalar',
  scalar: raw('object', 'granular', isObject, 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1'),
}

/** Any JSON value. */
export const rawJson: Type<unknown> = {
  form: 'scalar',
  scalar: raw('JSON', 'granular', isAnything, 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON'),
}
