import { equal } from '../../schema/derive/equal.ts'
import { duplicate, forbidden, invalid, notSupported, required, tooMany } from '../../schema/rules/errors.ts'
import { dns1035Label, dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { Structural } from '../../schema/structural.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { approvalAnnotation, approvalOf, isProtectedGroup } from './approval.ts'
import { isTrue } from './conditions.ts'
import { type ConversionStrictness, conversionRules, conversionStrictness } from './conversionRules.ts'
import { isFromBeta } from './customResourceDefinitionBeta.ts'
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  CustomResourceSelectableField,
  CustomResourceSubresources,
} from './customResourceDefinitionType.ts'
import { defaultRules } from './defaultRules.ts'
import { followPath } from './fieldPath.ts'
import { internalSpec, schemaHas, specHas } from './internalSpec.ts'
import type { JSONSchemaProps } from './jsonSchemaProps.ts'
import { hasNonAtomicSet, keyRules, type SchemaStrictness, schemaRules, schemaTypes } from './schemaRules.ts'
import { structuralRules, unsupportedIn } from './structural.ts'

/** How strict the rules are: what a definition was already allowed it may keep. */
interface Strictness extends SchemaStrictness, ConversionStrictness {
  readonly schemas: boolean
  readonly structural: boolean
  readonly prunedDefaults: boolean
  /** Names of versions that had too many selectable fields before, and have the same now; empty: all versions. */
  readonly tooManySelectable: ReadonlySet<string>
}

const mostSelectable = 8

/** Rules of a definition, of upstream's `apiextensions/validation`; expressions in CEL are checked by the server. */
export function definitionRules(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const { metadata, spec, status } = definition
  const path = at('spec')
  return [
    ...(old || metadata.name === `${spec.names.plural}.${spec.group}`
      ? []
      : [invalid(at('metadata', 'name'), metadata.name ?? '', 'must be spec.names.plural+"."+spec.group')]),
    ...specRules(spec, strictness(definition, old), path),
    ...(old ? fixedRules(spec, old, path) : []),
    ...namesRules(status.acceptedNames, at('status', 'acceptedNames')),
    ...storedRules(definition),
    ...approvalRules(definition, old),
    ...preserveRules(definition, old),
  ]
}

function strictness(definition: CustomResourceDefinition, old: CustomResourceDefinition | undefined): Strictness {
  const isBeta = isFromBeta(definition.spec)
  if (!old) {
    return {
      schemas: !isBeta,
      structural: !isBeta,
      prunedDefaults: true,
      validTypes: !isBeta,
      atomicSets: true,
      mapKeys: true,
      tooManySelectable: new Set(),
      ...conversionStrictness(undefined),
    }
  }
  const { spec } = old
  const schemas = spec.versions.map(version => version.schema?.openAPIV3Schema)
  return {
    schemas: !isBeta && schemas.every(schema => schema !== undefined),
    structural: !isBeta && !schemas.some(isNonStructural),
    prunedDefaults: !schemas.some(hasUnprunedDefaults),
    validTypes: !isBeta && !specHas(spec, ({ type = '' }) => type !== '' && !schemaTypes.includes(type)),
    atomicSets: !specHas(spec, hasNonAtomicSet),
    mapKeys: !specHas(spec, schema => keyRules(schema, at()).length > 0),
    tooManySelectable: tooManyBefore(definition.spec, spec),
    ...conversionStrictness(old),
  }
}

const isNonStructural = (schema: JSONSchemaProps | undefined): boolean =>
  schema !== undefined &&
  (unsupportedIn(schema) !== undefined || structuralRules(schema as Structural, at()).length > 0)

const hasUnprunedDefaults = (schema: JSONSchemaProps | undefined): boolean =>
  schema !== undefined &&
  !isNonStructural(schema) &&
  defaultRules(schema as Structural, at(), true).some(error => error.detail === 'must not have unknown fields')

function tooManyBefore(spec: CustomResourceDefinitionSpec, old: CustomResourceDefinitionSpec): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { name, selectableFields = [] } of spec.versions) {
    const before = old.versions.find(version => version.name === name)?.selectableFields ?? []
    if (before.length > mostSelectable && equal(before, selectableFields)) found.add(name)
  }
  if (found.size === spec.versions.length) found.add('')
  return found
}

const hasExtensions = (schema: JSONSchemaProps): boolean =>
  schema['x-kubernetes-embedded-resource'] === true ||
  schema['x-kubernetes-preserve-unknown-fields'] !== undefined ||
  schema['x-kubernetes-int-or-string'] === true ||
  (schema['x-kubernetes-list-map-keys']?.length ?? 0) > 0 ||
  schema['x-kubernetes-list-type'] !== undefined ||
  (schema['x-kubernetes-validations']?.length ?? 0) > 0

