import {
  bool as boolType,
  bytes as bytesType,
  double as doubleType,
  float as floatType,
  int32 as int32Type,
  int64 as int64Type,
  text,
  uint32 as uint32Type,
  uint64 as uint64Type,
} from './scalars/basic.ts'
import { intOrString as intOrStringType } from './scalars/intOrString.ts'
import { quantity as quantityType } from './scalars/quantity.ts'
import { duration as durationType, microTime as microTimeType, time as timeType } from './scalars/time.ts'
import type { Field, ObjectType, Presence, Rule, Type } from './types.ts'

/**
 * The builders a kind is declared with. The first argument is the protobuf field number. Presence is by value unless
 * `pointer` or `always` is set; nested objects that upstream holds by value are `always`.
 */
export interface FieldOptions<T> {
  readonly pointer?: true
  readonly always?: true
  readonly default?: T
  /** For OpenAPI, where it differs from what presence tells: see `Field`. */
  readonly required?: boolean
  readonly rule?: Rule<T> | readonly Rule<T>[]
  readonly mergeKey?: string
  readonly patchStrategy?: Field['patchStrategy']
  readonly listType?: Field['listType']
  readonly listKeys?: readonly string[]
  readonly mapType?: Field['mapType']
  readonly inline?: true
  readonly wrapped?: true
  /** Of `oneOf`: see `Field`. */
  readonly open?: true
}

type Always<O> = O extends { readonly always: true } ? true : false
type Of<T> = Type<T> | (() => Type<T>)

function field<T, O extends FieldOptions<T>>(
  number: number,
  type: Of<T>,
  options: O | undefined,
  oneOf?: readonly string[],
): Field<T, Always<O>> {
  const { pointer, always, rule, ...rest } = options ?? ({} as O)
  const presence: Presence = pointer ? 'pointer' : always ? 'always' : 'value'
  const rules = (rule === undefined ? [] : Array.isArray(rule) ? rule : [rule]) as readonly Rule<never>[]
  return { ...rest, number, type, presence, rules, ...(oneOf ? { oneOf } : {}) } as Field<T, Always<O>>
}

/** Keeps the literal types of a set of fields, so that `Shape` can read them. */
export const fields = <const F extends Record<string, Field>>(all: F): F => all

/** A field of any type: `one(5, PodSecurityContext, { pointer: true })`. */
export const one = <T, const O extends FieldOptions<T> = FieldOptions<T>>(number: number, type: Of<T>, options?: O) =>
  field<T, O>(number, type, options)

type ScalarBuilder<T> = <const O extends FieldOptions<T> = FieldOptions<T>>(
  number: number,
  options?: O,
) => Field<T, Always<O>>
const scalar =
  <T>(type: Type<T>): ScalarBuilder<T> =>
  (number, options) =>
    field(number, type, options)

export const string = scalar<string>(text)
export const bool = scalar<boolean>(boolType)
export const int32 = scalar<number>(int32Type)
export const int64 = scalar<number>(int64Type)
export const uint32 = scalar<number>(uint32Type)
export const uint64 = scalar<number>(uint64Type)
export const float = scalar<number>(floatType)
export const double = scalar<number>(doubleType)
/** Base64 text in memory and in JSON, raw bytes in protobuf. */
export const bytes = scalar<string>(bytesType)
/** RFC 3339 with seconds, UTC. */
export const time = scalar<string>(timeType)
/** RFC 3339 with microseconds, UTC. */
export const microTime = scalar<string>(microTimeType)
/** Go's form: `1h30m`. */
export const duration = scalar<string>(durationType)
export const quantity = scalar<string>(quantityType)
export const intOrString = scalar<number | string>(intOrStringType)

/** A string out of a closed set. */
export const oneOf = <const V extends string, const O extends FieldOptions<NoInfer<V>> = FieldOptions<NoInfer<V>>>(
  number: number,
  values: readonly V[],
  options?: O,
): Field<V, Always<O>> => field<V, O>(number, text as Type<V>, options, values)

/** A list of values of one type. */
export const list = <T, const O extends FieldOptions<T[]> = FieldOptions<T[]>>(
  number: number,
  of: Of<T>,
  options?: O,
): Field<T[], Always<O>> => field<T[], O>(number, typeof of === 'function' ? () => listOf(of()) : listOf(of), options)

/** A list of strings. */
export const strings = <const O extends FieldOptions<string[]> = FieldOptions<string[]>>(number: number, options?: O) =>
  list<string, O>(number, text as Type<string>, options)

/** A map from strings to values of one type. */
export const map = <T, const O extends FieldOptions<Record<string, T>> = FieldOptions<Record<string, T>>>(
  number: number,
  of: Of<T>,
  options?: O,
): Field<Record<string, T>, Always<O>> =>
  field<Record<string, T>, O>(number, typeof of === 'function' ? () => mapOf(of()) : mapOf(of), options)

/** A map from strings to strings. */
export const stringMap = <const O extends FieldOptions<Record<string, string>> = FieldOptions<Record<string, string>>>(
  number: number,
  options?: O,
) => map<string, O>(number, text as Type<string>, options)

export const listOf = <T>(of: Type<T>): Type<T[]> => ({ form: 'list', of })
export const mapOf = <T>(of: Type<T>): Type<Record<string, T>> => ({ form: 'map', of })

export interface ObjectOptions<T> {
  readonly atomic?: true
  /** Rules over several fields; `path` is the object's own. */
  readonly rule?: Rule<T> | readonly Rule<T>[]
}

function describe<T>(
  name: string,
  all: Readonly<Record<string, Field>>,
  root: boolean,
  options: ObjectOptions<T>,
): Type<T> {
  const rules = (
    options.rule === undefined ? [] : Array.isArray(options.rule) ? options.rule : [options.rule]
  ) as readonly Rule<never>[]
  const type: ObjectType = { form: 'object', name, fields: all, root, atomic: options.atomic ?? false, rules }
  return type as Type<T>
}

/** An object under its definition name. Annotate the constant: `export const PodSpec: Type<PodSpec> = object(...)`. */
export const object = <T>(
  name: string,
  all: Readonly<Record<string, Field>>,
  options: ObjectOptions<T> = {},
): Type<T> => describe(name, all, false, options)

/** A kind, or a list of one: an object that carries apiVersion and kind. Its TypeScript type is `RootShape`. */
export const root = <T>(name: string, all: Readonly<Record<string, Field>>, options: ObjectOptions<T> = {}): Type<T> =>
  describe(name, all, true, options)
