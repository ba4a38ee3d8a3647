import type { StructDeclaration } from '../../cel/check/environment.ts'
import { dyn, string, struct, type Type } from '../../cel/types.ts'
import { equal } from '../../cel/values/equal.ts'
import { CelError, Mapping, Opaque, type Value } from '../../cel/values/value.ts'

/** The type `Object`, or one of its parts by the path of its fields: `Object.spec.template`. Any field goes. */
const objectType = (name: string): Type => struct(name, () => dyn)

/** A configuration to apply, made in an expression. */
export class ConfigurationValue extends Mapping {
  override readonly struct: string
  readonly #fields: ReadonlyMap<string, Value>
  constructor(type: string, fields: ReadonlyMap<string, Value>) {
    super()
    this.struct = type
    this.#fields = fields
  }
  get size(): number {
    return this.#fields.size
  }
  get(key: Value): Value | undefined {
    return typeof key === 'string' ? this.#fields.get(key) : undefined
  }
  keys(): Iterable<string> {
    return this.#fields.keys()
  }
}

const patchFields: Readonly<Record<string, Type>> = { op: string, path: string, from: string, value: dyn }
const patchType = struct('JSONPatch', patchFields)

export { patchType as jsonPatchType }

/** One operation of a JSON patch, made in an expression. */
export class PatchValue extends Opaque {
  readonly type = patchType
  readonly op: string
  readonly path: string
  readonly from: string
  readonly value: Value | undefined
  constructor(fields: ReadonlyMap<string, Value>) {
    super()
    const text = (name: string): string => {
      const value = fields.get(name) ?? ''
      if (typeof value === 'string') return value
      throw new CelError(`unexpected type for JSONPatchType '${name}' field`)
    }
    this.op = text('op')
    this.path = text('path')
    this.from = text('from')
    this.value = fields.get('value')
  }
  equals(other: Opaque): boolean {
    if (!(other instanceof PatchValue)) return false
    const same = this.op === other.op && this.path === other.path && this.from === other.from
    return same && equal(this.value ?? null, other.value ?? null)
  }
}

/** The structs that expressions of mutations make. */
export function patchStructs(name: string): StructDeclaration | undefined {
  if (name === 'JSONPatch') return { type: patchType, make: fields => new PatchValue(fields) }
  if (name !== 'Object' && !name.startsWith('Object.')) return undefined
  return { type: objectType(name), make: fields => new ConfigurationValue(name, fields) }
}

export const configurationType = objectType('Object')
