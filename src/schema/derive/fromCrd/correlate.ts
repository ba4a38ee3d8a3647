import { isPlainRecord, propertyOf, type Structural } from '../../structural.ts'

/** The old value of a field, where there was one. */
export function correlated(old: unknown, name: string): { readonly value: unknown } | undefined {
  return isPlainRecord(old) && Object.hasOwn(old, name) ? { value: old[name] } : undefined
}

/** Finds the old element that is the same as a new one; undefined where elements can't be told apart. */
export function keyedElements(
  schema: Structural,
  old: unknown,
): ((element: unknown) => { readonly value: unknown } | undefined) | undefined {
  const keys = schema['x-kubernetes-list-map-keys']
  if (schema['x-kubernetes-list-type'] !== 'map' || !keys || !Array.isArray(old)) return undefined
  let known: Map<string, unknown> | undefined
  return element => {
    known ??= new Map(old.flatMap(each => (isPlainRecord(each) ? [[keyOf(schema, keys, each), each] as const] : [])))
    if (!isPlainRecord(element)) return undefined
    const key = keyOf(schema, keys, element)
    return known.has(key) ? { value: known.get(key) } : undefined
  }
}

/** What tells an element of a list of type map from others: the values of its keys, or their defaults. */
function keyOf({ items = {} }: Structural, keys: readonly string[], element: Record<string, unknown>): string {
  return JSON.stringify(
    keys.map(key => (Object.hasOwn(element, key) ? element[key] : (propertyOf(items, key)?.default ?? null))),
  )
}
