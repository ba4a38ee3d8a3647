import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import type { Structural } from '../../schema/structural.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { followPath } from './fieldPath.ts'
import { type JSONSchemaProps, ruleReasons } from './jsonSchemaProps.ts'
import { unsupportedIn } from './structural.ts'

/** How strict the rules of schemas are: definitions of old are not held to what came after them. */
export interface SchemaStrictness {
  readonly validTypes: boolean
  readonly atomicSets: boolean
  readonly mapKeys: boolean
}

/** Where in a schema a node stands. */
interface Place {
  /** Why there may be no default here; undefined: there may. */
  readonly noDefault?: string
  /** Inside the metadata of an object. */
  readonly inMetadata: boolean
}

export const schemaTypes = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const ownFields = new Set(['metadata', 'kind', 'apiVersion'])

/** Rules of a schema and all in it, of upstream's ValidateCustomResourceDefinitionOpenAPISchema, CEL aside. */
export const schemaRules = (schema: JSONSchemaProps, path: Path, strict: SchemaStrictness): FieldError[] =>
  walk(schema, path, { inMetadata: false }, true, strict)

function walk(
  schema: JSONSchemaProps,
  path: Path,
  place: Place,
  isRoot: boolean,
  strict: SchemaStrictness,
): FieldError[] {
  const { items, not, additionalProperties, properties = {}, dependencies = {} } = schema
  const errors = [...supportRules(schema, path, place, strict)]
  const inner = (each: JSONSchemaProps | undefined, here: Path, there: Place = place) => {
    if (each) errors.push(...walk(each, here, there, false, strict))
  }
  if (schema.uniqueItems) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'
    errors.push(forbidden(path.child('uniqueItems'), why))
  }
  if (additionalProperties !== undefined) {
    const here = path.child('additionalProperties')
    if (Object.keys(properties).length > 0 && additionalProperties !== true)
      errors.push(forbidden(here, 'additionalProperties and properties are mutual exclusive'))
    const there = place.inMetadata
      ? { ...place, noDefault: 'inside additionalProperties applying to object metadata' }
      : place
    if (typeof additionalProperties === 'object') inner(additionalProperties, here, there)
  }
  for (const [name, property] of Object.entries(properties)) {
    const isOwn = (isRoot || schema['x-kubernetes-embedded-resource'] === true) && ownFields.has(name)
    const there: Place = isOwn
      ? { ...place, inMetadata: true, ...(isRoot ? { noDefault: `in top-level ${name}` } : {}) }
      : place
    inner(property, path.child('properties').key(name), there)
  }
  inner(not, path.child('not'))
  for (const name of ['allOf', 'oneOf', 'anyOf'] as const)
    for (const [index, each] of (schema[name] ?? []).entries()) inner(each, path.child(name).index(index))
  for (const [name, each] of Object.entries(schema.definitions ?? {})) inner(each, path.child('definitions').key(name))
  if (Array.isArray(items)) for (const [index, each] of items.entries()) inner(each, path.child('items').index(index))
  else inner(items, path.child('items'))
  for (const [name, each] of Object.entries(dependencies))
    if (!Array.isArray(each)) inner(each, path.child('dependencies').key(name))
  return [
    ...errors,
    ...extensionRules(schema, path),
    ...listTypeRules(schema, path, strict),
    ...(strict.mapKeys ? keyRules(schema, path) : []),
    ...celRules(schema, path),
  ]
}

