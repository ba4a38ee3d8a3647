import type { CustomResourceColumnDefinition } from '../../api/apiextensions/customResourceDefinition.ts'
import { humanDuration, nameColumn } from '../../api/meta/columns.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Column } from '../../api/resource.ts'
import { compileJsonPath } from './jsonPath.ts'

const age: CustomResourceColumnDefinition = {
  name: 'Age',
  type: 'date',
  description: 'When the object was created.',
  jsonPath: '.metadata.creationTimestamp',
}

/** The columns of a version: the name, then what the definition asks for, or else the age. */
export function columnsOf(columns: readonly CustomResourceColumnDefinition[] = []): readonly Column<KubeObject>[] {
  return [nameColumn, ...(columns.length > 0 ? columns : [age]).map(columnOf)]
}

function columnOf(declared: CustomResourceColumnDefinition): Column<KubeObject> {
  const { name, type, format, description, priority, jsonPath } = declared
  const path = compileJsonPath(jsonPath)
  return {
    name,
    type: type as Column<KubeObject>['type'],
    ...(format ? { format } : {}),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    ...(priority ? { priority } : {}),
    cell(object, now) {
      if (typeof path !== 'function') return null
      const found = path(object)
      return found.length === 0 ? null : cell(type, found[0], now)
    },
  }
}

function cell(type: string, value: unknown, now: number): string | number | boolean | null {
  if (value === null || value === undefined) return null
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null
    case 'number':
      return typeof value === 'number' ? value : null
    case 'boolean':
      return typeof value === 'boolean' ? value : null
    case 'date':
      return typeof value === 'string' ? since(value, now) : null
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }
}

function since(text: string, now: number): string {
  const time = /^\d{4}-\d{2}-\d{2}T/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? '<invalid>' : humanDuration(now - time)
}
