import type { Describe } from '../../schema/derive/openapi.ts'

/**
 * The texts of `kubectl explain`: the doc comments of the declarations, as `npm run gen` collected them. Loaded with the
 * first document that is asked for.
 */
export async function readDescriptions(): Promise<Describe> {
  const { default: texts } = await import('../../api/descriptions.json', { with: { type: 'json' } })
  const all = texts as Readonly<Record<string, Readonly<Record<string, string>>>>
  return (typeName, field) => all[typeName]?.[field ?? '']
}
