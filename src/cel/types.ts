/** What an expression may compute: the types of CEL, and the structs and opaque types that libraries and schemas add. */
export type Type =
  | { readonly kind: ScalarKind }
  | { readonly kind: 'list'; readonly of: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  /** Fields by name; equal when the names are. */
  | { readonly kind: 'struct'; readonly name: string; readonly field: (name: string) => Type | undefined }
  /** A type of a library, or `optional_type`. */
  | { readonly kind: 'opaque'; readonly name: string; readonly of: readonly Type[] }
  | { readonly kind: 'param'; readonly name: string }
  /** The type of a type; without `of` any. */
  | { readonly kind: 'type'; readonly of?: Type }

export type ScalarKind =
  | 'dyn'
  | 'error'
  | 'null'
  | 'bool'
  | 'int'
  | 'uint'
  | 'double'
  | 'string'
  | 'bytes'
  | 'timestamp'
  | 'duration'

export const dyn: Type = { kind: 'dyn' }
export const errorType: Type = { kind: 'error' }
export const nullType: Type = { kind: 'null' }
export const bool: Type = { kind: 'bool' }
export const int: Type = { kind: 'int' }
export const uint: Type = { kind: 'uint' }
export const double: Type = { kind: 'double' }
export const string: Type = { kind: 'string' }
export const bytes: Type = { kind: 'bytes' }
export const timestamp: Type = { kind: 'timestamp' }
export const duration: Type = { kind: 'duration' }
export const typeType: Type = { kind: 'type' }

export const list = (of: Type): Type => ({ kind: 'list', of })
export const map = (key: Type, value: Type): Type => ({ kind: 'map', key, value })
export const optional = (of: Type): Type => ({ kind: 'opaque', name: 'optional_type', of: [of] })
export const opaque = (name: string, ...of: Type[]): Type => ({ kind: 'opaque', name, of })
export const param = (name: string): Type => ({ kind: 'param', name })
export const typeOfType = (of: Type): Type => ({ kind: 'type', of })

/** A struct with these fields, or with those that the function knows. */
export const struct = (
  name: string,
  fields: Readonly<Record<string, Type>> | ((name: string) => Type | undefined),
): Type => ({
  kind: 'struct',
  name,
  field: typeof fields === 'function' ? fields : field => (Object.hasOwn(fields, field) ? fields[field] : undefined),
})

/** The name of a type without its parameters, as `type(x)` and messages show it. */
export function typeName(type: Type): string {
  switch (type.kind) {
    case 'struct':
    case 'opaque':
    case 'param':
      return type.name
    case 'null':
      return 'null_type'
    case 'timestamp':
      return 'google.protobuf.Timestamp'
    case 'duration':
      return 'google.protobuf.Duration'
    case 'error':
      return '!error!'
    default:
      return type.kind
  }
}

/** The parameters of a type, in order. */
export function parameters(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'list':
      return [type.of]
    case 'map':
      return [type.key, type.value]
    case 'opaque':
      return type.of
    case 'type':
      return type.of ? [type.of] : []
    default:
      return []
  }
}

/** A type as cel-go's messages print it: `list(int)`, `map(string, dyn)`. */
export function formatType(type: Type): string {
  if (type.kind === 'null' || type.kind === 'timestamp' || type.kind === 'duration') return type.kind
  const of = parameters(type)
  return of.length ? `${typeName(type)}(${of.map(formatType).join(', ')})` : typeName(type)
}

/** Whether two types are the same, parameters included. */
export function sameType(a: Type, b: Type): boolean {
  if (a === b) return true
  if (a.kind !== b.kind || typeName(a) !== typeName(b)) return false
  const left = parameters(a)
  const right = parameters(b)
  return left.length === right.length && left.every((type, i) => sameType(type, right[i] as Type))
}

export const isDyn = (type: Type): boolean => type.kind === 'dyn'

/** The type inside an optional, when it is one. */
export const unwrapOptional = (type: Type): Type | undefined =>
  type.kind === 'opaque' && type.name === 'optional_type' ? type.of[0] : undefined
