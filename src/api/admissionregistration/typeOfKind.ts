import { escapeName } from '../../cel/schema/escape.ts'
import * as cel from '../../cel/types.ts'
import { slotsOf, typeOf } from '../../schema/codec/layout.ts'
import type { ScalarDefinition, Type } from '../../schema/types.ts'

/** What expressions know of the objects of a built-in kind: its fields, by the names that expressions use. */
export function typeOfKind(type: Type, name: string): cel.Type {
  switch (type.form) {
    case 'list':
      return cel.list(typeOfKind(type.of, `${name}.@idx`))
    case 'map':
      return cel.map(cel.string, typeOfKind(type.of, `${name}.@elem`))
    case 'object': {
      const fields = new Map<string, cel.Type>()
      if (type.root) for (const field of ['apiVersion', 'kind']) fields.set(field, cel.string)
      const slots = new Map(slotsOf(type).map(slot => [escapeName(slot.name), slot.field]))
      return cel.struct(name, field => {
        const known = fields.get(field)
        const slot = known ? undefined : slots.get(field)
        if (!slot) return known
        const made = typeOfKind(typeOf(slot), `${name}.${field}`)
        fields.set(field, made)
        return made
      })
    }
    default:
      return scalarType(type.scalar)
  }
}

/** The type of a scalar, by what OpenAPI tells; of one that may be of several, any. */
function scalarType({ openapi }: ScalarDefinition): cel.Type {
  switch (openapi.type) {
    case 'boolean':
      return cel.bool
    case 'integer':
      return cel.int
    case 'number':
      return cel.double
    case 'string':
      break
    default:
      return cel.dyn
  }
  switch (openapi.format) {
    case 'byte':
      return cel.bytes
    case 'date':
    case 'date-time':
      return cel.timestamp
    case 'duration':
      return cel.duration
    case 'int-or-string':
      return cel.dyn
    default:
      return cel.string
  }
}
