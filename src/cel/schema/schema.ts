/** What expressions look at of a structural schema: its JSON as definitions have it. */
export interface Schema {
  readonly type?: string
  readonly format?: string
  readonly nullable?: boolean
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly maxLength?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly required?: readonly string[]
  readonly items?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: unknown
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
}

/** The schema of a list's elements. */
export const itemsOf = ({ items }: Schema): Schema | undefined => (isSchema(items) ? items : undefined)

/** The schema of a map's values. */
export const valuesOf = ({ additionalProperties }: Schema): Schema | undefined =>
  isSchema(additionalProperties) ? additionalProperties : undefined

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const text: Schema = { type: 'string' }
const named: Schema = { type: 'object', properties: { name: text, generateName: text } }

/** The schema of a whole object: apiVersion, kind, metadata.name and metadata.generateName are always known. */
export function withMetadata(schema: Schema): Schema {
  const { apiVersion, kind, metadata } = schema.properties ?? {}
  const known =
    apiVersion?.type === 'string' &&
    kind?.type === 'string' &&
    metadata?.properties?.name?.type === 'string' &&
    metadata.properties.generateName?.type === 'string'
  if (known) return schema
  return { ...schema, properties: { ...schema.properties, apiVersion: text, kind: text, metadata: named } }
}