const joined = (problems: readonly string[]) => problems.join(',')

function specRules(spec: CustomResourceDefinitionSpec, given: Strictness, path: Path): FieldError[] {
  const { preserveUnknownFields = false, versions, group } = spec
  const hasDefaults = specHas(spec, schema => schema.default !== undefined)
  const structural = given.structural || !preserveUnknownFields || hasDefaults || specHas(spec, hasExtensions)
  const strict = { ...given, structural }
  const internal = internalSpec(spec)
  const errors: FieldError[] = [...groupRules(group, path.child('group')), ...scopeRules(spec.scope, path)]
  errors.push(...missingSchemas(spec, strict, path))
  if (hasDefaults && preserveUnknownFields) {
    const why = 'must be false in order to use defaults in the schema'
    errors.push(invalid(path.child('preserveUnknownFields'), true, why))
  }
  internal.versions.forEach((version, index) => {
    const { declared } = version
    const here = path.child('versions').index(index)
    const wrong = dns1035Label(declared.name)
    if (wrong.length > 0) errors.push(invalid(here.child('name'), declared.name, joined(wrong)))
    errors.push(...deprecationRules(declared, here.child('deprecationWarning')))
    const hasStatus = declared.subresources?.status !== undefined
    errors.push(...validationRules(version.schema, hasStatus, strict, here.child('schema')))
    errors.push(...subresourceRules(version.subresources, here.child('subresources')))
    errors.push(...columnRules(version.columns, here.child('additionalPrinterColumns')))
    errors.push(
      ...selectableRules(version.selectable, version.schema, here, strict.tooManySelectable.has(declared.name)),
    )
  })
  const unique = new Set(versions.map(version => version.name))
  if (unique.size !== versions.length)
    errors.push(invalid(path.child('versions'), versions, 'must contain unique version names'))
  if (versions.filter(version => version.storage).length !== 1) {
    const why = 'must have exactly one version marked as storage version'
    errors.push(invalid(path.child('versions'), versions, why))
  }
  const { names } = spec
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const)
    if (!names[name]) errors.push(required(path.child('names', name)))
  errors.push(...namesRules(names, path.child('names')))
  const anyStatus = versions.some(version => version.subresources?.status !== undefined)
  errors.push(...validationRules(internal.schema, anyStatus, strict, path.child('validation')))
  errors.push(...subresourceRules(internal.subresources, path.child('subresources')))
  errors.push(...columnRules(internal.columns, path.child('additionalPrinterColumns')))
  errors.push(
    ...selectableRules(
      internal.selectable,
      versions[0]?.schema?.openAPIV3Schema,
      path,
      strict.tooManySelectable.has(''),
    ),
  )
  const strategy = spec.conversion?.strategy
  if (strategy !== undefined && strategy !== 'None' && preserveUnknownFields) {
    const why = 'must be None if spec.preserveUnknownFields is true'
    errors.push(invalid(path.child('conversion', 'strategy'), strategy, why))
  }
  if (spec.conversion) errors.push(...conversionRules(spec.conversion, path.child('conversion'), strict))
  return errors
}

function groupRules(group: string, path: Path): FieldError[] {
  if (group === '') return [required(path)]
  const wrong = dnsSubdomain(group)
  if (wrong.length > 0) return [invalid(path, group, joined(wrong))]
  return group.includes('.') ? [] : [invalid(path, group, 'should be a domain with at least one dot')]
}

function scopeRules(scope: string, path: Path): FieldError[] {
  const here = path.child('scope')
  if (scope === '') return [required(here)]
  const scopes = ['Cluster', 'Namespaced']
  return scopes.includes(scope) ? [] : [notSupported(here, scope, scopes)]
}

function missingSchemas(spec: CustomResourceDefinitionSpec, strict: Strictness, path: Path): FieldError[] {
  const lacks = (version: CustomResourceDefinitionVersion) => version.schema?.openAPIV3Schema === undefined
  return spec.versions.flatMap((version, index) => {
    const here = path.child('versions').index(index).child('schema', 'openAPIV3Schema')
    if (!lacks(version)) return []
    if (strict.schemas) return [required(here)]
    return !spec.preserveUnknownFields && version.served
      ? [required(here, 'because otherwise all fields are pruned')]
      : []
  })
}

function deprecationRules(
  { deprecated = false, deprecationWarning: words }: CustomResourceDefinitionVersion,
  path: Path,
): FieldError[] {
  if (words === undefined) return []
  if (!deprecated) return [invalid(path, words, 'can only be set for deprecated versions')]
  const errors: string[] = []
  if (new TextEncoder().encode(words).length > 256) errors.push('must be <= 256 characters long')
  if (words === '') errors.push('must not be an empty string')
  const encoder = new TextEncoder()
  let position = 0
  for (const character of words) {
    if (character !== ' ' && /[\p{C}\p{Z}]/u.test(character)) {
      const what = 'must only contain printable UTF-8 characters; non-printable character found at index'
      errors.push(`${what} ${position}`)
      break
    }
    position += encoder.encode(character).length
  }
  return errors.map(detail => invalid(path, words, detail))
}

