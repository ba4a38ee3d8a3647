import { invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { cIdentifier, dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { wrong } from '../core/pod/rules/names.ts'

/** Name of a request, a device or a counter. */
export const labelRules = (name: string, path: Path): FieldError[] => wrong(dnsLabel(name), path, name)

export const classNameRules = (name: string, path: Path): FieldError[] =>
  name ? wrong(dnsSubdomain(name), path, name) : [required(path)]

export const nodeNameRules = (name: string, path: Path): FieldError[] => wrong(dnsSubdomain(name), path, name)

const longestPool = 253

/** Name of a pool: names with slashes between. */
export function poolNameRules(name: string, path: Path): FieldError[] {
  if (!name) return [required(path)]
  return [
    ...(name.length > longestPool ? [tooLong(path, longestPool)] : []),
    ...name.split('/').flatMap(part => wrong(dnsSubdomain(part), path, part)),
  ]
}

const longestDomain = 63
const longestId = 32
/** Of an attribute's or a capacity's name. */
export const longestName = longestDomain + 1 + longestId

function idRules(id: string, path: Path): FieldError[] {
  return [...(id.length > longestId ? [tooLong(path, longestId)] : []), ...wrong(cIdentifier(id), path, id)]
}

/** Name of an attribute or a capacity: `name` or `domain/name`. Of upstream's `validateQualifiedName`. */
export function attributeNameRules(name: string, path: Path): FieldError[] {
  const [first = '', second, ...more] = name.split('/')
  if (more.length > 0) return []
  if (second === undefined) return idRules(first, path)
  return [
    ...(first ? driverNameRules(first, path) : [invalid(path, '', 'the domain must not be empty')]),
    ...(second ? idRules(second, path) : [invalid(path, '', 'the name must not be empty')]),
  ]
}

export const fullNameRules = (name: string, path: Path): FieldError[] => [
  ...attributeNameRules(name, path),
  ...(name.includes('/')
    ? []
    : [invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
]

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Forms that upstream's parser takes as well: in upper case, in braces, as a URN, without dashes. */
const looseUuid =
  /^(?:urn:uuid:)?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$|^\{[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}$|^[0-9a-f]{32}$/i

export function uidRules(uid: string, path: Path): FieldError[] {
  if (uuid.test(uid)) return []
  if (looseUuid.test(uid))
    return [
      invalid(
        path,
        uid,
        'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters',
      ),
    ]
  const why = [32, 36, 38, 45].includes(uid.length) ? 'invalid UUID format' : `invalid UUID length: ${uid.length}`
  return [invalid(path, uid, `error validating uid: ${why}`)]
}
