import { text as textType } from '../scalars/basic.ts'
import { propertyOf, type Structural, valuesOf } from '../structural.ts'
import type { ListType, MapType, ObjectType, ScalarType, Type } from '../types.ts'
import { DecodeError } from './decodeError.ts'
import { goName, put, shortName, slotsOf, typeOf, without } from './layout.ts'
import { maxDepth } from './parse.ts'
import { emptiness, zeroOf } from './zero.ts'

/** Reports a field that is not taken: its whole path (`spec.containers[0].foo`) and its name. */
export type Report = (path: string, name: string) => void

export interface FromJsonOptions {
  /** Called for fields the type does not have; they are dropped. */
  readonly unknown?: Report
}

/**
 * Plain JSON data to the normal form of a type. Throws a DecodeError where a value is of the wrong kind.
 * The input is not changed; what the type does not look into (raw JSON) is shared with it.
 */
export function fromJson<T>(type: Type<T>, raw: unknown, options: FromJsonOptions = {}): T {
  if (raw === null || raw === undefined) return zeroOf(type) as T
  return decoderOf(type)(raw, new Context(options.unknown, false)) as T
}

/** As `fromJson`, of data that nobody else holds: it is made into the value, where it can be. */
export function fromOwnJson<T>(type: Type<T>, raw: unknown, options: FromJsonOptions = {}): T {
  if (raw === null || raw === undefined) return zeroOf(type) as T
  return decoderOf(type)(raw, new Context(options.unknown, true)) as T
}

type Decode = (raw: unknown, context: Context) => unknown

/** Where the decoder stands, kept only for reports. */
class Context {
  readonly unknown: Report | undefined
  /** Field names and positions; the key of a map stands in a list of its own. */
  readonly path: (string | number | readonly [string])[] = []
  owner: ObjectType | undefined

  /** Whether what was given may be changed, and become the value. */
  readonly owns: boolean

  constructor(unknown: Report | undefined, owns: boolean) {
    this.unknown = unknown
    this.owns = owns
  }

  print(last?: string): string {
    let text = ''
    for (const part of last === undefined ? this.path : [...this.path, last]) {
      if (typeof part === 'number') text += `[${part}]`
      else text += `${text ? '.' : ''}${typeof part === 'string' ? part : part[0]}`
    }
    return text
  }

  /** The error for a value of the wrong kind, as Go words it. */
  mismatch(raw: unknown, type: Type, last?: string): DecodeError {
    const names = this.path.filter(part => typeof part === 'string')
    if (last !== undefined) names.push(last)
    const into =
      this.owner && names.length > 0
        ? `struct field ${shortName(this.owner)}.${names.join('.')} of type`
        : 'value of type'
    const text = `json: cannot unmarshal ${goKind(raw, type)} into Go ${into} ${goName(type)}`
    return new DecodeError(this.print(last), text)
  }
}

/** What Go calls a JSON value that does not fit. */
function goKind(raw: unknown, type: Type): string {
  if (Array.isArray(raw)) return 'array'
  if (typeof raw === 'boolean') return 'bool'
  if (typeof raw !== 'number') return raw === null ? 'null' : typeof raw
  return type.form === 'scalar' && /int|float|double/.test(type.scalar.wire) ? `number ${raw}` : 'number'
}

const decoders = new WeakMap<Type, Decode>()

function decoderOf(type: Type): Decode {
  const known = decoders.get(type)
  if (known) return known
  const decode = type.structural
    ? looseDecoder(type, type.structural)
    : type.form === 'scalar'
      ? scalarDecoder(type)
      : type.form === 'list'
        ? listDecoder(type)
        : type.form === 'map'
          ? mapDecoder(type)
          : objectDecoder(type)
  decoders.set(type, decode)
  return decode
}

function scalarDecoder(type: ScalarType): Decode {
  const { scalar } = type
  const { wire } = scalar
  return (raw, context) => {
    if (wire === 'string' && typeof raw === 'string') return raw
    const parsed = scalar.parse(raw)
    if ('value' in parsed) return parsed.value
    const ownWords = wire === 'message' || (wire === 'bytes' && typeof raw === 'string')
    throw ownWords ? new DecodeError(context.print(), parsed.error) : context.mismatch(raw, type)
  }
}

function listDecoder(type: ListType): Decode {
  const decode = decoderLater(type.of)
  return (raw, context) => {
    if (!Array.isArray(raw)) throw context.mismatch(raw, type)
    const { path } = context
    deeper(context)
    const depth = path.length
    const list: unknown[] = context.owns ? raw : raw.slice()
    path.push(0)
    for (let index = 0; index < list.length; index++) {
      path[depth] = index
      const element = list[index]
      const value = element === null || element === undefined ? zeroOf(type.of) : decode(element, context)
      if (value !== element) list[index] = value
    }
    path.pop()
    return list
  }
}

function mapDecoder(type: MapType): Decode {
  const decode = decoderLater(type.of)
  return (raw, context) => {
    if (!isObject(raw)) throw context.mismatch(raw, type)
    deeper(context)
    const { path } = context
    const map = context.owns ? raw : { ...raw }
    for (const key in raw) {
      const element = raw[key]
      path.push([key])
      const value = element === null || element === undefined ? zeroOf(type.of) : decode(element, context)
      path.pop()
      if (value !== element) put(map, key, value)
    }
    return map
  }
}

const asIs: Decode = raw => raw