/** At the root of a schema whose status is a view of its own, only these say something that holds for the status too. */
const atRoot = new Set(
  'description type format title maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems multipleOf required items properties externalDocs example x-kubernetes-preserve-unknown-fields x-kubernetes-validations'.split(
    ' ',
  ),
)
const atRootWords =
  'only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are allowed at the root of the schema if the status subresource is enabled'

function validationRules(
  schema: JSONSchemaProps | undefined,
  hasStatus: boolean,
  strict: Strictness,
  path: Path,
): FieldError[] {
  if (!schema) return []
  const here = path.child('openAPIV3Schema')
  const errors: FieldError[] = []
  if (hasStatus) {
    if (schema.type !== undefined && schema.type !== 'object') {
      const why = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'
      errors.push(invalid(path.child('openAPIV3Schema.type'), schema.type, why))
    } else if (Object.keys(schema).some(name => !atRoot.has(name))) errors.push(invalid(here, schema, atRootWords))
  }
  if (schema.nullable)
    errors.push(forbidden(path.child('openAPIV3Schema.nullable'), 'nullable cannot be true at the root'))
  const unsupported = strict.structural ? unsupportedIn(schema) : undefined
  if (strict.structural && unsupported === undefined) {
    const structure = structuralRules(schema as Structural, here)
    errors.push(...structure)
    if (structure.length === 0) errors.push(...defaultRules(schema as Structural, here, strict.prunedDefaults))
  }
  errors.push(...schemaRules(schema, here, strict))
  if (errors.length === 0 && unsupported !== undefined) errors.push(invalid(here, '', unsupported))
  return errors
}

/** Names in the spec and those accepted in the status are checked alike. */
export function namesRules(names: CustomResourceDefinitionNames, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const label = (value: string, here: Path, lead = '') => {
    const wrong = value === '' ? [] : dns1035Label(lead ? value.toLowerCase() : value)
    if (wrong.length > 0) errors.push(invalid(here, value, lead + joined(wrong)))
  }
  const { plural, singular = '', kind, listKind = '', shortNames = [], categories = [] } = names
  const mixed = 'may have mixed case, but should otherwise match: '
  label(plural, path.child('plural'))
  label(singular, path.child('singular'))
  label(kind, path.child('kind'), mixed)
  label(listKind, path.child('listKind'), mixed)
  for (const [index, name] of shortNames.entries()) label(name, path.child('shortNames').index(index))
  if (kind !== '' && kind === listKind)
    errors.push(invalid(path.child('listKind'), listKind, 'kind and listKind may not be the same'))
  for (const [index, name] of categories.entries()) label(name, path.child('categories').index(index))
  return errors
}

const simplePath = (text: string, path: Path): FieldError[] =>
  text.startsWith('.') ? [] : [invalid(path, text, 'must be a simple json path starting with .')]

function subresourceRules(subresources: CustomResourceSubresources | undefined, path: Path): FieldError[] {
  const scale = subresources?.scale
  if (!scale) return []
  const pathRules = (name: string, value: string, below: readonly string[], why: string): FieldError[] => {
    const here = path.child(`scale.${name}`)
    const wrong = simplePath(value, here)
    if (wrong.length > 0) return wrong
    return below.some(prefix => value.startsWith(prefix)) ? [] : [invalid(here, value, why)]
  }
  const needed = (name: 'specReplicasPath' | 'statusReplicasPath', below: string) =>
    scale[name] === ''
      ? [required(path.child(`scale.${name}`))]
      : pathRules(name, scale[name], [`${below}.`], `should be a json path under ${below}`)
  return [
    ...needed('specReplicasPath', '.spec'),
    ...needed('statusReplicasPath', '.status'),
    ...(scale.labelSelectorPath
      ? pathRules(
          'labelSelectorPath',
          scale.labelSelectorPath,
          ['.spec.', '.status.'],
          'should be a json path under either .spec or .status',
        )
      : []),
  ]
}

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string']
const columnFormats = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']

function columnRules(columns: readonly CustomResourceColumnDefinition[], path: Path): FieldError[] {
  return columns.flatMap(({ name, type, format = '', jsonPath }, index) => {
    const here = path.index(index)
    const types = `must be one of ${joined(columnTypes)}`
    return [
      ...(name === '' ? [required(here.child('name'))] : []),
      ...(type === ''
        ? [required(here.child('type'), types)]
        : columnTypes.includes(type)
          ? []
          : [invalid(here.child('type'), type, types)]),
      ...(format === '' || columnFormats.includes(format)
        ? []
        : [invalid(here.child('format'), format, `must be one of ${joined(columnFormats)}`)]),
      ...(jsonPath === '' ? [required(here.child('JSONPath'))] : simplePath(jsonPath, here.child('JSONPath'))),
    ]
  })
}

