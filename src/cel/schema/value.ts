import { toDuration } from '../values/convert.ts'
import { parseTimestampText } from '../values/time.ts'
import { CelError, Duration, Timestamp, type Value } from '../values/value.ts'
import { base64Bytes } from './base64.ts'
import { KeptValue } from './dynamic.ts'
import { MapList, SchemaList, SchemaMap, SetList } from './lists.ts'
import { itemsOf, type Schema, valuesOf, withMetadata } from './schema.ts'

const invalid = (message: string): never => {
  throw new CelError(message)
}

/** JSON data as expressions see it under its schema. Parts are looked at when asked for; then what does not fit throws. */
export function boundValue(schema: Schema, data: unknown): Value {
  if (data === null || data === undefined)
    return schema.nullable ? null : invalid('invalid data, got null for schema with nullable=false')
  if (schema['x-kubernetes-int-or-string']) {
    if (typeof data === 'string') return data
    if (typeof data === 'number' && Number.isInteger(data)) return BigInt(data)
    return invalid('invalid data, expected XIntOrString value to be either a string or integer')
  }
  switch (schema.type) {
    case 'object':
      return objectOf(schema, data)
    case 'array':
      return listOf(schema, data)
    case 'string':
      return typeof data === 'string'
        ? textOf(schema, data)
        : invalid(`invalid data, expected string, got ${goType(data)}`)
    case 'number':
      return typeof data === 'number' ? data : invalid(`invalid data, expected float, got ${goType(data)}`)
    case 'integer':
      return typeof data === 'number' && Number.isInteger(data)
        ? BigInt(data)
        : invalid(`invalid data, expected int, got ${goType(data)}`)
    case 'boolean':
      return typeof data === 'boolean' ? data : invalid(`invalid data, expected bool, got ${goType(data)}`)
  }
  if (schema['x-kubernetes-preserve-unknown-fields']) return new KeptValue(data)
  return invalid(
    `invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ${schema.type ?? ''}`,
  )
}

const goType = (data: unknown): string =>
  Array.isArray(data)
    ? '[]interface {}'
    : typeof data === 'object'
      ? 'map[string]interface {}'
      : typeof data === 'number'
        ? Number.isInteger(data)
          ? 'int64'
          : 'float64'
        : typeof data === 'boolean'
          ? 'bool'
          : 'string'

function objectOf(schema: Schema, data: unknown): Value {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return invalid('invalid data, expected a map for the provided schema with type=object')
  const record = data as Readonly<Record<string, unknown>>
  if (schema['x-kubernetes-embedded-resource'] || schema.properties) {
    const known = schema['x-kubernetes-embedded-resource'] ? withMetadata(schema) : schema
    const properties = known.properties ?? {}
    return new SchemaMap(
      record,
      name => (Object.hasOwn(properties, name) ? properties[name] : undefined),
      true,
      boundValue,
    )
  }
  const values = valuesOf(schema)
  return new SchemaMap(record, () => values, false, boundValue)
}

function listOf(schema: Schema, data: unknown): Value {
  if (!Array.isArray(data)) return invalid('invalid data, expected an array for the provided schema with type=array')
  const items = itemsOf(schema)
  if (!items) return invalid('invalid array type, expected Items with a non-empty Schema')
  const element = (value: unknown): Value => boundValue(items, value)
  switch (schema['x-kubernetes-list-type'] ?? 'atomic') {
    case 'map':
      return new MapList(data, element, schema['x-kubernetes-list-map-keys'] ?? [])
    case 'set':
      return new SetList(data, element)
    default:
      return new SchemaList(data, element)
  }
}

function textOf(schema: Schema, text: string): Value {
  switch (schema.format) {
    case 'duration':
      return durationOf(text)
    case 'date': {
      const parsed = parseTimestampText(`${text}T00:00:00Z`)
      return parsed ? new Timestamp(parsed.nanos) : invalid(`Invalid date formatted string ${text}`)
    }
    case 'date-time': {
      const parsed = parseTimestampText(text.replace(' ', 'T').toUpperCase())
      return parsed ? new Timestamp(parsed.nanos, parsed.offset) : invalid(`Invalid date-time formatted string ${text}`)
    }
    case 'byte':
      return base64Bytes(text) ?? invalid(`Invalid byte formatted string ${text}`)
    default:
      return text
  }
}

const words: Readonly<Record<string, number>> = {
  ns: 1e-9,
  nano: 1e-9,
  us: 1e-6,
  micro: 1e-6,
  ms: 1e-3,
  milli: 1e-3,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  hr: 3600,
  hour: 3600,
  d: 86400,
  day: 86400,
  w: 604800,
  wk: 604800,
  week: 604800,
}

/** A duration as Go writes it, or as the format allows it beside: `3 days`. */
function durationOf(text: string): Value {
  try {
    return toDuration(text)
  } catch (error) {
    if (!(error instanceof CelError)) throw error
  }
  let seconds = 0
  let found = false
  for (const [, count, unit] of text.matchAll(/(\d+)\s*([A-Za-zµ]+)/g)) {
    const size = words[(unit as string).toLowerCase().replace(/s$/, '')] ?? words[(unit as string).toLowerCase()]
    if (size === undefined) continue
    seconds += Number(count) * size
    found = true
  }
  return found ? new Duration(BigInt(Math.round(seconds * 1e9))) : invalid(`Invalid duration ${text}`)
}
