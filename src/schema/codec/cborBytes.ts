import type { ObjectType, Type } from '../types.ts'
import { put, slotsOf, typeOf } from './layout.ts'

type Convert = (json: unknown) => unknown

const same: Convert = json => json
const converters = new WeakMap<Type, Convert>()

/** What is printed of a value, with bytes where JSON has base64: CBOR needs no such disguise. */
export const bytesFor = (type: Type, json: unknown): unknown => converterOf(type)(json)

function converterOf(type: Type): Convert {
  const known = converters.get(type)
  if (known) return known
  const convert = holdsBytes(type, new Set()) ? makeConverter(type) : same
  converters.set(type, convert)
  return convert
}

/** Whether bytes stand anywhere in values of a type. `seen`: types may hold themselves. */
function holdsBytes(type: Type, seen: Set<Type>): boolean {
  if (type.structural || seen.has(type)) return false
  seen.add(type)
  if (type.form === 'scalar') return type.scalar.wire === 'bytes' && !type.scalar.json
  if (type.form !== 'object') return holdsBytes(type.of, seen)
  return slotsOf(type).some(({ field }) => holdsBytes(typeOf(field), seen))
}

function makeConverter(type: Type): Convert {
  if (type.form === 'scalar') return json => (typeof json === 'string' ? Uint8Array.fromBase64(json) : json)
  const convert = type.form === 'object' ? fieldsOf(type) : (_: string, json: unknown) => bytesFor(type.of, json)
  return json => {
    if (Array.isArray(json)) return json.map(each => convert('', each))
    if (typeof json !== 'object' || json === null) return json
    const converted: Record<string, unknown> = {}
    for (const [name, each] of Object.entries(json)) put(converted, name, convert(name, each))
    return converted
  }
}

function fieldsOf(type: ObjectType): (name: string, json: unknown) => unknown {
  const types = new Map(slotsOf(type).map(({ name, field }) => [name, typeOf(field)]))
  return (name, json) => {
    const found = types.get(name)
    return found ? bytesFor(found, json) : json
  }
}
