import { invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'

const longestName = 63

/** What is wrong with the name of a CSI driver. Of upstream's `ValidateCSIDriverName`. */
export function driverNameRules(name: string, path: Path): FieldError[] {
  if (!name) return [required(path)]
  return [
    ...(name.length > longestName ? [tooLong(path, longestName)] : []),
    ...dnsSubdomain(name.toLowerCase()).map(why => invalid(path, name, why)),
  ]
}
