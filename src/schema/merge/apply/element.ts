import { isPlainObject } from '../plain.ts'

/**
 * One step of a path to a field, as FieldsV1 spells it:
 *   `f:name`            a field of an object, or a key of a map
 *   `k:{"name":"web"}`  the element of a list that has these keys, in the order of their names
 *   `v:"text"`          the element of a set
 *   `i:3`               the element of a list at a position
 * Two elements are the same when their texts are.
 */
export type Element = string

export const fieldElement = (name: string): Element => `f:${name}`

/** The element for a member of a set. */
export const valueElement = (value: unknown): Element => `v:${goJson(value)}`

/** The element for a member of a list with keys; `keys` are in the order of their names. */
export function keyElement(keys: readonly (readonly [name: string, value: unknown])[]): Element {
  let text = 'k:{'
  for (const [name, value] of keys) text += `${text.length > 3 ? ',' : ''}${JSON.stringify(name)}:${goJson(value)}`
  return `${text}}`
}

/** JSON text as Go writes it: what would matter to HTML is escaped. */
function goJson(value: unknown): string {
  const text = JSON.stringify(value)
  return /[<>&\u2028\u2029]/.test(text)
    ? text.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text
}

/** What stands behind the letter of a `k:` or `v:`; undefined when it is no JSON. */
function jsonOf(element: Element): unknown {
  try {
    return JSON.parse(element.slice(2)) as unknown
  } catch {
    return undefined
  }
}

/** Fields first, then keys, values and positions. */
const kinds = 'fkvi'

/** Whether this is a step that is understood; others are dropped when sets are read. Throws on what cannot be read. */
export function checkElement(element: Element): boolean {
  if (element.length < 2) throw new Error('key must be 2 characters long:')
  if (element[1] !== ':') throw new Error(`missing colon: ${element}`)
  const kind = element[0] as string
  if (!kinds.includes(kind)) return false
  if (kind === 'i' && !/^i:[+-]?\d{1,15}$/.test(element))
    throw new Error(`strconv.Atoi: parsing ${JSON.stringify(element.slice(2))}: invalid syntax`)
  if (kind === 'k' && !isPlainObject(jsonOf(element))) throw new Error(`expected an object of keys, got ${element}`)
  if (kind === 'v' && jsonOf(element) === undefined) throw new Error(`expected a value, got ${element}`)
  return true
}

/** The order in which sets are written: upstream's `PathElement.Compare`. */
export function compareElements(a: Element, b: Element): number {
  if (a === b) return 0
  const kind = a[0] as string
  if (kind !== b[0]) return kinds.indexOf(kind) - kinds.indexOf(b[0] as string)
  if (kind === 'f') return compareText(a, b)
  if (kind === 'i') return Number(a.slice(2)) - Number(b.slice(2))
  const [x, y] = [jsonOf(a), jsonOf(b)]
  return kind === 'v' ? compareValues(x, y) : compareKeys(x as Keys, y as Keys)
}

type Keys = Readonly<Record<string, unknown>>

function compareKeys(a: Keys, b: Keys): number {
  const x = Object.keys(a).sort(compareText)
  const y = Object.keys(b).sort(compareText)
  for (let at = 0; at < x.length && at < y.length; at++) {
    const [left, right] = [x[at] as string, y[at] as string]
    const order = compareText(left, right) || compareValues(a[left], b[right])
    if (order !== 0) return order
  }
  return x.length - y.length
}

/** Text by its code points, as Go compares bytes of UTF-8. */
export function compareText(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x !== y) return surrogatesLast(x) - surrogatesLast(y)
  }
  return a.length - b.length
}

const surrogatesLast = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)

const rank = (value: unknown): number => {
  if (typeof value === 'number') return 0
  if (typeof value === 'string') return 1
  if (typeof value === 'boolean') return 2
  if (Array.isArray(value)) return 3
  return value === null || value === undefined ? 5 : 4
}

function compareValues(a: unknown, b: unknown): number {
  const order = rank(a) - rank(b)
  if (order !== 0) return order
  if (typeof a === 'number') return a - (b as number)
  if (typeof a === 'string') return compareText(a, b as string)
  if (typeof a === 'boolean') return Number(a) - Number(b)
  return compareText(JSON.stringify(a) ?? '', JSON.stringify(b) ?? '')
}

/** A step as conflicts and errors name it: `.spec`, `[name="web"]`, `[="text"]`, `[3]`. */
export function printElement(element: Element): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('i:')) return `[${rest}]`
  const value = jsonOf(element)
  if (element.startsWith('v:')) return `[=${printValue(value)}]`
  const keys = isPlainObject(value) ? value : {}
  const told = Object.keys(keys)
    .sort(compareText)
    .map(name => `${name}=${printValue(keys[name])}`)
  return `[${told.join(',')}]`
}

const printValue = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(printValue).join(',')}]`
  if (isPlainObject(value))
    return `{${Object.entries(value)
      .map(([key, held]) => `${key}=${printValue(held)}`)
      .join(';')}}`
  return JSON.stringify(value)
}
