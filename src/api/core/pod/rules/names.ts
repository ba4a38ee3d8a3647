import { invalid } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'

/** What a check found wrong with a value, as field errors. */
export const wrong = (details: readonly string[], path: Path, value: unknown): FieldError[] =>
  details.map(detail => invalid(path, value, detail))

const searchLabel = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
const search = `${searchLabel}(\\.${searchLabel})*`
const searchPattern = new RegExp(`^${search}$`)

/** A domain that names are looked up in; as a DNS subdomain, with underscores. */
export function searchDomain(name: string): string[] {
  const details: string[] = []
  if (name.length > 253) details.push('must be no more than 253 characters')
  if (name.length > 2048 || !searchPattern.test(name))
    details.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${search}')`,
    )
  return details
}
