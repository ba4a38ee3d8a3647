import type { FieldError, Path, Rule } from '../types.ts'
import { invalid, required, tooLong, tooMany } from './errors.ts'
import { dnsSubdomain, httpPath } from './names.ts'

/** Rules to declare a field with. They see only values that are there; `nonEmpty` and `atLeast` suit fields that always are. */

/** A number of at least `least`. */
export const min =
  (least: number): Rule<number> =>
  (value, path) =>
    value < least ? [invalid(path, value, `must be greater than or equal to ${least}`)] : []

/** A number of at most `most`. */
export const max =
  (most: number): Rule<number> =>
  (value, path) =>
    value > most ? [invalid(path, value, `must be less than or equal to ${most}`)] : []

/** A number from `least` to `most`. */
export const between =
  (least: number, most: number): Rule<number> =>
  (value, path) =>
    value < least || value > most ? [invalid(path, value, `must be between ${least} and ${most}, inclusive`)] : []

const isEmpty = (value: unknown) =>
  value === '' || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)

/** A text, list, map or object that is not empty. */
export const nonEmpty = (value: unknown, path: Path) => (isEmpty(value) ? [required(path)] : [])

/** A list of at least `least` elements. */
export const atLeast =
  (least: number): Rule<readonly unknown[]> =>
  (value, path) => {
    if (value.length >= least) return []
    const items = `must have at least ${least} item${least === 1 ? '' : 's'}`
    return [value.length === 0 ? required(path) : invalid(path, value.length, items)]
  }

/** A list of at most `most` elements. */
export const atMost =
  (most: number): Rule<readonly unknown[]> =>
  (value, path) =>
    value.length > most ? [tooMany(path, value.length, most)] : []

const encoder = new TextEncoder()

/** A text of at most `most` bytes in UTF-8. */
export const maxBytes =
  (most: number): Rule<string> =>
  (value, path) =>
    value.length * 3 > most && encoder.encode(value).length > most ? [tooLong(path, most)] : []

/** A text that a check of `names.ts` finds nothing wrong with; empty is left to `nonEmpty`. */
export const matches =
  (check: (value: string) => readonly string[]): Rule<string> =>
  (value, path) =>
    value === '' ? [] : check(value).map(detail => invalid(path, value, detail))

/** Every element of a list keeps the rule. */
export const each =
  <T>(rule: Rule<T>): Rule<readonly T[]> =>
  (value, path) =>
    value.flatMap((element, index) => [...rule(element, path.index(index))])

/** The field may be set, but then no longer changed. */
export const immutable: Rule<unknown> = (value, path, old) =>
  // The walk leaves out what did not change.
  old === undefined ? [] : [invalid(path, value, 'field is immutable')]

/** A path under a domain, such as `acme.io/foo`. Of upstream's IsDomainPrefixedPath. */
export const domainPrefixedPath = (value: string, path: Path): FieldError[] => {
  if (value === '') return [required(path)]
  const slash = value.indexOf('/')
  if (slash <= 0 || slash === value.length - 1)
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const [host, rest] = [value.slice(0, slash), value.slice(slash + 1)]
  return [
    ...dnsSubdomain(host).map(detail => invalid(path, host, detail)),
    ...httpPath(rest).map(detail => invalid(path, rest, detail)),
  ]
}
