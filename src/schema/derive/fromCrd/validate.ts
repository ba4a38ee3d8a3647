import { fieldSchemaOf, isPlainRecord, propertyOf, type Structural, valuesOf } from '../../structural.ts'
import type { FieldError } from '../../types.ts'
import { equal } from '../equal.ts'
import { correlated, keyedElements } from './correlate.ts'
import { formatCheck, isKnownFormat } from './formats.ts'
import { patternOf } from './pattern.ts'

/**
 * Checks values against a schema, in the words and the order of kube-openapi's validation. On update (`old` given) what
 * did not change is not complained about, where the old value can be told: fields of objects, values of maps, and
 * elements of lists of type map.
 */
export function validateValue(schema: Structural, value: unknown, options: ValidateOptions = {}): FieldError[] {
  const { prefix = '', isRoot = false } = options
  const old = 'old' in options ? { value: options.old } : undefined
  const { problems } = check(schema, value, '', old, isRoot)
  const seen = new Set<string>()
  const errors: FieldError[] = []
  for (const problem of problems) {
    if (seen.has(problem.message)) continue
    seen.add(problem.message)
    errors.push(fieldError(problem, prefix))
  }
  return errors
}

export interface ValidateOptions {
  /** The value's own path; empty for a whole object. */
  readonly prefix?: string
  /** A whole object: changes of its apiVersion and kind are none of its own. */
  readonly isRoot?: boolean
  /** What stood there before. */
  readonly old?: unknown
}

/** What is wrong, as kube-openapi tells it. Without a name it is about several alternatives at once. */
interface Problem {
  readonly type: FieldError['type']
  /** Path in the value, with a dot before it where it stands alone. */
  readonly name?: string
  readonly message: string
  readonly value?: unknown
  /** The error's text, where it is not the message. */
  readonly detail?: string
}

/** `matches`: how much of the schema fitted, by which the best of several alternatives is found. */
interface Result {
  readonly problems: readonly Problem[]
  readonly matches: number
}

interface Old {
  readonly value: unknown
}

const nowhere = '<nil>'

function fieldError({ type, name, message, value, detail }: Problem, prefix: string): FieldError {
  const path = name?.replace(/^\./, '')
  const field = path ? (prefix ? `${prefix}.${path}` : path) : prefix || nowhere
  const told = detail ?? message
  if (type === 'FieldValueRequired' || type === 'FieldValueTooLong') {
    return { type, field, detail: told, ...(type === 'FieldValueTooLong' ? { value: '' } : {}) }
  }
  return { type, field, detail: told, value: value === undefined ? '' : value }
}

class Found {
  problems: Problem[] = []
  matches = 0

  add(type: FieldError['type'], name: string, message: string, value?: unknown, detail?: string): void {
    this.problems.push({ type, name, message, value, ...(detail === undefined ? {} : { detail }) })
  }

  /** About the value as a whole: upstream names no field. */
  addUnnamed(message: string): void {
    this.problems.push({ type: 'FieldValueInvalid', message })
  }

  merge({ problems, matches }: Result): void {
    for (const problem of problems) this.problems.push(problem)
    this.matches += matches
  }
}

const intOrString = ['integer', 'string']

function typesOf(schema: Structural): readonly string[] {
  if (schema['x-kubernetes-int-or-string']) return intOrString
  return schema.type ? [schema.type] : []
}

/** The format, where it means something for the type. */
function formatOf(schema: Structural, types: readonly string[]): string {
  const { format } = schema
  if (!format) return ''
  return isKnownFormat(types.length === 1 ? (types[0] ?? '') : '', format) ? format : ''
}

/** What JSON calls a value, and Go's idea of its format. */
function kindOf(value: unknown): readonly [string, string] {
  if (typeof value === 'boolean') return ['boolean', '']
  if (typeof value === 'string') return ['string', '']
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'int64'] : ['number', 'float64']
  return Array.isArray(value) ? ['array', ''] : ['object', '']
}

