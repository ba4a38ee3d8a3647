import { fromJson } from '../../schema/codec/json.ts'
import { decodeProtobuf, encodeProtobuf } from '../../schema/codec/protobuf.ts'
import { bool, double, fields, int64, list, map, object, one, oneOf, string, strings } from '../../schema/fields.ts'
import { rawJson } from '../../schema/scalars/raw.ts'
import type { ScalarType, Type } from '../../schema/types.ts'

const prefix = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

const externalDocumentation = fields({
  /** What is found there. */
  description: string(1),
  /** Where it is. */
  url: string(2),
})
export interface ExternalDocumentation {
  description?: string
  url?: string
}
export const ExternalDocumentation: Type<ExternalDocumentation> = object(
  `${prefix}.ExternalDocumentation`,
  externalDocumentation,
)

export const ruleReasons = [
  'FieldValueRequired',
  'FieldValueDuplicate',
  'FieldValueInvalid',
  'FieldValueForbidden',
] as const

const validationRule = fields({
  /** The CEL expression that must be true of the value, which it calls `self`; on updates `oldSelf` is what stood there. */
  rule: string(1, { always: true }),
  /** What is told when the rule fails. Needed when the rule has line breaks. */
  message: string(2),
  /** A CEL expression that makes the message; `message` is told where it gives none. */
  messageExpression: string(3),
  /** The reason of the failure, for machines. FieldValueInvalid when not set. */
  reason: oneOf(4, ruleReasons, { pointer: true }),
  /** The field the failure is about, as a JSON path below the value: `.spec.a`, `.spec['b.c']`. */
  fieldPath: string(5),
  /** Whether `oldSelf` is optional, so that a rule which uses it also runs where nothing stood before. */
  optionalOldSelf: bool(6, { pointer: true }),
})
export interface ValidationRule {
  rule: string
  message?: string
  messageExpression?: string
  reason?: string
  fieldPath?: string
  optionalOldSelf?: boolean
}
export const ValidationRule: Type<ValidationRule> = object(`${prefix}.ValidationRule`, validationRule)

/** One node of a schema: OpenAPI v3 as custom resources use it. */
export interface JSONSchemaProps {
  id?: string
  $schema?: string
  $ref?: string
  description?: string
  type?: string
  format?: string
  title?: string
  default?: unknown
  maximum?: number
  exclusiveMaximum?: boolean
  minimum?: number
  exclusiveMinimum?: boolean
  maxLength?: number
  minLength?: number
  pattern?: string
  maxItems?: number
  minItems?: number
  uniqueItems?: boolean
  multipleOf?: number
  enum?: unknown[]
  maxProperties?: number
  minProperties?: number
  required?: string[]
  items?: JSONSchemaProps | JSONSchemaProps[]
  allOf?: JSONSchemaProps[]
  oneOf?: JSONSchemaProps[]
  anyOf?: JSONSchemaProps[]
  not?: JSONSchemaProps
  properties?: Record<string, JSONSchemaProps>
  additionalProperties?: JSONSchemaProps | boolean
  patternProperties?: Record<string, JSONSchemaProps>
  dependencies?: Record<string, JSONSchemaProps | string[]>
  additionalItems?: JSONSchemaProps | boolean
  definitions?: Record<string, JSONSchemaProps>
  externalDocs?: ExternalDocumentation
  example?: unknown
  nullable?: boolean
  'x-kubernetes-preserve-unknown-fields'?: boolean
  'x-kubernetes-embedded-resource'?: boolean
  'x-kubernetes-int-or-string'?: boolean
  'x-kubernetes-list-map-keys'?: string[]
  'x-kubernetes-list-type'?: string
  'x-kubernetes-map-type'?: string
  'x-kubernetes-validations'?: ValidationRule[]
}

const schema = (): Type<JSONSchemaProps> => JSONSchemaProps
const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
const decoded = (json: unknown) => fromJson(JSONSchemaProps, json)
const decodedAll = (json: readonly unknown[]) => json.map(decoded)

/** A value of two forms: a message with a field for each, told apart in JSON by what stands there. */
function either<T>(
  name: string,
  expected: string,
  read: (json: unknown) => T | undefined,
  pack: (value: T) => object,
  unpack: (message: Either) => T,
  message: () => Type<Either>,
): ScalarType {
  return {
    form: 'scalar',
    scalar: {
      name: 'schema',
      zero: null,
      printsNull: true,
      wire: 'message',
      openapi: {},
      definition: `${prefix}.${name}`,
      isZero: value => value === null || value === undefined,
      parse(json) {
        const value = read(json)
        return value === undefined ? { error: expected } : { value }
      },
      toWire: value => encodeProtobuf(message(), pack(value as T) as Either),
      fromWire: wire => unpack(decodeProtobuf(message(), wire as Uint8Array)),
    },
  }
}

interface Either {
  allows?: boolean
  schema?: JSONSchemaProps
  schemas?: JSONSchemaProps[]
  property?: string[]
}

const orBoolMessage: Type<Either> = object(
  `${prefix}.JSONSchemaPropsOrBool`,
  fields({ allows: bool(1, { always: true }), schema: one(2, schema, { pointer: true }) }),
)
const orArrayMessage: Type<Either> = object(
  `${prefix}.JSONSchemaPropsOrArray`,
  fields({ schema: one(1, schema, { pointer: true }), schemas: list(2, schema) }),
)
const orStringsMessage: Type<Either> = object(
  `${prefix}.JSONSchemaPropsOrStringArray`,
  fields({ schema: one(1, schema, { pointer: true }), property: strings(2) }),
)

