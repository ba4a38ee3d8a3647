import { moment } from './arithmetic.ts'
import { formatDouble } from './double.ts'
import { formatSeconds, formatTimestamp, parseDurationText, parseTimestampText } from './time.ts'
import { CelError, Duration, Timestamp, Uint, type Value } from './value.ts'

const unsuited = (from: string, to: string): never => {
  throw new CelError(`type conversion error from '${from}' to '${to}'`)
}

export function toInt(value: Value): bigint {
  if (typeof value === 'bigint') return value
  if (value instanceof Uint) return bounded(value.value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value <= -(2 ** 63) || value >= 2 ** 63) throw new CelError('integer overflow')
    return BigInt(Math.trunc(value))
  }
  if (value instanceof Duration) return value.nanos
  if (value instanceof Timestamp) return floorSeconds(value.nanos)
  const parsed = typeof value === 'string' && /^[+-]?\d+$/.test(value) ? BigInt(value.replace(/^\+/, '')) : undefined
  return parsed !== undefined && BigInt.asIntN(64, parsed) === parsed ? parsed : unsuited('string', 'int')
}

function bounded(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError('integer overflow')
  return value
}

export function toUint(value: Value): Uint {
  if (value instanceof Uint) return value
  if (typeof value === 'bigint') {
    if (value < 0n) throw new CelError('unsigned integer overflow')
    return new Uint(value)
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value) || value < 0 || value >= 2 ** 64) throw new CelError('unsigned integer overflow')
    return new Uint(BigInt(Math.trunc(value)))
  }
  const parsed = typeof value === 'string' && /^\d+$/.test(value) ? BigInt(value) : undefined
  return parsed !== undefined && BigInt.asUintN(64, parsed) === parsed ? new Uint(parsed) : unsuited('string', 'uint')
}

export function toDouble(value: Value): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Uint) return Number(value.value)
  if (typeof value === 'string') {
    const special = /^([+-]?)(inf|infinity|nan)$/i.exec(value)
    if (special) return /nan/i.test(value) ? Number.NaN : special[1] === '-' ? -Infinity : Infinity
    if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value))) return Number(value)
  }
  return unsuited('string', 'double')
}

export function toBool(value: Value): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') {
    if (/^(1|t|T|TRUE|true|True)$/.test(value)) return true
    if (/^(0|f|F|FALSE|false|False)$/.test(value)) return false
  }
  return unsuited('string', 'bool')
}

export function toText(value: Value): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return formatDouble(value)
  if (value instanceof Uint) return String(value.value)
  if (value instanceof Duration) return formatSeconds(value.nanos)
  if (value instanceof Timestamp) return formatTimestamp(value.nanos, value.offset)
  if (value instanceof Uint8Array) {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
    } catch (cause) {
      throw new CelError('invalid UTF-8 in bytes, cannot convert to string', { cause })
    }
  }
  return String(value)
}

export const toBytes = (value: Value): Uint8Array =>
  value instanceof Uint8Array ? value : new TextEncoder().encode(value as string)

export function toDuration(value: Value): Duration {
  if (value instanceof Duration) return value
  if (typeof value === 'bigint') return new Duration(value)
  const nanos = parseDurationText(value as string)
  return nanos === undefined ? unsuited('string', 'google.protobuf.Duration') : new Duration(nanos)
}

export function toTimestamp(value: Value): Timestamp {
  if (value instanceof Timestamp) return value
  if (typeof value === 'bigint') return moment(value * 1_000_000_000n)
  const parsed = parseTimestampText(value as string)
  return parsed ? moment(parsed.nanos, parsed.offset) : unsuited('string', 'google.protobuf.Timestamp')
}

export const floorSeconds = (nanos: bigint): bigint => {
  const seconds = nanos / 1_000_000_000n
  return nanos < 0n && nanos % 1_000_000_000n !== 0n ? seconds - 1n : seconds
}