function check(schema: Structural, value: unknown, path: string, old: Old | undefined, isRoot = false): Result {
  const found = new Found()
  const types = typesOf(schema)
  const format = formatOf(schema, types)
  if (value === null || value === undefined) checkNull(found, schema, types, path)
  else {
    if (types.length > 0 || format) checkType(found, value, types, format, path)
    checkAlternatives(found, schema, value, path)
    if (typeof value === 'string') checkText(found, schema, value, format, path)
    else if (typeof value === 'number') checkNumber(found, schema, value, types, format, path)
    else if (Array.isArray(value)) checkList(found, schema, value, path, old)
    checkEnum(found, schema, value, path)
    found.matches++
    if (isPlainRecord(value)) {
      checkObject(found, schema, value, path, old, isRoot)
      found.matches++
    }
    found.matches++
  }
  if (found.problems.length > 0 && old && equal(value, old.value)) return { problems: [], matches: found.matches }
  return found
}

function checkNull(found: Found, schema: Structural, types: readonly string[], path: string): void {
  if (types.length > 0 && !schema.nullable) wrongType(found, path, types.join(','), 'null')
  else if (types.length > 0) found.matches++
  checkEnum(found, schema, null, path)
}

const wrongType = (found: Found, path: string, wanted: string, given: string) =>
  found.add('FieldValueTypeInvalid', path, `${path} in body must be of type ${wanted}: ${JSON.stringify(given)}`, given)

function checkType(found: Found, value: unknown, types: readonly string[], format: string, path: string): void {
  const [kind, valueFormat] = kindOf(value)
  found.matches++
  const wholeFloat = kind === 'number' && Number.isInteger(value) && types.includes('integer')
  const intAsFloat = kind === 'integer' && types.includes('number')
  const fits = types.includes(kind) || wholeFloat || intAsFloat
  const isTextOrList = kind === 'string' || kind === 'array'
  if (!isTextOrList && format && !(fits || valueFormat === format)) {
    wrongType(found, path, format, valueFormat)
    return
  }
  const numeric = types.includes('number') || types.includes('integer')
  if (!numeric && format && isTextOrList) {
    found.matches++
    return
  }
  if (fits) found.matches++
  else wrongType(found, path, types.join(','), kind)
}

function checkEnum(found: Found, schema: Structural, value: unknown, path: string): void {
  const { enum: values } = schema
  if (!values || values.length === 0) return
  if (value !== null && values.some(each => each !== null && equal(each, value))) return
  const texts = values.map(each => (typeof each === 'string' ? each : JSON.stringify(each)))
  const detail = `supported values: ${texts.map(text => JSON.stringify(text)).join(', ')}`
  const message = `${path} in body should be one of [${texts.join(' ')}]`
  found.problems.push({ type: 'FieldValueNotSupported', name: path, message, value, detail })
}

function checkAlternatives(found: Found, schema: Structural, value: unknown, path: string): void {
  const { anyOf = [], oneOf = [], allOf = [], not } = schema
  found.matches++
  if (anyOf.length > 0) checkAnyOf(found, anyOf, value, path)
  if (oneOf.length > 0) checkOneOf(found, oneOf, value, path)
  if (allOf.length > 0) checkAllOf(found, allOf, value, path)
  if (not && check(not, value, path, undefined).problems.length === 0)
    found.addUnnamed(`${JSON.stringify(path)} must not validate the schema (not)`)
  found.matches++
}

const better = (best: Result | undefined, result: Result) => (!best || result.matches > best.matches ? result : best)

function checkAnyOf(found: Found, schemas: readonly Structural[], value: unknown, path: string): void {
  let best: Result | undefined
  for (const schema of schemas) {
    const result = check(schema, value, path, undefined)
    if (result.problems.length === 0) {
      found.merge(result)
      return
    }
    best = better(best, result)
  }
  found.addUnnamed(`${JSON.stringify(path)} must validate at least one schema (anyOf)`)
  if (best) found.merge(best)
}

