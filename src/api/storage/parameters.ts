import { invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { qualifiedName, totalSize } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'

const longest = 256 * 1024
const most = 512

/** What is wrong with the parameters of a driver. Of upstream's `validateParameters`. */
export function parameterRules(
  parameters: Readonly<Record<string, string>> = {},
  canBeEmpty: boolean,
): readonly FieldError[] {
  const path = at('parameters')
  const names = Object.keys(parameters)
  if (names.length > most) return [tooLong(path, most)]
  return [
    ...(names.includes('') ? [invalid(path, '', 'field can not be empty.')] : []),
    ...(totalSize(parameters) > longest ? [tooLong(path, longest)] : []),
    ...(names.length === 0 && !canBeEmpty ? [required(path, 'must contain at least one key/value pair')] : []),
  ]
}

/** What is wrong with the name of who provides volumes. Of upstream's `validateProvisioner`. */
export const provisionerRules = (name: string, path: Path): readonly FieldError[] =>
  name ? qualifiedName(name.toLowerCase()).map(why => invalid(path, name, why)) : [required(path)]
