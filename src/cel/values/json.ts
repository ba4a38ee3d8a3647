import { toText } from './convert.ts'
import { CelError, Duration, List, Mapping, Optional, Timestamp, Uint, type Value } from './value.ts'

/** A value as JSON data: numbers become numbers, times texts, bytes base64. Throws a CelError for what JSON has no form of. */
export function toJson(value: Value): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Uint) return Number(value.value)
  if (value instanceof Uint8Array) return value.toBase64()
  if (value instanceof Timestamp || value instanceof Duration) return toText(value)
  if (value instanceof List) return [...value].map(toJson)
  if (value instanceof Mapping) return mapJson(value)
  if (value instanceof Optional && value.value !== undefined) return toJson(value.value)
  throw new CelError('value has no form in JSON')
}

function mapJson(value: Mapping): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  for (const key of value.keys()) {
    if (typeof key !== 'string') throw new CelError('keys of JSON objects are texts')
    made[key] = toJson(value.get(key) ?? null)
  }
  return made
}
