import { readFields, varintKind, Writer } from '../codec/wire.ts'
import type { ScalarDefinition, Type } from '../types.ts'
import { noText } from './basic.ts'
import { daysIn, daysSinceEpoch, plainSeconds, printSeconds } from './civil.ts'
import { canonicalDuration, formatNanoseconds, nanoseconds } from './duration.ts'

const pad = (value: number, width: number) => String(value).padStart(width, '0')

/** Milliseconds since the epoch as RFC 3339 with seconds, UTC: `2026-01-31T09:30:00Z`. Parts of a second are cut off. */
export function formatTime(ms: number): string {
  return `${printSeconds(Math.floor(ms / 1000))}Z`
}

/** Milliseconds since the epoch, fractions included, as RFC 3339 with microseconds, UTC: `2026-01-31T09:30:00.000001Z`. */
export function formatMicroTime(ms: number): string {
  const whole = Math.floor(ms / 1000)
  const micros = Math.floor((ms - whole * 1000) * 1000 + 1e-3)
  return `${printSeconds(whole)}.${pad(Math.min(micros, 999_999), 6)}Z`
}

/** Milliseconds since the epoch of an RFC 3339 text; fractions of a millisecond are kept. Throws on anything else. */
export function parseTime(text: string): number {
  const plain = plainSeconds(text)
  if (plain !== undefined) return plain * 1000
  const parsed = read(text, timeLayout)
  if ('error' in parsed) throw new RangeError(parsed.error)
  return parsed.seconds * 1000 + parsed.nanos / 1e6
}

/** Milliseconds of Go's duration text (`1h30m`, `1.5s`, `-100ms`). Throws on anything else. */
export function parseDuration(text: string): number {
  const parsed = nanoseconds(text)
  if (typeof parsed === 'string') throw new RangeError(parsed)
  return Number(parsed) / 1e6
}

/** Milliseconds as Go prints a duration: `1h30m0s`. */
export const formatDuration = (ms: number): string => formatNanoseconds(BigInt(Math.round(ms * 1e6)))

interface Instant {
  readonly seconds: number
  readonly nanos: number
}

const timeLayout = '2006-01-02T15:04:05Z07:00'
const microLayout = '2006-01-02T15:04:05.000000Z07:00'
const quoted = (text: string) => JSON.stringify(text)

