import { propertyOf, type Structural, valuesOf } from '../../structural.ts'

type Schema = Readonly<Record<string, unknown>>

/** What every object of the API has, as OpenAPI tells it. */
export interface OwnProperties {
  readonly apiVersion: Schema
  readonly kind: Schema
  readonly metadata: Schema
}

/**
 * The OpenAPI schema of a kind of custom resources. `v2`: what OpenAPI v2 can't say, and what kubectl would take too
 * strictly, is left out (alternatives, null, anything inside what keeps unknown fields).
 */
export function publishSchema(schema: Structural, own: OwnProperties, v2: boolean): Schema {
  if (v2 && schema['x-kubernetes-preserve-unknown-fields']) return { type: 'object' }
  const { properties, ...rest } = published(schema, own, v2) as { readonly properties?: object }
  return { ...rest, properties: sorted({ ...properties, ...own }) }
}

const sorted = (all: Readonly<Record<string, unknown>>): Schema =>
  Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))

function published(schema: Structural, own: OwnProperties, v2: boolean): Schema {
  const told = v2 ? simplified(schema) : schema
  const { items, properties, additionalProperties, ...rest } = told
  const inner = (each: Structural) => published(each, own, v2)
  const made: Record<string, unknown> = {
    ...rest,
    ...(items ? { items: inner(items) } : {}),
    ...(properties
      ? {
          properties: sorted(Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, inner(each)]))),
        }
      : {}),
    ...(typeof additionalProperties === 'object' ? { additionalProperties: inner(additionalProperties) } : {}),
    ...(typeof additionalProperties === 'boolean' && !v2 ? { additionalProperties } : {}),
  }
  if (!schema['x-kubernetes-embedded-resource'] || (v2 && schema['x-kubernetes-preserve-unknown-fields'])) return made
  const required = [...(told.required ?? [])]
  for (const name of ['kind', 'apiVersion']) if (!required.includes(name)) required.push(name)
  return { ...made, properties: sorted({ ...(made.properties as object | undefined), ...own }), required }
}

/** The part of a schema that OpenAPI v2 and kubectl cope with. */
function simplified(schema: Structural): Structural {
  const { allOf: _, oneOf: __, anyOf: ___, not: ____, nullable, ...rest } = schema
  const keeps = rest['x-kubernetes-preserve-unknown-fields'] === true
  const { items, properties, type, required, ...others } = rest
  const shown = !nullable && !keeps
  const typeShown =
    type !== undefined && !nullable && !(type === 'array' && !(shown && items)) && !(keeps && type === 'object')
  const needed = valuesOf(schema)?.nullable
    ? []
    : (required ?? []).filter(name => !shown || !propertyOf(schema, name)?.nullable)
  return {
    ...others,
    ...(typeShown ? { type } : {}),
    ...(shown && items ? { items } : {}),
    ...(shown && properties ? { properties } : {}),
    ...(needed.length > 0 ? { required: needed } : {}),
  }
}
