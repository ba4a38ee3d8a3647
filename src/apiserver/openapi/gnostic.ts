import { fields, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'

/**
 * OpenAPI v2 in protobuf, as kubectl asks for it: the messages of `gnostic-models/openapiv2`, as far as definitions
 * need them. Values of any kind are YAML text, of which JSON is a part.
 */
const any = fields({
  /** The value, as YAML. */
  yaml: string(2),
})
export interface Any extends Shape<typeof any> {}
export const Any: Type<Any> = object('openapi.v2.Any', any)

const namedAny = fields({
  /** Name of the value. */
  name: string(1),
  /** The value. */
  value: one(2, Any, { pointer: true }),
})
export interface NamedAny extends Shape<typeof namedAny> {}
export const NamedAny: Type<NamedAny> = object('openapi.v2.NamedAny', namedAny)

const typeItem = fields({
  /** The types, mostly one. */
  value: strings(1),
})
export interface TypeItem extends Shape<typeof typeItem> {}
export const TypeItem: Type<TypeItem> = object('openapi.v2.TypeItem', typeItem)

/** Schemas hold schemas: the type is told before it is made. */
export interface SchemaMessage {
  _ref?: string
  format?: string
  description?: string
  default?: Any
  required?: string[]
  enum?: Any[]
  additional_properties?: AdditionalProperties
  type?: TypeItem
  items?: Items
  properties?: Properties
  vendor_extension?: NamedAny[]
}
export interface AdditionalProperties {
  schema?: SchemaMessage
}
export interface Items {
  schema?: SchemaMessage[]
}
export interface NamedSchema {
  name?: string
  value?: SchemaMessage
}
export interface Properties {
  additional_properties?: NamedSchema[]
}

const schemaType = (): Type<SchemaMessage> => SchemaMessage
const AdditionalProperties: Type<AdditionalProperties> = object(
  'openapi.v2.AdditionalPropertiesItem',
  fields({ schema: one(1, schemaType, { pointer: true }) }),
)
const Items: Type<Items> = object('openapi.v2.ItemsItem', fields({ schema: list(1, schemaType) }))
const NamedSchema: Type<NamedSchema> = object(
  'openapi.v2.NamedSchema',
  fields({ name: string(1), value: one(2, schemaType, { pointer: true }) }),
)
const Properties: Type<Properties> = object(
  'openapi.v2.Properties',
  fields({ additional_properties: list(1, NamedSchema) }),
)
export const SchemaMessage: Type<SchemaMessage> = object(
  'openapi.v2.Schema',
  fields({
    _ref: string(1),
    format: string(2),
    description: string(4),
    default: one(5, Any, { pointer: true }),
    required: strings(19),
    enum: list(20, Any),
    additional_properties: one(21, AdditionalProperties, { pointer: true }),
    type: one(22, TypeItem, { pointer: true }),
    items: one(23, Items, { pointer: true }),
    properties: one(25, Properties, { pointer: true }),
    vendor_extension: list(31, NamedAny),
  }),
)

const info = fields({
  /** Title of the API. */
  title: string(1),
  /** Version of the API. */
  version: string(2),
})
export interface Info extends Shape<typeof info> {}
const Info: Type<Info> = object('openapi.v2.Info', info)

const documentFields = fields({
  /** Version of the format: 2.0. */
  swagger: string(1),
  /** What it is about. */
  info: one(2, Info, { pointer: true }),
  /** Paths; told in OpenAPI v3 only. */
  paths: one(8, object<object>('openapi.v2.Paths', fields({})), { pointer: true }),
  /** Schemas by name. */
  definitions: one(9, Properties, { pointer: true }),
})
export interface DocumentMessage extends RootShape<typeof documentFields> {}
export const DocumentMessage: Type<DocumentMessage> = root('openapi.v2.Document', documentFields)