function checkOneOf(found: Found, schemas: readonly Structural[], value: unknown, path: string): void {
  let best: Result | undefined
  let first: Result | undefined
  let valid = 0
  for (const schema of schemas) {
    const result = check(schema, value, path, undefined)
    if (result.problems.length === 0) {
      valid++
      best = undefined
      first ??= result
    } else if (valid === 0) best = better(best, result)
  }
  if (valid === 1 && first) {
    found.merge(first)
    return
  }
  const why = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`
  found.addUnnamed(`${JSON.stringify(path)} must validate one and only one schema (oneOf). ${why}`)
  if (best) found.merge(best)
}

function checkAllOf(found: Found, schemas: readonly Structural[], value: unknown, path: string): void {
  let valid = 0
  for (const schema of schemas) {
    const result = check(schema, value, path, undefined)
    if (result.problems.length === 0) valid++
    found.merge(result)
  }
  if (valid === schemas.length) return
  const why = valid === 0 ? '. None validated' : ''
  found.addUnnamed(`${JSON.stringify(path)} must validate all the schemas (allOf)${why}`)
}

/** Length in characters, where the length in units does not decide already. */
const characters = (text: string, limit: number) =>
  text.length <= limit || text.length > 2 * limit ? text.length : [...text].length

function checkText(found: Found, schema: Structural, value: string, format: string, path: string): void {
  textLimits(found, schema, value, path)
  found.matches++
  const known = schema.format ? formatCheck(schema.format) : undefined
  if (!known) return
  if (format && !known(value)) wrongFormat(found, path, format, value)
  found.matches++
}

function textLimits(found: Found, schema: Structural, value: string, path: string): void {
  const { maxLength, minLength, pattern } = schema
  if (maxLength !== undefined && characters(value, maxLength) > maxLength) {
    const message = `${path} in body should be at most ${maxLength} chars long`
    found.add('FieldValueTooLong', path, message, '', `may not be more than ${maxLength} bytes`)
  } else if (minLength !== undefined && [...value].length < minLength) {
    found.add('FieldValueInvalid', path, `${path} in body should be at least ${minLength} chars long`, value)
  } else if (pattern) {
    const compiled = patternOf(schema as Structural & { pattern: string })
    if ('error' in compiled) {
      const why = `${pattern}, but pattern is invalid: ${compiled.error}`
      found.add('FieldValueInvalid', path, `${path} in body should match '${why}'`, value)
    } else if (!compiled.test(value)) {
      found.add('FieldValueInvalid', path, `${path} in body should match '${pattern}'`, value)
    }
  }
}

const wrongFormat = (found: Found, path: string, format: string, value: string) =>
  found.add('FieldValueTypeInvalid', path, `${path} in body must be of type ${format}: ${JSON.stringify(value)}`, value)

const int32 = 2 ** 31
const int64 = 2 ** 63
const mostFloat = 3.4028234663852886e38

/** Why a number is out of what its type and format can hold. */
function rangeProblem(
  value: number,
  types: readonly string[],
  format: string,
  what: string,
  path: string,
): string | undefined {
  const type = types.length === 1 ? (types[0] ?? '') : ''
  const ofFormat = format ? `with format ${format}` : '(default format)'
  const told = `${what} value must be of type ${type} ${ofFormat} in ${path}`
  if (type === 'integer') {
    const limit = format === 'int32' ? int32 : int64
    return Number.isInteger(value) && value >= -limit && value < limit ? undefined : told
  }
  return type === 'number' && format === 'float' && Math.abs(value) > mostFloat ? told : undefined
}

function checkNumber(
  found: Found,
  schema: Structural,
  value: number,
  types: readonly string[],
  format: string,
  path: string,
): void {
  const { multipleOf, maximum, minimum } = schema
  const isWhole = Number.isInteger(value)
  /** Checks a limit against the type first; whole numbers are compared with whole limits where that holds. */
  const limitOf = (limit: number, what: string): number => {
    const problem = rangeProblem(limit, types, format, what, path)
    if (problem) found.addUnnamed(problem)
    return problem || !isWhole ? limit : Math.trunc(limit)
  }
  const invalid = (message: string) => found.add('FieldValueInvalid', path, message, value)
  const own = rangeProblem(value, types, format, 'Checked', path)
  if (own) found.addUnnamed(own)
  if (multipleOf !== undefined) {
    const factor = limitOf(multipleOf, 'MultipleOf')
    if (factor <= 0) invalid(`factor MultipleOf declared for ${path} must be positive: ${factor}`)
    else if (isWhole && Number.isInteger(factor) ? value % factor !== 0 : !Number.isInteger(value / factor))
      invalid(`${path} in body should be a multiple of ${factor}`)
  }
  if (minimum !== undefined) {
    const least = limitOf(minimum, 'Minimum boundary')
    if (schema.exclusiveMinimum ? value <= least : value < least)
      invalid(`${path} in body should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${least}`)
  }
  if (maximum !== undefined) {
    const most = limitOf(maximum, 'Maximum boundary')
    if (schema.exclusiveMaximum ? value >= most : value > most)
      invalid(`${path} in body should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${most}`)
  }
  found.matches += 2
}

function checkList(
  found: Found,
  schema: Structural,
  value: readonly unknown[],
  path: string,
  old: Old | undefined,
): void {
  const { items, minItems, maxItems } = schema
  if (items) {
    const before = old ? keyedElements(schema, old.value) : undefined
    value.forEach((element, index) => {
      found.merge(check(items, element, `${path}[${index}]`, before?.(element)))
    })
  }
  if (minItems !== undefined && value.length < minItems)
    found.add('FieldValueInvalid', path, `${path} in body should have at least ${minItems} items`, value.length)
  if (maxItems !== undefined && value.length > maxItems)
    tooMany(found, path, `${path} in body should have at most ${maxItems} items`, value.length, maxItems)
  found.matches += 2
}

const tooMany = (found: Found, path: string, message: string, actual: number, most: number) =>
  found.add('FieldValueTooMany', path, message, actual, `must have at most ${most} item${most === 1 ? '' : 's'}`)

function checkObject(
  found: Found,
  schema: Structural,
  value: Record<string, unknown>,
  path: string,
  old: Old | undefined,
  isRoot: boolean,
): void {
  const { minProperties, maxProperties, properties, required, additionalProperties } = schema
  if (minProperties !== undefined || maxProperties !== undefined) {
    const count = Object.keys(value).length
    if (minProperties !== undefined && count < minProperties)
      found.add('FieldValueInvalid', path, `${path} in body should have at least ${minProperties} properties`, count)
    if (maxProperties !== undefined && count > maxProperties)
      tooMany(found, path, `${path} in body should have at most ${maxProperties} properties`, count, maxProperties)
  }
  const before = (name: string): Old | undefined => {
    if (!old || (isRoot && (name === 'kind' || name === 'apiVersion'))) return undefined
    return fieldSchemaOf(schema, name) ? correlated(old.value, name) : undefined
  }
  const values = valuesOf(schema)
  if (additionalProperties === false || values) {
    for (const [name, held] of Object.entries(value)) {
      if (propertyOf(schema, name)) continue
      if (values) found.merge(check(values, held, `${path}.${name}`, before(name)))
      else found.add('FieldValueInvalid', path, `${path}.${name} in body is a forbidden property`, name)
    }
  }
  for (const name in properties) {
    const property = properties[name]
    if (property && Object.hasOwn(value, name))
      found.merge(check(property, value[name], path ? `${path}.${name}` : name, before(name)))
  }
  for (const name of required ?? []) {
    if (!Object.hasOwn(value, name))
      found.add('FieldValueRequired', `${path}.${name}`, `${path}.${name} in body is required`, undefined, '')
  }
}
