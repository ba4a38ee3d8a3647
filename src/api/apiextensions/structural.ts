import { equal } from '../../schema/derive/equal.ts'
import { compilePattern } from '../../schema/derive/fromCrd/pattern.ts'
import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { Structural } from '../../schema/structural.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { CustomResourceDefinitionSpec } from './customResourceDefinitionType.ts'
import type { JSONSchemaProps } from './jsonSchemaProps.ts'

/** Why a schema cannot even be read as a structural one; undefined: it can. */
export function unsupportedIn(schema: JSONSchemaProps): string | undefined {
  const say = (name: string) => `OpenAPIV3Schema '${name}' is not supported`
  if (schema.id) return say('id')
  if (schema.$schema) return say('schema')
  if (schema.$ref) return say('$ref')
  if (Object.keys(schema.patternProperties ?? {}).length > 0) return say('patternProperties')
  if (Object.keys(schema.dependencies ?? {}).length > 0) return say('dependencies')
  if (schema.additionalItems !== undefined) return say('additionalItems')
  if (Object.keys(schema.definitions ?? {}).length > 0) return say('definitions')
  if (schema['x-kubernetes-preserve-unknown-fields'] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined"
  const { items, not, additionalProperties } = schema
  if (Array.isArray(items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array"
  const inside = [
    items,
    not,
    typeof additionalProperties === 'object' ? additionalProperties : undefined,
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...Object.values(schema.properties ?? {}),
  ]
  for (const each of inside) {
    const why = each && unsupportedIn(each)
    if (why) return why
  }
  return undefined
}

type Level = 'root' | 'item' | 'field'

/** Rules of structural schemas, of upstream's ValidateStructural, sorted by their words. */
export function structuralRules(schema: Structural, path: Path): FieldError[] {
  const errors = [...invariants(schema, 'root', path), ...completeness(schema, schema, path, path)]
  return errors.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

const sortKey = ({ field, type, detail }: FieldError) => `${field} ${type} ${detail}`

/** What is not structural about the schemas of a definition. */
export function structuralProblems(spec: CustomResourceDefinitionSpec): FieldError[] {
  const errors: FieldError[] = []
  if (spec.preserveUnknownFields) errors.push(invalid(at('spec', 'preserveUnknownFields'), true, 'must be false'))
  spec.versions.forEach(({ schema }, index) => {
    const declared = schema?.openAPIV3Schema
    if (!declared) return
    const path = at('spec', 'versions').index(index).child('schema', 'openAPIV3Schema')
    errors.push(...structuralRules(declared as Structural, path))
  })
  return errors
}

const intOrString: readonly Structural[] = [{ type: 'integer' }, { type: 'string' }]

function invariants(schema: Structural, level: Level, path: Path): FieldError[] {
  const { type = '', items, properties = {}, additionalProperties } = schema
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true
  const errors: FieldError[] = []
  if (type === 'array' && !items) errors.push(required(path.child('items'), 'must be specified'))
  if (items) errors.push(...invariants(items, 'item', path.child('items')))
  for (const [name, property] of Object.entries(properties))
    errors.push(...invariants(property, 'field', path.child('properties').key(name)))
  if (additionalProperties !== undefined) {
    const here = path.child('additionalProperties')
    if (level === 'root') errors.push(forbidden(here, 'must not be used at the root'))
    if (typeof additionalProperties === 'object') errors.push(...invariants(additionalProperties, 'field', here))
  }
  errors.push(...extensionRules(schema, path))
  const skipAnyOf = equal(schema.anyOf, intOrString)
  const skipFirstAllOf = equal(schema.allOf?.[0]?.anyOf, intOrString)
  errors.push(...valueRules(schema, skipAnyOf, skipFirstAllOf, path))
  errors.push(...typeRules(schema, level, path))
  errors.push(...metadataSchemaRules(schema, level, path))
  if (embedded && additionalProperties !== undefined)
    errors.push(
      forbidden(path.child('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set'),
    )
  if (embedded && !keeps && Object.keys(properties).length === 0) {
    const why =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'
    errors.push(required(path.child('properties'), why))
  }
  return errors
}

const emptyType: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
}

function typeRules(schema: Structural, level: Level, path: Path): FieldError[] {
  const { type = '' } = schema
  const here = path.child('type')
  const errors: FieldError[] = []
  if (schema['x-kubernetes-embedded-resource'] && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true'
    errors.push(type === '' ? required(here, why) : invalid(here, type, why))
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) {
    errors.push(required(here, emptyType[level]))
  }
  if (level === 'root' && type !== '' && type !== 'object')
    errors.push(invalid(here, type, 'must be object at the root'))
  return errors
}

function extensionRules(schema: Structural, path: Path): FieldError[] {
  if (!schema['x-kubernetes-int-or-string']) return []
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const)
    .filter(name => schema[name])
    .map(name => invalid(path.child(name), true, 'must be false if x-kubernetes-int-or-string is true'))
}

/** Of the metadata of objects a schema may restrict the name alone. */
function metadataSchemaRules(schema: Structural, level: Level, path: Path): FieldError[] {
  const { properties = {} } = schema
  const errors: FieldError[] = []
  const isResource = level === 'root' || schema['x-kubernetes-embedded-resource'] === true
  const here = (name: string) => path.child('properties').key(name)
  for (const name of ['kind', 'apiVersion']) {
    const property = properties[name]
    if (isResource && property && property.type !== 'string')
      errors.push(invalid(here(name).child('type'), property.type ?? '', 'must be string'))
  }
  const { metadata } = properties
  if (!metadata) return errors
  if (isResource && metadata.type !== 'object')
    errors.push(invalid(here('metadata').child('type'), metadata.type ?? '', 'must be object'))
  if (level === 'root' && !restrictsNameOnly(metadata)) {
    const why = 'must not specify anything other than name and generateName, but metadata is implicitly specified'
    errors.push(forbidden(here('metadata'), why))
  }
  return errors
}

function restrictsNameOnly({ type: _, default: __, properties = {}, ...rest }: Structural): boolean {
  const names = Object.keys(properties)
  return names.every(name => name === 'name' || name === 'generateName') && Object.keys(rest).length === 0
}

function valueRules(schema: Structural, skipAnyOf: boolean, skipFirstAllOf: boolean, path: Path): FieldError[] {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema
  const errors: FieldError[] = []
  if (!skipAnyOf) errors.push(...anyOf.flatMap((each, i) => nestedRules(each, false, path.child('anyOf').index(i))))
  errors.push(...allOf.flatMap((each, i) => nestedRules(each, skipFirstAllOf && i === 0, path.child('allOf').index(i))))
  errors.push(...oneOf.flatMap((each, i) => nestedRules(each, false, path.child('oneOf').index(i))))
  if (not) errors.push(...nestedRules(not, false, path.child('not')))
  if (pattern) {
    const compiled = compilePattern(pattern)
    if ('error' in compiled) {
      const why = `must be a valid regular expression, but isn't: ${compiled.error}`
      errors.push(invalid(path.child('pattern'), pattern, why))
    }
  }
  return errors
}

/** Inside alternatives a schema only checks values: what would shape them is forbidden, with the words for each. */
const shaping: readonly (readonly [keyof Structural, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

function nestedRules(schema: Structural, skipAnyOf: boolean, path: Path): FieldError[] {
  const { items, properties = {} } = schema
  const errors = valueRules(schema, skipAnyOf, false, path)
  if (items) errors.push(...nestedRules(items, false, path.child('items')))
  for (const [name, property] of Object.entries(properties))
    errors.push(...nestedRules(property, false, path.child('properties').key(name)))
  for (const [name, why] of shaping) {
    // `false` allows nothing, which says no more than what is left out.
    if (schema[name] === undefined || (name === 'additionalProperties' && schema[name] === false)) continue
    errors.push(forbidden(path.child(name), why))
  }
  if (properties.metadata)
    errors.push(forbidden(path.child('properties').key('metadata'), 'must not be specified in a nested context'))
  return errors
}

/** Every field that an alternative speaks of is also there outside of alternatives. */
function completeness(values: Structural, schema: Structural, path: Path, valuePath: Path): FieldError[] {
  const { not, allOf = [], anyOf = [], oneOf = [] } = values
  const nested = (each: Structural, here: Path) => nestedCompleteness(each, schema, path, here)
  return [
    ...(not ? nested(not, valuePath.child('not')) : []),
    ...allOf.flatMap((each, i) => nested(each, valuePath.child('allOf').index(i))),
    ...anyOf.flatMap((each, i) => nested(each, valuePath.child('anyOf').index(i))),
    ...oneOf.flatMap((each, i) => nested(each, valuePath.child('oneOf').index(i))),
  ]
}

function nestedCompleteness(
  values: Structural,
  schema: Structural | undefined,
  path: Path,
  valuePath: Path,
): FieldError[] {
  if (!schema) return [required(path, `because it is defined in ${valuePath.toString()}`)]
  const errors = completeness(values, schema, path, valuePath)
  if (values.items)
    errors.push(...nestedCompleteness(values.items, schema.items, path.child('items'), valuePath.child('items')))
  for (const [name, property] of Object.entries(values.properties ?? {})) {
    const here = path.child('properties').key(name)
    const there = valuePath.child('properties').key(name)
    errors.push(...nestedCompleteness(property, schema.properties?.[name], here, there))
  }
  return errors
}