const selectableTypes = new Set(['string', 'boolean', 'integer'])

function selectableRules(
  fields: readonly CustomResourceSelectableField[],
  schema: JSONSchemaProps | undefined,
  owner: Path,
  allowMany: boolean,
): FieldError[] {
  if (fields.length === 0) return []
  const path = owner.child('selectableFields')
  if (!schema) return [invalid(path, '', 'may only be set when `version.schema.openAPIV3Schema` is not included')]
  const unsupported = unsupportedIn(schema)
  if (unsupported !== undefined) return [invalid(owner.child('schema.openAPIV3Schema'), '', unsupported)]
  const errors: FieldError[] = []
  const seen = new Set<string>()
  fields.forEach(({ jsonPath }, index) => {
    const here = path.index(index).child('jsonPath')
    if (jsonPath === '') {
      errors.push(required(here))
      return
    }
    const found = followPath(schema as Structural, jsonPath, { brackets: false })
    if ('error' in found) {
      errors.push(invalid(here, jsonPath, `is an invalid path: ${found.error}`))
      return
    }
    if (found.names[0] === 'metadata') errors.push(invalid(here, jsonPath, 'must not point to fields in metadata'))
    if (!selectableTypes.has(found.schema.type ?? '')) {
      const why =
        'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.'
      errors.push(invalid(here, jsonPath, why))
    }
    const key = JSON.stringify(found.names)
    if (seen.has(key)) errors.push(duplicate(here, jsonPath))
    seen.add(key)
  })
  if (seen.size > mostSelectable && !allowMany) errors.push(tooMany(path, seen.size, mostSelectable))
  return errors
}

/** What objects are stored by never changes, once there may be some. */
function fixedRules(spec: CustomResourceDefinitionSpec, old: CustomResourceDefinition, path: Path): FieldError[] {
  const before = old.spec
  const fixed = (value: unknown, was: unknown, here: Path) =>
    equal(value, was) ? [] : [invalid(here, value, 'field is immutable')]
  const established = isTrue(old, 'Established')
  return [
    ...(established ? fixed(spec.scope, before.scope, path.child('scope')) : []),
    ...(established ? fixed(spec.names.kind, before.names.kind, path.child('names', 'kind')) : []),
    ...fixed(spec.group, before.group, path.child('group')),
    ...fixed(spec.names.plural, before.names.plural, path.child('names', 'plural')),
  ]
}

/** Versions that objects may be stored in must stay in the spec. */
export function storedRules({ spec, status }: CustomResourceDefinition): FieldError[] {
  const { storedVersions: stored } = status
  const path = at('status', 'storedVersions')
  if (stored.length === 0) return [invalid(path, stored, 'must have at least one stored version')]
  const named = new Set(spec.versions.map(version => version.name))
  return [
    ...spec.versions
      .filter(version => version.storage && !stored.includes(version.name))
      .map(version => invalid(path, stored, `must have the storage version ${version.name}`)),
    ...stored.flatMap((name, index) => {
      const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`
      return named.has(name) ? [] : [invalid(path.index(index), name, why)]
    }),
  ]
}

function approvalRules(
  { spec, metadata }: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  if (!isProtectedGroup(spec.group)) return []
  const { annotations = {} } = metadata
  const { state, reason } = approvalOf(annotations)
  if (old && approvalOf(old.metadata.annotations ?? {}).state === state) return []
  const path = at('metadata', 'annotations').key(approvalAnnotation)
  if (state === 'missing') return [required(path, reason)]
  return state === 'invalid' ? [invalid(path, annotations[approvalAnnotation] ?? '', reason)] : []
}

function preserveRules({ spec }: CustomResourceDefinition, old: CustomResourceDefinition | undefined): FieldError[] {
  if (!spec.preserveUnknownFields || old?.spec.preserveUnknownFields || isFromBeta(spec)) return []
  const why = 'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead'
  return [invalid(at('spec', 'preserveUnknownFields'), true, why)]
}

/** Texts about formats that nobody checks. */
export function unknownFormats(
  { spec }: CustomResourceDefinition,
  isKnown: (type: string, format: string) => boolean,
): string[] {
  const found: string[] = []
  for (const { schema } of spec.versions) {
    schemaHas(schema?.openAPIV3Schema, ({ type = '', format = '' }) => {
      if (format !== '' && !isKnown(type, format) && !found.includes(format)) found.push(format)
      return false
    })
  }
  return found
}