const orBool = either<JSONSchemaProps | boolean>(
  'JSONSchemaPropsOrBool',
  'boolean or JSON schema expected',
  json => (typeof json === 'boolean' ? json : isObject(json) ? decoded(json) : undefined),
  value => (typeof value === 'boolean' ? { allows: value } : { allows: true, schema: value }),
  ({ allows, schema: held }) => held ?? allows ?? false,
  () => orBoolMessage,
) as Type<JSONSchemaProps | boolean>

const orArray = either<JSONSchemaProps | JSONSchemaProps[] | null>(
  'JSONSchemaPropsOrArray',
  'JSON schema or array of JSON schemas expected',
  json => (Array.isArray(json) ? decodedAll(json) : isObject(json) ? decoded(json) : null),
  value => (Array.isArray(value) ? { schemas: value } : value === null ? {} : { schema: value }),
  ({ schema: held, schemas = [] }) => (schemas.length > 0 ? schemas : (held ?? null)),
  () => orArrayMessage,
) as Type<JSONSchemaProps | JSONSchemaProps[]>

const orStrings = either<JSONSchemaProps | string[] | null>(
  'JSONSchemaPropsOrStringArray',
  'JSON schema or array of strings expected',
  json => (Array.isArray(json) ? json.filter(each => typeof each === 'string') : isObject(json) ? decoded(json) : null),
  value => (Array.isArray(value) ? { property: value } : value === null ? {} : { schema: value }),
  ({ schema: held, property = [] }) => (property.length > 0 ? property : (held ?? null)),
  () => orStringsMessage,
) as Type<JSONSchemaProps | string[]>

const jsonSchemaProps = fields({
  /** Not supported. */
  id: string(1),
  /** Not supported. */
  $schema: string(2),
  /** Not supported. */
  $ref: string(3, { pointer: true }),
  /** What the value means, for people. */
  description: string(4),
  /** array, boolean, integer, number, object or string. */
  type: string(5),
  /** A closer form of the type, such as date-time or int32. Forms nobody knows are passed over. */
  format: string(6),
  /** A short name, for people. */
  title: string(7),
  /** What stands where nothing is given. */
  default: one(8, rawJson, { pointer: true }),
  /** The greatest number. */
  maximum: double(9, { pointer: true }),
  /** Whether `maximum` itself is out. */
  exclusiveMaximum: bool(10),
  /** The least number. */
  minimum: double(11, { pointer: true }),
  /** Whether `minimum` itself is out. */
  exclusiveMinimum: bool(12),
  /** The most characters of a text. */
  maxLength: int64(13, { pointer: true }),
  /** The fewest characters of a text. */
  minLength: int64(14, { pointer: true }),
  /** A regular expression, in Go's syntax, that matches somewhere in a text. */
  pattern: string(15),
  /** The most elements of a list. */
  maxItems: int64(16, { pointer: true }),
  /** The fewest elements of a list. */
  minItems: int64(17, { pointer: true }),
  /** Not supported; see `x-kubernetes-list-type`. */
  uniqueItems: bool(18),
  /** The number is a multiple of this one. */
  multipleOf: double(19, { pointer: true }),
  /** All values there are. */
  enum: list(20, rawJson, { listType: 'atomic' }),
  /** The most keys of an object. */
  maxProperties: int64(21, { pointer: true }),
  /** The fewest keys of an object. */
  minProperties: int64(22, { pointer: true }),
  /** Fields that must be there. */
  required: strings(23, { listType: 'atomic' }),
  /** What the elements of a list are. */
  items: one(24, orArray, { pointer: true }),
  /** All of these must hold. */
  allOf: list(25, schema, { listType: 'atomic' }),
  /** Exactly one of these must hold. */
  oneOf: list(26, schema, { listType: 'atomic' }),
  /** At least one of these must hold. */
  anyOf: list(27, schema, { listType: 'atomic' }),
  /** This must not hold. */
  not: one(28, schema, { pointer: true }),
  /** The fields of an object. */
  properties: map(29, schema),
  /** What the values of a map are; true: anything. */
  additionalProperties: one(30, orBool, { pointer: true }),
  /** Not supported. */
  patternProperties: map(31, schema),
  /** Not supported. */
  dependencies: map(32, orStrings),
  /** Not supported. */
  additionalItems: one(33, orBool, { pointer: true }),
  /** Not supported. */
  definitions: map(34, schema),
  /** Where more is told. */
  externalDocs: one(35, ExternalDocumentation, { pointer: true }),
  /** A value as an example. */
  example: one(36, rawJson, { pointer: true }),
  /** Whether null is a value too. */
  nullable: bool(37),
  /** Keeps fields that the schema does not name, which are dropped otherwise. True or not set. */
  'x-kubernetes-preserve-unknown-fields': bool(38, { pointer: true }),
  /** The value is an object of the API, with apiVersion, kind and metadata of its own. */
  'x-kubernetes-embedded-resource': bool(39),
  /** The value is an integer or a text. */
  'x-kubernetes-int-or-string': bool(40),
  /** The fields that tell the elements of a list of type map apart. */
  'x-kubernetes-list-map-keys': strings(41, { listType: 'atomic' }),
  /** How lists are merged: atomic is one value, a set has each element once, a map has elements told apart by keys. */
  'x-kubernetes-list-type': string(42, { pointer: true }),
  /** How objects are merged: granular field by field, atomic as one value. */
  'x-kubernetes-map-type': string(43, { pointer: true }),
  /** Rules in CEL about the value. */
  'x-kubernetes-validations': list(44, ValidationRule, {
    listType: 'map',
    listKeys: ['rule'],
    patchStrategy: 'merge',
    mergeKey: 'rule',
  }),
})
export const JSONSchemaProps: Type<JSONSchemaProps> = object(`${prefix}.JSONSchemaProps`, jsonSchemaProps)
