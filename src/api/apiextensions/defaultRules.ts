import { fromJson } from '../../schema/codec/json.ts'
import { equal } from '../../schema/derive/equal.ts'
import { typeOfSchema } from '../../schema/derive/fromCrd/type.ts'
import { validateValue } from '../../schema/derive/fromCrd/validate.ts'
import { invalid } from '../../schema/rules/errors.ts'
import type { Structural } from '../../schema/structural.ts'
import type { FieldError, Path, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'

const ownFields = new Set(['apiVersion', 'kind', 'metadata'])

/** Defaults must be values that their schemas allow, with nothing in them that would be dropped. */
export function defaultRules(schema: Structural, path: Path, pruned: boolean): FieldError[] {
  return walk({ ...schema, 'x-kubernetes-embedded-resource': true }, path, pruned, false)
}

function walk(schema: Structural, path: Path, pruned: boolean, insideMetadata: boolean): FieldError[] {
  const inside = schema['x-kubernetes-embedded-resource'] ? false : insideMetadata
  const errors = schema.default === undefined ? [] : valueRules(schema, path.child('default'), pruned && !inside)
  // Inside maps defaults are forbidden where they could not be filled in: that is another rule.
  if (schema.items) errors.push(...walk(schema.items, path.child('items'), pruned, inside))
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isOwn = schema['x-kubernetes-embedded-resource'] === true && ownFields.has(name)
    errors.push(...walk(property, path.child('properties').key(name), pruned, inside || isOwn))
  }
  return errors
}

function valueRules(schema: Structural, path: Path, pruned: boolean): FieldError[] {
  const { default: value } = schema
  if (pruned) {
    const type = typeOfSchema(schema, { name: '', metadata: ObjectMeta as Type<unknown> })
    const unknown: string[] = []
    const kept = fromJson(type, value, { unknown: name => void unknown.push(name) })
    if (unknown.length > 0 && !equal(kept, value)) return [invalid(path, value, 'must not have unknown fields')]
  }
  return validateValue(schema, value, { prefix: path.toString() })
}
