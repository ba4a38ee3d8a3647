/** One rule in CEL about the value it stands with. */
export interface StructuralRule {
  readonly rule: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
  readonly fieldPath?: string
  readonly optionalOldSelf?: boolean
}

/**
 * A structural schema, in the form of its JSON: what custom resources are described with. Inside `allOf`, `anyOf`,
 * `oneOf` and `not` the same shape only checks values.
 */
export interface Structural {
  readonly description?: string
  readonly type?: string
  readonly format?: string
  readonly title?: string
  readonly default?: unknown
  readonly maximum?: number
  readonly exclusiveMaximum?: boolean
  readonly minimum?: number
  readonly exclusiveMinimum?: boolean
  readonly maxLength?: number
  readonly minLength?: number
  readonly pattern?: string
  readonly maxItems?: number
  readonly minItems?: number
  readonly uniqueItems?: boolean
  readonly multipleOf?: number
  readonly enum?: readonly unknown[]
  readonly maxProperties?: number
  readonly minProperties?: number
  readonly required?: readonly string[]
  readonly items?: Structural
  readonly allOf?: readonly Structural[]
  readonly oneOf?: readonly Structural[]
  readonly anyOf?: readonly Structural[]
  readonly not?: Structural
  readonly properties?: Readonly<Record<string, Structural>>
  readonly additionalProperties?: Structural | boolean
  readonly externalDocs?: { readonly description?: string; readonly url?: string }
  readonly example?: unknown
  readonly nullable?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-map-type'?: string
  readonly 'x-kubernetes-validations'?: readonly StructuralRule[]
}

/** The schema of a property, if it names one: not what every object inherits. */
export const propertyOf = ({ properties }: Structural, name: string): Structural | undefined =>
  properties && Object.hasOwn(properties, name) ? properties[name] : undefined

/** The schema that all values of a map have; undefined for `true`. */
export const valuesOf = ({ additionalProperties }: Structural): Structural | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined

/** The schema of one field of an object. */
export const fieldSchemaOf = (schema: Structural, name: string): Structural | undefined =>
  propertyOf(schema, name) ?? valuesOf(schema)

export const isPlainRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