/**
 * Values of custom resources keep what is of another kind; only what the schema does not name goes, and null where the
 * schema knows neither null nor what to put in its place.
 */
function looseDecoder(type: Type, schema: Structural): Decode {
  if (type.form === 'object') return looseObjectDecoder(type, schema)
  if (type.form === 'list') {
    const decode = listDecoder(type)
    return (raw, context) => (Array.isArray(raw) ? decode(raw, context) : raw)
  }
  if (type.form === 'scalar') return asIs
  const decode = mapDecoder(type)
  const values = valuesOf(schema)
  return (raw, context) => {
    if (!isObject(raw)) return raw
    const kept = values ? withoutNulls(raw, () => dropsNull(values)) : raw
    return decode(kept, context)
  }
}

const dropsNull = ({ nullable, default: preset }: Structural) => !nullable && preset === undefined

function withoutNulls(raw: Record<string, unknown>, drops: (name: string) => boolean): Record<string, unknown> {
  const dropped = Object.keys(raw).filter(name => raw[name] === null && drops(name))
  return dropped.length > 0 ? without(raw, new Set(dropped)) : raw
}

function looseObjectDecoder(type: ObjectType, schema: Structural): Decode {
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true
  let fields: Map<string, Decode> | undefined
  return (raw, context) => {
    if (!isObject(raw)) {
      if (type.root) throw context.mismatch(raw, type)
      return raw
    }
    fields ??= new Map(slotsOf(type).map(({ name, field }) => [name, decoderLater(typeOf(field))]))
    deeper(context)
    const { path } = context
    const object: Record<string, unknown> = {}
    for (const [name, given] of Object.entries(raw)) {
      const decode = fields.get(name)
      if (given === undefined) continue
      if (!decode) {
        const kept = type.root && kindOrVersion.has(name) ? isKindOrVersion(type, name, given, context) : keepsUnknown
        if (kept) put(object, name, given)
        else if (!(type.root && kindOrVersion.has(name))) context.unknown?.(context.print(name), name)
        continue
      }
      const property = propertyOf(schema, name)
      if (given === null && (!property || dropsNull(property))) continue
      path.push(name)
      put(object, name, given === null ? null : decode(given, context))
      path.pop()
    }
    if (type.root && object.metadata === undefined) object.metadata = {}
    return object
  }
}

/** Types may hold themselves: what is inside is compiled when the first value comes. */
function decoderLater(type: Type): Decode {
  let decode: Decode | undefined
  return (raw, context) => {
    decode ??= decoderOf(type)
    return decode(raw, context)
  }
}

const isObject = (raw: unknown): raw is Record<string, unknown> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw)

function deeper(context: Context): void {
  if (context.path.length > maxDepth) throw new DecodeError('', 'exceeded max depth')
}

interface FieldDecoder {
  readonly always: boolean
  /** Whether a decoded value is left out. */
  readonly drops: (value: unknown) => boolean
  decode: Decode
  zero(): unknown
}

const never = () => false

function objectDecoder(type: ObjectType): Decode {
  const fields = new Map<string, FieldDecoder>()
  const always: [string, FieldDecoder][] = []
  let ready = false
  const prepare = () => {
    for (const { name, field } of slotsOf(type)) {
      const inner = typeOf(field)
      const decoder: FieldDecoder = {
        always: field.presence === 'always',
        drops: field.presence === 'value' ? emptiness(inner) : never,
        decode: decoderLater(inner),
        zero: () => zeroOf(inner),
      }
      fields.set(name, decoder)
      if (decoder.always) always.push([name, decoder])
    }
    ready = true
  }
  return (raw, context) => {
    if (!isObject(raw)) throw context.mismatch(raw, type)
    if (!ready) prepare()
    deeper(context)
    const { path, owner } = context
    context.owner = type
    // Names and values by turns, of what is to be put in place of what was given.
    let changes: unknown[] | undefined
    let dropped: Set<string> | undefined
    let alwaysSeen = 0
    for (const name in raw) {
      const field = fields.get(name)
      const given = raw[name]
      let value: unknown
      if (field === undefined) {
        if (isKindOrVersion(type, name, given, context)) continue
      } else if (given === null || given === undefined) {
        value = field.always ? field.zero() : undefined
      } else {
        path.push(name)
        value = field.decode(given, context)
        path.pop()
        if (field.drops(value)) value = undefined
      }
      if (value === undefined) {
        dropped ??= new Set()
        dropped.add(name)
        continue
      }
      if (field?.always) alwaysSeen++
      if (value === given) continue
      changes ??= []
      changes.push(name, value)
    }
    context.owner = owner
    const object = dropped ? without(raw, dropped) : context.owns ? raw : { ...raw }
    if (changes) for (let at = 0; at < changes.length; at += 2) object[changes[at] as string] = changes[at + 1]
    if (alwaysSeen < always.length) {
      for (const [name, field] of always) if (object[name] === undefined) object[name] = field.zero()
    }
    return object
  }
}

const kindOrVersion = new Set(['apiVersion', 'kind'])

/** Whether a key that is no field is the apiVersion or kind of a root, and given; otherwise it is dropped. */
function isKindOrVersion(type: ObjectType, name: string, given: unknown, context: Context): boolean {
  if (!type.root || !kindOrVersion.has(name)) {
    context.unknown?.(context.print(name), name)
    return false
  }
  if (given === null || given === undefined || given === '') return false
  if (typeof given !== 'string') throw context.mismatch(given, textType as Type, name)
  return true
}
