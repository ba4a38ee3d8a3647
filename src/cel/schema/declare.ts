import { largestRequest } from '../limits.ts'
import { bool, bytes, double, duration, dyn, int, list, map, string, struct, type Type, timestamp } from '../types.ts'
import { escapeName } from './escape.ts'
import { itemsOf, type Schema, valuesOf, withMetadata } from './schema.ts'

/** A type with what its schema tells of the sizes of its values. */
export interface Decl {
  readonly type: Type
  /** Elements, entries or characters at most; by default as many as a request can hold. */
  readonly most?: number
  /** Bytes of the smallest value in JSON. */
  readonly least: number
  /** Of lists and maps. */
  readonly element?: Decl
  /** Of objects: fields by the names that expressions use. */
  readonly fields?: ReadonlyMap<string, Decl>
}

/**
 * What expressions know of data under a schema; `undefined`: they cannot reach it. `root`: it is that of a whole object.
 * `name` is the type's; objects inside are named after their place.
 * Follows upstream's SchemaDeclType, sizes included: they decide which rules are too costly to be let in.
 */
export function declare(schema: Schema, root: boolean, name = 'object'): Decl | undefined {
  if (schema['x-kubernetes-int-or-string'])
    return {
      type: dyn,
      most: schema.maxLength === undefined ? largestRequest - 2 : characters(schema.maxLength),
      least: 1,
    }
  const known = root ? withMetadata(schema) : schema
  switch (known.type) {
    case 'array':
      return declareList(known, name)
    case 'object':
      return valuesOf(known) ? declareMap(known, name) : declareObject(known, name)
    case 'string':
      return declareText(known)
    case 'boolean':
      return { type: bool, least: 4 }
    case 'number':
      return { type: double, least: 1 }
    case 'integer':
      return { type: int, least: 1 }
    default:
      return undefined
  }
}

const embedded = (schema: Schema): boolean => schema['x-kubernetes-embedded-resource'] === true
const atLeastZero = (value: number): number => Math.max(0, value)
/** A character takes up to four bytes, and bytes are what requests are measured in. */
const characters = (most: number): number => atLeastZero(most) * 4

function declareList(schema: Schema, name: string): Decl | undefined {
  const items = itemsOf(schema)
  const element = items && declare(items, embedded(items), `${name}.@idx`)
  if (!element) return undefined
  const most =
    schema.maxItems === undefined
      ? Math.trunc((largestRequest - 2) / (element.least + 1))
      : atLeastZero(schema.maxItems)
  return { type: list(element.type), most, least: 2, element }
}

function declareMap(schema: Schema, name: string): Decl | undefined {
  const values = valuesOf(schema) as Schema
  const element = declare(values, embedded(values), `${name}.@elem`)
  if (!element) return undefined
  const most =
    schema.maxProperties === undefined
      ? Math.trunc((largestRequest - 2) / (element.least + 6))
      : atLeastZero(schema.maxProperties)
  return { type: map(string, element.type), most, least: 2, element }
}

function declareObject(schema: Schema, name: string): Decl {
  const fields = new Map<string, Decl>()
  let least = 2
  for (const [property, of] of Object.entries(schema.properties ?? {})) {
    const escaped = escapeName(property)
    const field = declare(of, embedded(of), `${name}.${escaped ?? property}`)
    if (!field) continue
    if (escaped !== undefined) fields.set(escaped, field)
    if (schema.required?.includes(property) && of.default === undefined) least += property.length + field.least + 4
  }
  return { type: struct(name, field => fields.get(field)?.type), least, fields }
}

const longestTime = 32

function declareText(schema: Schema): Decl {
  const most = schema.maxLength
  switch (schema.format) {
    case 'byte':
      return { type: bytes, most: most === undefined ? largestRequest - 2 : atLeastZero(most), least: 2 }
    case 'duration':
      return { type: duration, most: longestTime, least: 3 }
    case 'date':
      return { type: timestamp, most: 12, least: 12 }
    case 'date-time':
      return { type: timestamp, most: longestTime, least: 21 }
  }
  if (most !== undefined) return { type: string, most: characters(most), least: 2 }
  if (!schema.enum?.length) return { type: string, most: largestRequest - 2, least: 2 }
  const texts = schema.enum
    .filter(value => typeof value === 'string')
    .map(value => new TextEncoder().encode(value).length)
  return { type: string, most: Math.max(0, ...texts), least: 2 }
}