/** What schemas of custom resources don't support. */
function supportRules(schema: JSONSchemaProps, path: Path, place: Place, strict: SchemaStrictness): FieldError[] {
  const errors: FieldError[] = []
  const { type = '' } = schema
  if (strict.validTypes && type !== '' && !schemaTypes.includes(type))
    errors.push(notSupported(path.child('type'), type, schemaTypes))
  if (schema.default !== undefined && place.noDefault !== undefined)
    errors.push(forbidden(path.child('default'), `must not be set ${place.noDefault}`))
  const unsupported = (name: string, isSet: boolean) => {
    if (isSet) errors.push(forbidden(path.child(name), `${name} is not supported`))
  }
  unsupported('id', Boolean(schema.id))
  unsupported('additionalItems', schema.additionalItems !== undefined)
  unsupported('patternProperties', Object.keys(schema.patternProperties ?? {}).length > 0)
  unsupported('definitions', Object.keys(schema.definitions ?? {}).length > 0)
  unsupported('dependencies', schema.dependencies !== undefined)
  unsupported('$ref', schema.$ref !== undefined)
  if (type === 'null')
    errors.push(forbidden(path.child('type'), 'type cannot be set to null, use nullable as an alternative'))
  if (Array.isArray(schema.items) && schema.items.length > 0)
    errors.push(forbidden(path.child('items'), 'items must be a schema object and not an array'))
  if (place.inMetadata && schema['x-kubernetes-embedded-resource'])
    errors.push(forbidden(path.child('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta'))
  return errors
}

function extensionRules(schema: JSONSchemaProps, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const { type = '' } = schema
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    errors.push(invalid(path.child('x-kubernetes-preserve-unknown-fields'), false, 'must be true or undefined'))
  const mapType = schema['x-kubernetes-map-type']
  if (mapType === undefined) return errors
  const why = 'must be object if x-kubernetes-map-type is specified'
  if (type === '') errors.push(required(path.child('type'), why))
  else if (type !== 'object') errors.push(invalid(path.child('type'), type, why))
  if (mapType !== 'atomic' && mapType !== 'granular')
    errors.push(notSupported(path.child('x-kubernetes-map-type'), mapType, ['atomic', 'granular']))
  return errors
}

const single = ({ items }: JSONSchemaProps): JSONSchemaProps | undefined => (Array.isArray(items) ? undefined : items)

function listTypeRules(schema: JSONSchemaProps, path: Path, strict: SchemaStrictness): FieldError[] {
  const errors: FieldError[] = []
  const { type = '' } = schema
  const listType = schema['x-kubernetes-list-type']
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const here = path.child('x-kubernetes-list-type')
  if (listType !== undefined && type !== 'array') {
    const why = 'must be array if x-kubernetes-list-type is specified'
    errors.push(type === '' ? required(path.child('type'), why) : invalid(path.child('type'), type, why))
  } else if (strict.atomicSets && listType === 'set') errors.push(...setRules(schema, path))
  if (listType !== undefined && listType !== 'atomic' && listType !== 'set' && listType !== 'map')
    errors.push(notSupported(here, listType, ['atomic', 'set', 'map']))
  if (keys.length > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty'
    errors.push(listType === undefined ? required(here, why) : invalid(here, listType, why))
  }
  if (listType === 'map') errors.push(...mapRules(schema, keys, path))
  return errors
}

/** Elements of a set are compared as a whole. */
const nonAtomic = (
  items: JSONSchemaProps | undefined,
): 'x-kubernetes-list-type' | 'x-kubernetes-map-type' | undefined => {
  if (items?.type === 'array' && (items['x-kubernetes-list-type'] ?? 'atomic') !== 'atomic')
    return 'x-kubernetes-list-type'
  if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') return 'x-kubernetes-map-type'
  return undefined
}

function setRules(schema: JSONSchemaProps, path: Path): FieldError[] {
  const items = single(schema)
  const name = nonAtomic(items)
  if (!name) return []
  const why = 'must be atomic as item of a list with x-kubernetes-list-type=set'
  return [invalid(path.child('items').child(name), items?.['x-kubernetes-list-type'] ?? null, why)]
}

export const hasNonAtomicSet = (schema: JSONSchemaProps): boolean =>
  schema['x-kubernetes-list-type'] === 'set' && nonAtomic(single(schema)) !== undefined

function mapRules(schema: JSONSchemaProps, keys: readonly string[], path: Path): FieldError[] {
  const errors: FieldError[] = []
  const named = path.child('x-kubernetes-list-map-keys')
  const below = path.child('items')
  if (keys.length === 0) errors.push(required(named, 'must not be empty if x-kubernetes-list-type is map'))
  if (schema.items === undefined) errors.push(required(below, 'must have a schema if x-kubernetes-list-type is map'))
  else if (Array.isArray(schema.items))
    errors.push(invalid(below, schema.items, 'must only have a single schema if x-kubernetes-list-type is map'))
  const items = single(schema)
  if (!items) return errors
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map"
    return [...errors, invalid(below.child('type'), items.type ?? '', why)]
  }
  const seen = new Set<string>()
  for (const key of keys) {
    const property = items.properties?.[key]
    if (!property) errors.push(invalid(named, keys, 'entries must all be names of item properties'))
    else if (property.type === 'array' || property.type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map"
      errors.push(invalid(below.child('properties').key(key).child('type'), items.type, why))
    }
    if (seen.has(key)) errors.push(invalid(named, keys, 'must not contain duplicate entries'))
    seen.add(key)
  }
  return errors
}

