import type { Structural } from './structural.ts'

/**
 * The model every engine works from. A `Type` describes a value; codecs, defaults, rules, patches and OpenAPI are
 * free functions `engine(type, value)` that compile a type once and cache it by identity.
 *
 * Values are plain data in the form of their JSON: a quantity or a time is a string, bytes are a base64 string.
 * NORMAL FORM, which every decoder returns and every encoder accepts:
 *   presence `value`    zero, empty and null are absent (the key is not there)
 *   presence `pointer`  null is absent; zero and empty are kept
 *   presence `always`   never absent: the zero value, `[]`, `{}` or an object in normal form is filled in
 * Encoders also take partial values and print what normal form would have.
 */
export type Presence = 'value' | 'pointer' | 'always'

/** Carries the TypeScript type of a described value; never there at run time. */
declare const carried: unique symbol
/** Carries whether a field is there in every normal form; never there at run time. */
declare const there: unique symbol
interface Carries<T> {
  readonly [carried]?: T
}

/** How a scalar is written in protobuf. `message`: a nested message with a codec of its own. */
export type Wire =
  | 'string'
  | 'bytes'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'double'
  | 'float'
  | 'message'

/** What makes a scalar: one constant per scalar in `scalars/`, which shared code only reads, never compares by name. */
export interface ScalarDefinition {
  /** Name as users see it in errors, e.g. `string`, `integer`, `boolean`, `quantity`. */
  readonly name: string
  readonly zero: unknown
  readonly wire: Wire
  /** The value in normal form, or an error text that says what was expected. Input is whatever JSON held. */
  parse(json: unknown): { readonly value: unknown } | { readonly error: string }
  /** Value to what is put on the protobuf wire, and back; absent means as it is. `message`: bytes of the nested message. */
  toWire?(value: unknown): unknown
  fromWire?(wire: unknown): unknown
  isZero(value: unknown): boolean
  /** The zero value prints as null where the field is always there (an unset time). */
  readonly printsNull?: true
  /** Whether two values mean the same (1 and 1000m); absent means `===`. */
  equal?(a: unknown, b: unknown): boolean
  /** Any JSON may stand here. Server-side apply looks inside (`granular`), or takes it as one value (`atomic`). */
  readonly json?: 'atomic' | 'granular'
  /** OpenAPI v3 schema of the scalar. */
  readonly openapi: Readonly<Record<string, unknown>>
  /** Definition name under which OpenAPI lists the scalar; absent where the schema stands with the field. */
  readonly definition?: string
}

/**
 * A type made of a structural schema is LOOSE: engines keep what is of another kind, and null, as it is; rules tell what
 * is wrong with it (`derive/fromCrd`). An object of `x-kubernetes-preserve-unknown-fields` keeps fields it does not name.
 */
interface Loose {
  readonly structural?: Structural
  /** Of a whole resource: the type of its metadata, which no schema describes. */
  readonly ownMetadata?: Type
}

export interface ScalarType extends Loose {
  readonly form: 'scalar'
  readonly scalar: ScalarDefinition
}

export interface ListType extends Loose {
  readonly form: 'list'
  readonly of: Type
}

/** Keys are always strings. */
export interface MapType extends Loose {
  readonly form: 'map'
  readonly of: Type
}

export interface ObjectType extends Loose {
  readonly form: 'object'
  /** Dotted definition name as in upstream's OpenAPI: `io.k8s.api.core.v1.PodSpec`. */
  readonly name: string
  /** In the order they are printed. */
  readonly fields: Readonly<Record<string, Field>>
  /** A kind or a list of one: `apiVersion` and `kind` stand before its fields in JSON, and in the envelope in protobuf. */
  readonly root: boolean
  /** Merged as one value: server-side apply does not look inside. */
  readonly atomic: boolean
  /** Rules over several fields, run after those of the fields. */
  readonly rules: readonly Rule<never>[]
}

/** A description of values of TypeScript type `T`. */
export type Type<T = unknown> = (ScalarType | ListType | MapType | ObjectType) & Carries<T>

/** One field of an object. `R`: whether it is there in every normal form. */
export interface Field<T = unknown, R extends boolean = boolean> {
  /** Protobuf field number; 0 when the field is JSON only. */
  readonly number: number
  /** A function where types refer to each other. */
  readonly type: Type<T> | (() => Type<T>)
  readonly presence: Presence
  readonly [there]?: R
  /**
   * Whether OpenAPI lists the field as required. Absent: when it is always there, has no default, and is a list, a
   * map or a plain scalar (objects, times and the like that are always there are mostly optional to writers).
   */
  readonly required?: boolean
  /** Filled in where the field is absent. */
  readonly default?: unknown
  readonly rules: readonly Rule<never>[]
  /** The closed set of values, for errors, OpenAPI and completion. */
  readonly oneOf?: readonly string[]
  /** `oneOf` is only told; the rules of the object refuse other values, in words or at a path of their own. */
  readonly open?: true
  /** Strategic merge: elements with the same value of this field are one. */
  readonly mergeKey?: string
  /** Strategic merge: `merge` for lists of scalars; `retainKeys` for unions. */
  readonly patchStrategy?: 'merge' | 'replace' | 'retainKeys' | 'merge,retainKeys'
  /** Server-side apply; absent means atomic. */
  readonly listType?: 'atomic' | 'set' | 'map'
  readonly listKeys?: readonly string[]
  readonly mapType?: 'atomic' | 'granular'
  /** Protobuf: the list is a message of its own that holds it as field 1 (upstream's named list types, such as Verbs). */
  readonly wrapped?: boolean
  /** The field is embedded: its own fields stand in the parent's JSON (protobuf still nests it). */
  readonly inline?: boolean
}

/** A broken rule. `type` is the cause's reason as a client sees it. Made by the constructors in `rules/errors.ts`. */
export interface FieldError {
  readonly type:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooShort'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
    | 'InternalError'
  /** Path as printed: `spec.containers[0].ports[1].name`, `metadata.labels[app]`. */
  readonly field: string
  readonly value?: unknown
  readonly detail: string
}

/** Where a value stands. Immutable; printed only when something is wrong. */
export interface Path {
  child(...names: string[]): Path
  index(position: number): Path
  key(key: string): Path
  toString(): string
}

/** Checks a value that is there. `old` is what stood there before an update, when it did. Reports, never throws, never changes. */
export type Rule<T = unknown> = (value: T, path: Path, old?: T) => readonly FieldError[]

/** The TypeScript type a `Type` or a `Field` describes. */
export type ValueOf<X> = X extends Field<infer T> ? T : X extends Carries<infer T> ? T : never

/** The TypeScript type of an object with these fields: `always` fields are required, the others optional. */
export type Shape<F> = {
  -readonly [K in keyof F as F[K] extends Field<unknown, true> ? K : never]: ValueOf<F[K]>
} & {
  -readonly [K in keyof F as F[K] extends Field<unknown, true> ? never : K]?: ValueOf<F[K]>
}

/** `Shape` of a kind: with apiVersion and kind, which normal form always has but writers may leave out. */
export type RootShape<F> = { apiVersion?: string; kind?: string } & Shape<F>

/** What a writer may hand in: any part of a value may be missing. */
export type Draft<T> = T extends readonly (infer E)[]
  ? readonly Draft<E>[]
  : T extends object
    ? { readonly [K in keyof T]?: Draft<T[K]> }
    : T
