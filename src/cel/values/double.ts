/** A double as Go's `%g` prints it: `1.5`, `1e+21`, `+Inf`. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (Object.is(value, -0)) return '-0'
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
  const power = Number(exponent)
  if (power >= -4 && power < 6) return plain(mantissa, power)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** The digits of a mantissa with the point moved: no exponent, however large. */
export function plain(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/^-/, '').replace('.', '')
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  if (digits.length <= power + 1) return sign + digits.padEnd(power + 1, '0')
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`
}