/** What tells elements apart is always there, and never null. */
export function keyRules(schema: JSONSchemaProps, path: Path): FieldError[] {
  const listType = schema['x-kubernetes-list-type']
  const items = single(schema)
  if (!items || (listType !== 'set' && listType !== 'map')) return []
  const errors: FieldError[] = []
  const below = path.child('items')
  if (items.nullable)
    errors.push(forbidden(below.child('nullable'), `cannot be nullable when x-kubernetes-list-type is ${listType}`))
  if (listType === 'set') return errors
  for (const key of schema['x-kubernetes-list-map-keys'] ?? []) {
    const property = items.properties?.[key]
    if (!property) continue
    const here = below.child('properties').key(key)
    if (!items.required?.includes(key) && property.default === undefined) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'
      errors.push(required(here.child('default'), why))
    }
    if (property.nullable) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'
      errors.push(forbidden(here.child('nullable'), why))
    }
  }
  return errors
}

const hasLineBreak = (text: string) => /[\n\r]/.test(text)

/** Rules about rules: what can be said of them without reading their expressions. */
function celRules(schema: JSONSchemaProps, path: Path): FieldError[] {
  return (schema['x-kubernetes-validations'] ?? []).flatMap((each, index) => {
    const here = path.child('x-kubernetes-validations').index(index)
    const { rule, message = '', messageExpression = '', reason, fieldPath = '' } = each
    const errors: FieldError[] = []
    const told = message.trim()
    if (rule.trim() === '') errors.push(required(here.child('rule'), 'rule is not specified'))
    else if (message !== '' && told === '')
      errors.push(invalid(here.child('message'), message, 'must be non-empty if specified'))
    else if (hasLineBreak(told)) errors.push(invalid(here.child('message'), message, 'must not contain line breaks'))
    else if (hasLineBreak(rule.trim()) && told === '')
      errors.push(required(here.child('message'), 'message must be specified if rule contains line breaks'))
    if (messageExpression !== '' && messageExpression.trim() === '')
      errors.push(required(here.child('messageExpression'), 'messageExpression must be non-empty if specified'))
    if (reason !== undefined && !(ruleReasons as readonly string[]).includes(reason))
      errors.push(notSupported(here.child('reason'), reason, [...ruleReasons]))
    if (fieldPath === '') return errors
    const where = here.child('fieldPath')
    if (fieldPath.trim() === '') errors.push(invalid(where, fieldPath, 'must be non-empty if specified'))
    if (hasLineBreak(fieldPath)) errors.push(invalid(where, fieldPath, 'must not contain line breaks'))
    if (unsupportedIn(schema) === undefined && 'error' in followPath(schema as Structural, fieldPath))
      errors.push(invalid(where, fieldPath, 'must be a valid path'))
    return errors
  })
}
