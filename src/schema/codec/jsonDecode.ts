import { text as textType } from '../scalars/basic.ts'
import type { ListType, MapType, ObjectType, ScalarType, Type } from '../types.ts'
import { DecodeError } from './decodeError.ts'
import { goName, put, shortName, slotsOf, typeOf } from './layout.ts'
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
  return decoderOf(type)(raw, new Context(options.unknown)) as T
}

type Decode = (raw: unknown, context: Context) => unknown

/** Where the decoder stands, kept only for reports. */
class Context {
  readonly unknown: Report | undefined
  /** Field names and positions; the key of a map stands in a list of its own. */
  readonly path: (string | number | readonly [string])[] = []
  owner: ObjectType | undefined

  constructor(unknown: Report | undefined) {
    this.unknown = unknown
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
  const decode =
    type.form === 'scalar'
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
    const list = new Array(raw.length)
    path.push(0)
    for (let index = 0; index < raw.length; index++) {
      path[depth] = index
      const element = raw[index] as unknown
      list[index] = element === null || element === undefined ? zeroOf(type.of) : decode(element, context)
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
    const map: Record<string, unknown> = {}
    for (const key of Object.keys(raw)) {
      const element = raw[key]
      path.push([key])
      put(map, key, element === null || element === undefined ? zeroOf(type.of) : decode(element, context))
      path.pop()
    }
    return map
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
    const object: Record<string, unknown> = {}
    for (const name in raw) {
      const field = fields.get(name)
      const given = raw[name]
      if (field === undefined) other(type, name, given, object, context)
      else if (given === null || given === undefined) {
        if (field.always) object[name] = field.zero()
      } else {
        path.push(name)
        const value = field.decode(given, context)
        path.pop()
        if (!field.drops(value)) object[name] = value
      }
    }
    for (const [name, field] of always) if (object[name] === undefined) object[name] = field.zero()
    context.owner = owner
    return object
  }
}

const kindOrVersion = new Set(['apiVersion', 'kind'])

/** A key that is no field: apiVersion and kind of a root, or unknown. */
function other(
  type: ObjectType,
  name: string,
  given: unknown,
  object: Record<string, unknown>,
  context: Context,
): void {
  if (!type.root || !kindOrVersion.has(name)) {
    context.unknown?.(context.print(name), name)
    return
  }
  if (given === null || given === undefined || given === '') return
  if (typeof given !== 'string') throw context.mismatch(given, textType as Type, name)
  object[name] = given
}
