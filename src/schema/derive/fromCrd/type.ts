import { type Structural, valuesOf } from '../../structural.ts'
import type { Field, ObjectType, ScalarDefinition, Type } from '../../types.ts'

/** What a custom resource's type is made with besides its schema. */
export interface TypeOptions {
  /** Definition name: `com.example.v1.CronTab`. */
  readonly name: string
  /** The type of `metadata`, of the resource and of those inside it. */
  readonly metadata: Type<unknown>
}

/** Any value: what it may be is left to rules. */
const anything: ScalarDefinition = {
  name: 'JSON',
  zero: null,
  wire: 'message',
  parse: value => ({ value }),
  isZero: () => false,
  openapi: {},
}
const none: Structural = {}
const looseScalar: Type = { form: 'scalar', scalar: anything, structural: none }
const looseNullable: Type = { form: 'scalar', scalar: anything, structural: { nullable: true } }

/** Fields that every object of the API has, which no schema describes. */
const ownFields = new Set(['apiVersion', 'kind', 'metadata'])

/**
 * The type of a kind of custom resources, made from its structural schema. The schema is loaded, and what is inside made,
 * when somebody looks: hundreds of kinds that nobody uses cost nothing.
 */
export function typeFromSchema<T>(schema: Structural | (() => Structural), options: TypeOptions): Type<T> {
  const load = typeof schema === 'function' ? reloaded(schema) : () => schema
  let fields: Readonly<Record<string, Field>> | undefined
  const type: ObjectType = {
    form: 'object',
    name: options.name,
    get fields() {
      fields ??= { metadata: metadataField(options, 'always'), ...fieldsOf(load(), options, true) }
      return fields
    },
    root: true,
    atomic: false,
    rules: [],
    get structural() {
      return load()
    },
    ownMetadata: options.metadata as Type,
  }
  return type as Type<T>
}

/** What is loaded is kept only as long as somebody holds it; while it is held it is the same. */
function reloaded(load: () => Structural): () => Structural {
  let held: WeakRef<Structural> | undefined
  return () => {
    const known = held?.deref()
    if (known) return known
    const made = load()
    held = new WeakRef(made)
    return made
  }
}

const metadataField = ({ metadata }: TypeOptions, presence: Field['presence']): Field => ({
  number: 0,
  type: metadata,
  presence,
  rules: [],
})

function fieldsOf(schema: Structural, options: TypeOptions, isResource: boolean): Record<string, Field> {
  const fields: Record<string, Field> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (isResource && ownFields.has(name)) continue
    Object.defineProperty(fields, name, { value: fieldOf(property, options), enumerable: true })
  }
  return fields
}

function fieldOf(schema: Structural, options: TypeOptions): Field {
  let type: Type | undefined
  const listType = schema['x-kubernetes-list-type'] as Field['listType']
  const keys = schema['x-kubernetes-list-map-keys']
  const mapType = schema['x-kubernetes-map-type'] as Field['mapType']
  return {
    number: 0,
    type() {
      type ??= typeOfSchema(schema, options)
      return type
    },
    presence: 'pointer',
    rules: [],
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(listType ? { listType } : {}),
    ...(keys ? { listKeys: keys } : {}),
    ...(mapType ? { mapType } : {}),
  }
}

const textField: Field = { number: 0, type: looseScalar, presence: 'pointer', rules: [] }

/** The type of a value inside a custom resource. */
export function typeOfSchema(schema: Structural, options: TypeOptions): Type {
  const { type, items } = schema
  if (schema['x-kubernetes-int-or-string']) return schema.nullable ? looseNullable : looseScalar
  if (type === 'array') {
    return { form: 'list', of: items ? typeOfSchema(items, options) : looseScalar, structural: schema }
  }
  const isMap = schema.additionalProperties !== undefined && schema.additionalProperties !== false
  if (type === 'object' && isMap && !schema.properties) {
    const values = valuesOf(schema)
    return { form: 'map', of: values ? typeOfSchema(values, options) : looseScalar, structural: schema }
  }
  const isResource = schema['x-kubernetes-embedded-resource'] === true
  if (type === 'object' || schema.properties || isResource) return objectOf(schema, options, isResource)
  return schema.nullable ? looseNullable : looseScalar
}

function objectOf(schema: Structural, options: TypeOptions, isResource: boolean): ObjectType {
  const own: Record<string, Field> = isResource
    ? { apiVersion: textField, kind: textField, metadata: metadataField(options, 'pointer') }
    : {}
  return {
    form: 'object',
    name: '',
    fields: { ...own, ...fieldsOf(schema, options, isResource) },
    root: false,
    atomic: schema['x-kubernetes-map-type'] === 'atomic',
    rules: [],
    structural: schema,
  }
}
