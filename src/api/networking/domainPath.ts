import { invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** What is wrong with a name that is a domain and a path: `acme.io/foo`. Of upstream's `IsDomainPrefixedPath`. */
export function domainPathRules(value: string, longest: number, path: Path): readonly FieldError[] {
  if (value.length > longest) return [tooLong(path, longest)]
  if (!value) return [required(path)]
  const slash = value.indexOf('/')
  const [domain, rest] = slash < 0 ? [value, ''] : [value.slice(0, slash), value.slice(slash + 1)]
  if (slash < 0 || !domain || !rest)
    return [invalid(path, value, 'must be a domain-prefixed path (such as "acme.io/foo")')]
  const errors = dnsSubdomain(domain).map(why => invalid(path, domain, why))
  if (!/^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(rest))
    errors.push(invalid(path, rest, "Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')"))
  return errors
}
