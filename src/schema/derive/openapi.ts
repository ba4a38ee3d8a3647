import { typeOf } from '../codec/layout.ts'
import type { Structural } from '../structural.ts'
import type { Field, ObjectType, ScalarDefinition, Type } from '../types.ts'
import { publishSchema } from './fromCrd/publish.ts'

/** A schema object of OpenAPI v3. */
export type Schema = Readonly<Record<string, unknown>>

/** The text of a definition, or of one of its fields. */
export type Describe = (typeName: string, field?: string) => string | undefined

export interface OpenapiOptions {
  /** Leaves out what OpenAPI v2 can't say of custom resources; references stay those of v3. */
  readonly v2?: boolean
}

const root = '#/components/schemas/'

/** Text of the two fields that every kind has. */
const kindTexts: Readonly<Record<string, string>> = {
  apiVersion: 'APIVersion defines the group and version of the schema that this object is written in, such as apps/v1.',
  kind: 'Name of the schema that this object is written in, such as Deployment.',
}

/**
 * The schemas of these types and of all that they hold, by definition name, as upstream prints them in
 * `components.schemas`. `x-kubernetes-group-version-kind` is left to whoever knows the groups.
 */
export function openapiV3(
  types: readonly Type<never>[],
  describe: Describe = () => undefined,
  options: OpenapiOptions = {},
): Record<string, Schema> {
  const schemas: Record<string, Schema> = {}
  const waiting: Type[] = [...(types as readonly Type[])]
  const need = (type: Type) => {
    const name = definitionOf(type)
    if (name !== undefined && !Object.hasOwn(schemas, name)) waiting.push(type)
  }
  for (let type = waiting.pop(); type; type = waiting.pop()) {
    if (type.form === 'list' || type.form === 'map') {
      waiting.push(type.of)
      continue
    }
    const name = definitionOf(type)
    if (name === undefined || Object.hasOwn(schemas, name)) continue
    schemas[name] =
      type.form === 'object' ? objectSchema(type, describe, need, options) : scalarDefinition(type.scalar, describe)
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const definitionOf = (type: Type): string | undefined =>
  type.form === 'object' ? type.name : type.form === 'scalar' ? type.scalar.definition : undefined

const described = (text: string | undefined): Schema => (text === undefined ? {} : { description: text })

const scalarDefinition = (scalar: ScalarDefinition, describe: Describe): Schema => ({
  ...described(describe(scalar.definition as string)),
  ...scalar.openapi,
})

/** A custom resource is told as its definition tells it. */
function customSchema(type: ObjectType, schema: Structural, need: (type: Type) => void, v2: boolean): Schema {
  const field = type.fields.metadata
  const own = {
    apiVersion: { description: kindTexts.apiVersion, type: 'string' },
    kind: { description: kindTexts.kind, type: 'string' },
    metadata: {
      description: "Standard object's metadata: name, labels and the rest that every object has.",
      ...(field ? valueSchema(typeOf(field), need, true) : { type: 'object' }),
    },
  }
  return publishSchema(schema, own, v2)
}

function objectSchema(
  type: ObjectType,
  describe: Describe,
  need: (type: Type) => void,
  { v2 = false }: OpenapiOptions,
): Schema {
  if (type.structural) return customSchema(type, type.structural, need, v2)
  const properties: Record<string, Schema> = {}
  const required: string[] = []
  if (type.root) {
    for (const name of ['apiVersion', 'kind']) properties[name] = { description: kindTexts[name], type: 'string' }
  }
  addFields(type)
  return {
    ...described(describe(type.name)),
    ...(Object.keys(properties).length > 0 ? { properties: sorted(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
    type: 'object',
    ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
  }

  /** Fields of inline objects are fields of the parent, described where they are declared. */
  function addFields(owner: ObjectType): void {
    for (const [name, field] of Object.entries(owner.fields)) {
      const inner = typeOf(field)
      if (field.inline && inner.form === 'object') {
        addFields(inner)
        continue
      }
      properties[name] = { ...described(describe(owner.name, name)), ...fieldSchema(field, inner, need) }
      if (isRequired(field, inner)) required.push(name)
    }
  }
}

const sorted = (all: Record<string, Schema>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))

function isRequired(field: Field, type: Type): boolean {
  if (field.required !== undefined) return field.required
  return field.presence === 'always' && field.default === undefined && type.form !== 'object' && !isNamedScalar(type)
}

const isNamedScalar = (type: Type) => type.form === 'scalar' && type.scalar.definition !== undefined

function fieldSchema(field: Field, type: Type, need: (type: Type) => void): Schema {
  const strategy = field.patchStrategy ?? (field.mergeKey === undefined ? undefined : 'merge')
  return {
    ...defaultOf(field, type),
    ...valueSchema(type, need, true),
    ...(field.oneOf ? { enum: [...field.oneOf].sort() } : {}),
    ...(field.listKeys ? { 'x-kubernetes-list-map-keys': field.listKeys } : {}),
    ...(field.listType ? { 'x-kubernetes-list-type': field.listType } : {}),
    ...(field.mapType ? { 'x-kubernetes-map-type': field.mapType } : {}),
    ...(field.mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': field.mergeKey }),
    ...(strategy === undefined ? {} : { 'x-kubernetes-patch-strategy': strategy }),
  }
}

/** What stands where nothing is given: the default, or the zero value of what is always printed. */
function defaultOf(field: Field, type: Type): Schema {
  if (field.default !== undefined) return { default: field.default }
  if (type.form === 'object') return field.presence === 'pointer' ? {} : { default: {} }
  const printsZero =
    type.form === 'scalar' && field.presence === 'always' && !isNamedScalar(type) && type.scalar.wire !== 'bytes'
  return printsZero ? { default: type.scalar.zero } : {}
}

/** The schema of a value; a field holds a reference inside `allOf`, so that it can say more about it. */
function valueSchema(type: Type, need: (type: Type) => void, isField = false): Schema {
  if (type.form === 'list') return { items: valueSchema(type.of, need), type: 'array' }
  if (type.form === 'map') return { additionalProperties: valueSchema(type.of, need), type: 'object' }
  const name = definitionOf(type)
  if (name === undefined) return type.form === 'scalar' ? type.scalar.openapi : { type: 'object' }
  need(type)
  const reference = { $ref: root + name }
  return isField ? { allOf: [reference] } : reference
}