/** Reads RFC 3339 as Go's time.Parse does, with its words where it stops. */
function read(text: string, layout: string): Instant | { readonly error: string } {
  const wrong = (rest: string, part: string) => ({
    error: `parsing time ${quoted(text)} as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(part)}`,
  })
  let at = 0
  const numbers: number[] = []
  for (const [digits, part, after] of parts) {
    const piece = text.slice(at, at + digits)
    if (piece.length < digits || !/^\d+$/.test(piece)) return wrong(text.slice(at), part)
    numbers.push(Number(piece))
    at += digits
    if (after === '') continue
    if (text[at] !== after) return wrong(text.slice(at), after)
    at++
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers
  const fraction = /^[.,](\d+)/.exec(text.slice(at))
  if (layout === microLayout && fraction?.[1]?.length !== 6) return wrong(text.slice(at), '.000000')
  const nanos = fraction ? Number((fraction[1] ?? '').slice(0, 9).padEnd(9, '0')) : 0
  at += fraction?.[0].length ?? 0
  const zone = /^(?:Z|([+-])(\d\d):(\d\d))/.exec(text.slice(at))
  if (!zone) return wrong(text.slice(at), 'Z07:00')
  at += zone[0].length
  if (at < text.length) return { error: `parsing time ${quoted(text)}: extra text: ${quoted(text.slice(at))}` }
  const out = (what: string) => ({ error: `parsing time ${quoted(text)}: ${what} out of range` })
  if (month < 1 || month > 12) return out('month')
  if (day < 1 || day > daysIn(year, month)) return out('day')
  if (hour > 23) return out('hour')
  if (minute > 59) return out('minute')
  if (second > 59) return out('second')
  const [zoneHours, zoneMinutes] = [Number(zone[2] ?? 0), Number(zone[3] ?? 0)]
  if (zoneHours > 24) return out('time zone offset hour')
  if (zoneMinutes > 60) return out('time zone offset minute')
  const offset = (zoneHours * 3600 + zoneMinutes * 60) * (zone[1] === '-' ? -1 : 1)
  return { seconds: daysSinceEpoch(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset, nanos }
}

const parts: readonly (readonly [digits: number, part: string, after: string])[] = [
  [4, '2006', '-'],
  [2, '01', '-'],
  [2, '02', 'T'],
  [2, '15', ':'],
  [2, '04', ':'],
  [2, '05', ''],
]

/** Go's zero time, year 1, means unset. */
const zeroSeconds = -62135596800

function instantScalar(definition: string, layout: string, print: (instant: Instant) => string): ScalarDefinition {
  return {
    name: 'time',
    wire: 'message',
    zero: '',
    printsNull: true,
    openapi: { type: 'string', format: 'date-time' },
    definition,
    isZero: value => value === '',
    parse(json) {
      if (typeof json !== 'string') return { error: noText(json) }
      // The zero of normal form, as objects of this process carry it.
      if (json === '') return { value: '' }
      if (layout === timeLayout && plainSeconds(json) !== undefined && !json.startsWith('0001-')) return { value: json }
      const instant = read(json, layout)
      if ('error' in instant) return instant
      const isZero = instant.seconds === zeroSeconds && instant.nanos === 0
      return { value: isZero ? '' : print(instant) }
    },
    toWire(value) {
      if (value === '') return empty
      const plain = plainSeconds(value as string)
      const instant = plain === undefined ? read(value as string, timeLayout) : { seconds: plain, nanos: 0 }
      if ('error' in instant) throw new RangeError(instant.error)
      const writer = new Writer(24)
      writer.varint(layout === microLayout ? Math.floor(instant.nanos / 1000) * 1000 : 0)
      writer.tag(2, varintKind)
      writer.varint(instant.seconds)
      writer.tag(1, varintKind)
      return writer.finish()
    },
    fromWire(wire) {
      const bytes = wire as Uint8Array
      if (bytes.length === 0) return ''
      let seconds = 0
      let nanos = 0
      readFields(bytes, (number, reader, kind) => {
        if (kind !== varintKind || number > 2) return false
        if (number === 1) seconds = reader.int64(true)
        else nanos = reader.uint() | 0
        return true
      })
      return seconds === zeroSeconds && nanos === 0 ? '' : print({ seconds, nanos })
    },
  }
}

const empty = new Uint8Array(0)

/** RFC 3339 with seconds, UTC. */
export const time: Type<string> = {
  form: 'scalar',
  scalar: instantScalar(
    'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
    timeLayout,
    ({ seconds }) => `${printSeconds(seconds)}Z`,
  ),
}

/** RFC 3339 with microseconds, UTC. */
export const microTime: Type<string> = {
  form: 'scalar',
  scalar: instantScalar('io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime', microLayout, ({ seconds, nanos }) => {
    const micros = Math.floor(nanos / 1000)
    return `${printSeconds(seconds)}.${pad(micros, 6)}Z`
  }),
}

/** Go's duration text. */
export const duration: Type<string> = {
  form: 'scalar',
  scalar: {
    name: 'duration',
    wire: 'message',
    zero: '0s',
    openapi: { type: 'string' },
    definition: 'io.k8s.apimachinery.pkg.apis.meta.v1.Duration',
    isZero: value => value === '0s',
    parse: json => (typeof json === 'string' ? canonicalDuration(json) : { error: noText(json) }),
    toWire(value) {
      const parsed = nanoseconds(value as string)
      if (typeof parsed === 'string') throw new RangeError(parsed)
      const writer = new Writer(16)
      writer.varint64(parsed)
      writer.tag(1, varintKind)
      return writer.finish()
    },
    fromWire(wire) {
      let value = 0n
      readFields(wire as Uint8Array, (number, reader, kind) => {
        if (number !== 1 || kind !== varintKind) return false
        value = reader.bigint()
        return true
      })
      return formatNanoseconds(value)
    },
  },
}
