/** Plain JSON data, as patches see it. */
export type PlainObject = { readonly [key: string]: unknown }

export const isPlainObject = (value: unknown): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value as Go prints it with `%v`: `map[a:1 b:[x]]`. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, held]) => `${key}:${goPrint(held)}`).join(' ')}]`
}
