import { metadataRules } from '../../api/meta/metadataRules.ts'
import { ObjectMeta } from '../../api/meta/objectMeta.ts'
import { DecodeError, fromJson } from '../../schema/codec/json.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { dns1035Label, pathSegment, pathSegmentPrefix } from '../../schema/rules/names.ts'
import { fieldSchemaOf, isPlainRecord, type Structural } from '../../schema/structural.ts'
import type { FieldError, Path } from '../../schema/types.ts'

/** Rules of the resources that stand inside a custom resource (`x-kubernetes-embedded-resource`). */
export function embeddedRules(schema: Structural, value: unknown, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (hasEmbedded(schema)) walk(schema, value, path, errors)
  return errors
}

/** Whether there is one anywhere inside. Kept by identity. */
const known = new WeakMap<Structural, boolean>()

function hasEmbedded(schema: Structural): boolean {
  const found = known.get(schema)
  if (found !== undefined) return found
  const { items, properties = {}, additionalProperties } = schema
  const inside = [items, additionalProperties, ...Object.values(properties)]
  const has =
    schema['x-kubernetes-embedded-resource'] === true ||
    inside.some(each => typeof each === 'object' && hasEmbedded(each))
  known.set(schema, has)
  return has
}

function walk(schema: Structural, value: unknown, path: Path, errors: FieldError[]): void {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items) for (const [index, element] of value.entries()) walk(items, element, path.index(index), errors)
    return
  }
  if (!isPlainRecord(value)) return
  if (schema['x-kubernetes-embedded-resource']) errors.push(...resourceRules(value, path))
  for (const [name, held] of Object.entries(value)) {
    const inside = fieldSchemaOf(schema, name)
    if (!inside || !hasEmbedded(inside)) continue
    const isProperty = schema.properties !== undefined && Object.hasOwn(schema.properties, name)
    walk(inside, held, isProperty ? path.child(name) : path.key(name), errors)
  }
}

function resourceRules(object: Record<string, unknown>, path: Path): FieldError[] {
  const { apiVersion, kind, metadata } = object
  return [
    ...(apiVersion === undefined ? [required(path.child('apiVersion'))] : versionRules(apiVersion, path)),
    ...(kind === undefined ? [required(path.child('kind'))] : kindRules(kind, path)),
    ...(metadata === undefined ? [] : innerMetadataRules(metadata, path.child('metadata'))),
  ]
}

function versionRules(value: unknown, path: Path): FieldError[] {
  const here = path.child('apiVersion')
  if (typeof value !== 'string') return [invalid(here, value, 'must be a string')]
  if (value === '') return [invalid(here, value, 'must not be empty')]
  if (value.split('/').length > 2) return [invalid(here, value, `unexpected GroupVersion string: ${value}`)]
  return []
}

function kindRules(value: unknown, path: Path): FieldError[] {
  const here = path.child('kind')
  if (typeof value !== 'string') return [invalid(here, value, 'must be a string')]
  if (value === '') return [invalid(here, value, 'must not be empty')]
  const wrong = dns1035Label(value.toLowerCase())
  return wrong.length > 0
    ? [invalid(here, value, `may have mixed case, but should otherwise match: ${wrong.join(',')}`)]
    : []
}

function innerMetadataRules(value: unknown, path: Path): FieldError[] {
  try {
    const metadata = fromJson(ObjectMeta, value)
    const naming = {
      namespaced: (metadata.namespace ?? '') !== '',
      name: (name: string, prefix: boolean) => (prefix ? pathSegmentPrefix(name) : pathSegment(name)),
    }
    return metadataRules({ ...metadata, name: metadata.name || 'fakename' }, naming, path)
  } catch (error) {
    if (error instanceof DecodeError) return [invalid(path, value, error.message)]
    throw error
  }
}
