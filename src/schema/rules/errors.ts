import type { FieldError, Path } from '../types.ts'

/** Constructors of field errors. The detail is upstream's wording where upstream has the same rule. */
const make = (type: FieldError['type'], path: Path, detail: string, value?: unknown): FieldError => ({
  type,
  field: path.toString(),
  detail,
  ...(value === undefined ? {} : { value }),
})

export const required = (path: Path, detail = '') => make('FieldValueRequired', path, detail)
export const invalid = (path: Path, value: unknown, detail: string) =>
  make('FieldValueInvalid', path, detail, value ?? null)
/** What stands here is wrong as a whole; it is not repeated in the message. */
export const invalidHere = (path: Path, detail: string) => make('FieldValueInvalid', path, detail)
export const forbidden = (path: Path, detail: string) => make('FieldValueForbidden', path, detail)
export const duplicate = (path: Path, value: unknown) => make('FieldValueDuplicate', path, '', value)
export const notFound = (path: Path, value: unknown) => make('FieldValueNotFound', path, '', value)
export const typeInvalid = (path: Path, value: unknown, detail: string) =>
  make('FieldValueTypeInvalid', path, detail, value)
export const internal = (path: Path, detail: string) => make('InternalError', path, detail)

/** The value is not one of a closed set; the detail lists the set, sorted. */
/** `inOrder`: the values are told as they are given, rather than sorted. */
export const notSupported = (path: Path, value: unknown, supported: readonly string[], inOrder = false) =>
  make(
    'FieldValueNotSupported',
    path,
    supported.length
      ? `supported values: ${(inOrder ? supported : [...supported].sort()).map(v => JSON.stringify(v)).join(', ')}`
      : '',
    value,
  )

/** The text is longer than `most` bytes. The value is left out of the message: it may be huge. */
export const tooLong = (path: Path, most: number) =>
  make('FieldValueTooLong', path, most >= 0 ? `may not be more than ${most} bytes` : 'value is too long', '')

export const tooMany = (path: Path, actual: number, most: number) =>
  make('FieldValueTooMany', path, `must have at most ${most} item${most === 1 ? '' : 's'}`, actual)

const words: Record<FieldError['type'], string> = {
  FieldValueRequired: 'Required value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooShort: 'Too short',
  FieldValueTooMany: 'Too many',
  FieldValueNotFound: 'Not found',
  FieldValueTypeInvalid: 'Invalid value',
  InternalError: 'Internal error',
}

const silentValue = new Set<FieldError['type']>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'FieldValueTooShort',
  'InternalError',
])

/** What stands in a Status cause: `Invalid value: "x": detail`. */
export function describeWithoutField(error: FieldError): string {
  const silent = silentValue.has(error.type) || (error.type === 'FieldValueInvalid' && error.value === undefined)
  const value = silent ? '' : `: ${printed(error.value)}`
  return `${words[error.type]}${value}${error.detail ? `: ${error.detail}` : ''}`
}

/** The whole sentence: `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export const describeError = (error: FieldError): string => `${error.field}: ${describeWithoutField(error)}`

function printed(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  return JSON.stringify(value)
}
