import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain, pathSegment } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** A text that must be there, and can stand in the path of a request. */
export const segmentRules = (value: string | undefined, path: Path): FieldError[] =>
  value ? pathSegment(value).map(why => invalid(path, value, why)) : [required(path)]

/** What is wrong with a reference to an object of any kind. */
export function referenceRules(
  { apiGroup, kind, name }: { apiGroup?: string; kind: string; name: string },
  path: Path,
): FieldError[] {
  const errors =
    apiGroup === undefined ? [] : dnsSubdomain(apiGroup).map(why => invalid(path.child('apiGroup'), apiGroup, why))
  return [...errors, ...segmentRules(kind, path.child('kind')), ...segmentRules(name, path.child('name'))]
}
