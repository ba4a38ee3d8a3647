import { parseAllDocuments, stringify, type Tags } from 'yaml'
import { DecodeError } from './decodeError.ts'

/** YAML 1.1 as Kubernetes reads it: yes and on are booleans, 0644 is octal; times, base 60 and typed collections are not. */
const customTags = (tags: Tags): Tags =>
  tags.filter(tag => typeof tag !== 'object' || (!unread.test(tag.tag) && !('format' in tag && tag.format === 'TIME')))
const unread = /:(?:binary|omap|pairs|set|timestamp)$/

/** The documents of a YAML text as plain JSON data; empty ones are left out. Throws a DecodeError that tells the line. */
export function parseYaml(text: string): unknown[] {
  const found: unknown[] = []
  try {
    for (const document of parseAllDocuments(text, {
      version: '1.1',
      customTags,
      logLevel: 'error',
      prettyErrors: true,
    })) {
      const [problem] = document.errors
      if (problem) {
        const line = problem.linePos?.[0].line
        const [why = ''] = problem.message.split(/ at line \d+/)
        throw new DecodeError('', `yaml: ${line === undefined ? '' : `line ${line}: `}${why}`)
      }
      const value: unknown = document.toJS({ maxAliasCount: 1000 })
      if (value !== null && value !== undefined) found.push(value)
    }
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause
    if (cause instanceof RangeError) throw new DecodeError('', 'exceeded max depth', { cause })
    throw new DecodeError('', `yaml: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  return found
}

/** Plain JSON data as YAML, keys in order, as kubectl prints it. */
export const formatYaml = (json: unknown): string =>
  stringify(json, {
    version: '1.1',
    sortMapEntries: true,
    lineWidth: 0,
    indentSeq: false,
    aliasDuplicateObjects: false,
  })
