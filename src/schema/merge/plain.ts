/** Plain JSON data, as patches see it. */
export type PlainObject = { readonly [key: string]: unknown }

export const isPlainObject = (value: unknown): value is PlainObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What Go calls a JSON value. */
export const goKindOf = (value: unknown): string =>
  Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value

/** Go's words about what should be an object. */
export const noMap = (value: unknown): string =>
  `json: cannot unmarshal ${goKindOf(value)} into Go value of type map[string]interface {}`

/** A value as Go prints it with `%v`: `map[a:1 b:[x]]`. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>'
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`
  if (typeof value !== 'object') return String(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `map[${entries.map(([key, held]) => `${key}:${goPrint(held)}`).join(' ')}]`
}
