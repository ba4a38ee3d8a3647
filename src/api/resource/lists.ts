import { duplicate, tooMany } from '../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** Rules of lists and maps that are bounded: what is too long is not looked into. */

type ItemRule<T> = (item: T, path: Path) => readonly FieldError[]

/** A list of at most `most` elements, each of which keeps the rule. */
export const listRules = <T>(items: readonly T[], most: number, rule: ItemRule<T>, path: Path): FieldError[] =>
  items.length > most
    ? [tooMany(path, items.length, most)]
    : items.flatMap((item, index) => [...rule(item, path.index(index))])

/** The same, where no two elements have the same key. */
export function setRules<T>(
  items: readonly T[],
  most: number,
  rule: ItemRule<T>,
  keyOf: (item: T) => string,
  path: Path,
): FieldError[] {
  if (items.length > most) return [tooMany(path, items.length, most)]
  const keys = items.map(keyOf)
  return [
    ...listRules(items, most, rule, path),
    ...keys.flatMap((key, index) => (keys.indexOf(key) < index ? [duplicate(path.index(index), key)] : [])),
  ]
}

/** A map of at most `most` entries. What is wrong with a key is told at the map, as upstream does. */
export function mapRules<T>(
  entries: Readonly<Record<string, T>>,
  limits: { readonly most: number; readonly key: number },
  keyRule: (key: string, path: Path) => readonly FieldError[],
  rule: ItemRule<T>,
  path: Path,
): FieldError[] {
  const all = Object.entries(entries)
  if (all.length > limits.most) return [tooMany(path, all.length, limits.most)]
  return all.flatMap(([key, item]) => [...keyRule(key, path), ...rule(item, path.key(shortened(key, limits.key)))])
}

/** A key that is too long to be shown: its beginning and its end. */
function shortened(key: string, most: number): string {
  if (key.length <= most) return key
  const rest = most - 3
  return `${key.slice(0, Math.ceil(rest / 2))}...${key.slice(key.length - Math.floor(rest / 2))}`
}
