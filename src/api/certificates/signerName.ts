import { invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'

const longestDomain = 253
/** A domain, a slash, and room for a namespace and a name. */
const longest = longestDomain + 1 + 253 + 1 + 63

/** What is wrong with the name of a signer: `example.com/signer`. Of upstream's `ValidateSignerName`. */
export function signerNameRules(name: string, path: Path): readonly FieldError[] {
  if (!name) return [required(path)]
  const [domain = '', rest, ...more] = name.split('/')
  if (rest === undefined || more.length > 0)
    return [invalid(path, name, "must be a fully qualified domain and path of the form 'example.com/signer-name'")]
  const labels = domain.split('.')
  const errors: FieldError[] = []
  if (domain.length > longestDomain) errors.push(tooLong(path, longestDomain))
  errors.push(...firstWrong(labels, dnsLabel, domain, path))
  if (labels.length < 2)
    errors.push(invalid(path, domain, 'should be a domain with at least two segments separated by dots'))
  errors.push(...firstWrong(rest.split('.'), dnsSubdomain, rest, path))
  if (name.length > longest) errors.push(tooLong(path, longest))
  return errors
}

function firstWrong(
  labels: readonly string[],
  check: (label: string) => readonly string[],
  value: string,
  path: Path,
): readonly FieldError[] {
  const wrong = labels.find(label => check(label).length > 0)
  if (wrong === undefined) return []
  return check(wrong).map(why => invalid(path, value, `validating label ${JSON.stringify(wrong)}: ${why}`))
}
