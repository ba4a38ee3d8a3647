const billion = 1_000_000_000n

const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: billion,
  m: 60n * billion,
  h: 3600n * billion,
}

/** Nanoseconds of a Go duration such as `1h30m`, `-1.5s`; `undefined` when it is none or too long. */
export function parseDurationText(text: string): bigint | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+|0)$/.exec(text)
  if (!match) return undefined
  let nanos = 0n
  for (const [, whole, fraction, unit] of (match[2] as string).matchAll(/(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g)) {
    const size = units[unit as string] as bigint
    nanos += BigInt(whole || '0') * size
    if (fraction) nanos += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length)
  }
  if (match[1] === '-') nanos = -nanos
  return BigInt.asIntN(64, nanos) === nanos ? nanos : undefined
}

/** `5400s`, `0.25s`. */
export function formatSeconds(nanos: bigint): string {
  // Upstream goes through a double, which loses what is finer than it holds.
  const seconds = Number(nanos / billion) + Number(nanos % billion) / 1e9
  return `${decimal(seconds)}s`
}

function decimal(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(9).replace(/0+$/, '') : text
}

/** Nanoseconds since the epoch of an RFC 3339 time, and its offset in seconds; `undefined` when it is none. */
export function parseTimestampText(text: string): { nanos: bigint; offset: number } | undefined {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/.exec(text)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCDate() !== day) return undefined
  const offsetHours = Number(match[9] ?? 0)
  const offsetMinutes = Number(match[10] ?? 0)
  if (offsetHours > 24 || offsetMinutes > 60) return undefined
  const offset = (offsetHours * 60 + offsetMinutes) * (match[8] === '-' ? -60 : 60)
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offset
  return { nanos: BigInt(seconds) * billion + BigInt((match[7] ?? '').slice(0, 9).padEnd(9, '0')), offset }
}

/** RFC 3339 at an offset in seconds, with as many digits after the second as there are. */
export function formatTimestamp(nanos: bigint, offset: number): string {
  const date = dateOf(nanos + BigInt(offset) * billion)
  const rest = Number(((nanos % billion) + billion) % billion)
  const fraction = rest ? `.${String(rest).padStart(9, '0').replace(/0+$/, '')}` : ''
  const minutes = Math.abs(offset) / 60
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, '0')
  const zone = offset ? `${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}` : 'Z'
  return `${date.toISOString().slice(0, 19)}${fraction}${zone}`
}

/** The point in time, to the second below. */
export function dateOf(nanos: bigint): Date {
  const rest = ((nanos % billion) + billion) % billion
  return new Date(Number((nanos - rest) / billion) * 1000)
}
