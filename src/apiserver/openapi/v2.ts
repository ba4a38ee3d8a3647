import { encodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Schema } from '../../schema/derive/openapi.ts'
import { type Any, DocumentMessage, type NamedAny, type SchemaMessage } from './gnostic.ts'

/** Definitions of OpenAPI v2 out of schemas of v3: references lead elsewhere, and a value has one type only. */
export function definitionsOf(schemas: Readonly<Record<string, Schema>>): Record<string, Schema> {
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, converted(schema)]))
}

function converted(schema: Schema): Schema {
  const { allOf, oneOf, $ref, items, properties, additionalProperties, nullable: _nullable, ...rest } = schema
  const inner = $ref ?? (allOf as readonly Schema[] | undefined)?.[0]?.$ref
  if (typeof inner === 'string') return { ...rest, $ref: inner.replace('#/components/schemas/', '#/definitions/') }
  return {
    ...rest,
    ...(oneOf ? { type: 'string' } : {}),
    ...(items ? { items: converted(items as Schema) } : {}),
    ...(typeof additionalProperties === 'object'
      ? { additionalProperties: converted(additionalProperties as Schema) }
      : {}),
    ...(properties ? { properties: definitionsOf(properties as Record<string, Schema>) } : {}),
  }
}

const info = { title: 'Kubernetes', version: 'v1.36.2' }

/** The document as JSON. Paths are told in OpenAPI v3 only. */
export const documentJson = (definitions: Readonly<Record<string, Schema>>): string =>
  JSON.stringify({ swagger: '2.0', info, paths: {}, definitions })

/** The document in protobuf. */
export function documentProtobuf(definitions: Readonly<Record<string, Schema>>): Uint8Array {
  return encodeProtobuf(DocumentMessage, { swagger: '2.0', info, paths: {}, definitions: named(definitions) })
}

const named = (schemas: Readonly<Record<string, Schema>>) => ({
  additional_properties: Object.entries(schemas).map(([name, schema]) => ({ name, value: message(schema) })),
})

const any = (value: unknown): Any => ({ yaml: JSON.stringify(value) })

function message(schema: Schema): SchemaMessage {
  const { $ref, format, description, type, required, items, properties, additionalProperties } = schema
  const extensions: NamedAny[] = Object.entries(schema)
    .filter(([key]) => key.startsWith('x-'))
    .map(([name, value]) => ({ name, value: any(value) }))
  return {
    ...($ref ? { _ref: $ref as string } : {}),
    ...(format ? { format: format as string } : {}),
    ...(description ? { description: description as string } : {}),
    ...('default' in schema ? { default: any(schema.default) } : {}),
    ...(required ? { required: [...(required as string[])] } : {}),
    ...(schema.enum ? { enum: (schema.enum as unknown[]).map(any) } : {}),
    ...(additionalProperties ? { additional_properties: { schema: message(additionalProperties as Schema) } } : {}),
    ...(type ? { type: { value: [type as string] } } : {}),
    ...(items ? { items: { schema: [message(items as Schema)] } } : {}),
    ...(properties ? { properties: named(properties as Record<string, Schema>) } : {}),
    ...(extensions.length > 0 ? { vendor_extension: extensions } : {}),
  }
}
