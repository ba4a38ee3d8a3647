/** Go's durations (time.ParseDuration, Duration.String), exact in nanoseconds. */
const units: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
}
const most = 2n ** 63n - 1n

/** Nanoseconds of a duration text, or what is wrong with it. */
export function nanoseconds(text: string): bigint | string {
  const quoted = JSON.stringify(text)
  const invalid = `time: invalid duration ${quoted}`
  if (text.length > 256) return 'time: invalid duration'
  const negative = text[0] === '-'
  let rest = negative || text[0] === '+' ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') return invalid
  let total = 0n
  while (rest !== '') {
    const match = /^(\d*)(?:\.(\d*))?([^\d.]*)/.exec(rest)
    const [all = '', whole = '', fraction = '', unit = ''] = match ?? []
    if (whole === '' && fraction === '') return invalid
    if (unit === '') return `time: missing unit in duration ${quoted}`
    const size = Object.hasOwn(units, unit) ? units[unit] : undefined
    if (size === undefined) return `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}`
    total += BigInt(whole || '0') * size
    if (fraction !== '') total += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length)
    if (total > most + 1n) return invalid
    rest = rest.slice(all.length)
  }
  if (!negative && total > most) return invalid
  return negative ? -total : total
}

/** Nanoseconds as Go prints them: `1h0m0s`, `1.5s`, `20ms`, `0s`. */
export function formatNanoseconds(value: bigint): string {
  if (value === 0n) return '0s'
  const sign = value < 0n ? '-' : ''
  const size = value < 0n ? -value : value
  if (size < 1000n) return `${sign}${size}ns`
  if (size < 1_000_000n) return `${sign}${decimal(size, 1000n, 3)}µs`
  if (size < 1_000_000_000n) return `${sign}${decimal(size, 1_000_000n, 6)}ms`
  const minute = 60_000_000_000n
  const seconds = `${decimal(size % minute, 1_000_000_000n, 9)}s`
  const minutes = size / minute
  if (minutes === 0n) return sign + seconds
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, unit: bigint, digits: number): string {
  const fraction = (value % unit).toString().padStart(digits, '0').replace(/0+$/, '')
  return fraction ? `${value / unit}.${fraction}` : `${value / unit}`
}

/** A duration text in the one form Go prints. */
export function canonicalDuration(text: string): { readonly value: string } | { readonly error: string } {
  const parsed = nanoseconds(text)
  return typeof parsed === 'string' ? { error: parsed } : { value: formatNanoseconds(parsed) }
}
