import { type Document, isScalar, LineCounter, parseAllDocuments, stringify, type Tags, visit } from 'yaml'
import { DecodeError } from './decodeError.ts'

/** YAML 1.1 as Kubernetes reads it: yes and on are booleans, 0644 is octal; times, base 60 and typed collections are not. */
const customTags = (tags: Tags): Tags =>
  tags.filter(tag => typeof tag !== 'object' || (!unread.test(tag.tag) && !('format' in tag && tag.format === 'TIME')))
const unread = /:(?:binary|omap|pairs|set|timestamp)$/

/**
 * The documents of a YAML text as plain JSON data; empty ones are left out. Throws a DecodeError that tells the line.
 * `duplicates` is called with upstream's sentence about keys that stand twice in a map; the last one counts.
 */
export function parseYaml(text: string, duplicates?: (sentence: string) => void): unknown[] {
  const found: unknown[] = []
  const lineCounter = new LineCounter()
  try {
    for (const document of parseAllDocuments(text, {
      version: '1.1',
      customTags,
      logLevel: 'error',
      // An excerpt for each of them takes its time, and only the first is told.
      prettyErrors: false,
      // The library would compare each key with each other.
      uniqueKeys: false,
      lineCounter,
    })) {
      const [problem] = document.errors
      if (problem) {
        const [at] = problem.pos
        const line = at < 0 ? '' : `line ${lineCounter.linePos(at).line}: `
        throw new DecodeError('', `yaml: ${line}${problem.message}`)
      }
      if (duplicates) tellDuplicates(document, lineCounter, duplicates)
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

function tellDuplicates(document: Document, lines: LineCounter, tell: (sentence: string) => void): void {
  const sentences: string[] = []
  visit(document, {
    Map(_, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (seen.has(key.value)) {
          const { line } = lines.linePos(key.range?.[0] ?? 0)
          sentences.push(`  line ${line}: key ${JSON.stringify(String(key.value))} already set in map`)
        }
        seen.add(key.value)
      }
    },
  })
  if (sentences.length > 0) tell(['yaml: unmarshal errors:', ...sentences.slice(0, 100)].join('\n'))
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
