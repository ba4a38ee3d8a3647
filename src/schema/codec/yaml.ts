import { Composer, type Document, isScalar, LineCounter, Parser, stringify, type Tags, visit } from 'yaml'
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
    for (const document of documentsOf(text, lineCounter)) {
      if (duplicates) tellDuplicates(document, lineCounter, duplicates)
      const value: unknown = document.toJS({ maxAliasCount: 1000 })
      if (value !== null && value !== undefined) found.push(value)
    }
  } catch (cause) {
    if (cause instanceof DecodeError) throw cause
    if (cause instanceof RangeError) throw new DecodeError('', 'exceeded max depth', { cause })
    const anchor = cause instanceof Error && /^Unresolved alias .*: (.*)$/.exec(cause.message)
    if (anchor) throw new DecodeError('', `yaml: unknown anchor '${anchor[1]}' referenced`, { cause })
    throw new DecodeError('', `yaml: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  return found
}

/** Reads up to the first problem: the library would go on and keep each, which for a text full of them takes long. */
function documentsOf(text: string, lineCounter: LineCounter): Iterable<Document> {
  const composer = new Composer({
    version: '1.1',
    customTags,
    logLevel: 'error',
    // The library would compare each key with each other.
    uniqueKeys: false,
  })
  // The library may catch what is thrown, and tell of that in turn.
  let first: DecodeError | undefined
  const refuse = (source: ErrorSource, _code: string, message: string, warning?: boolean) => {
    if (warning) return
    const offset = typeof source === 'number' ? source : 'offset' in source ? source.offset : (source[0] ?? 0)
    const { line } = lineCounter.linePos(Math.max(0, offset))
    first ??= new DecodeError('', `yaml: ${inGoWords(message, line, text)}`)
    throw first
  }
  Reflect.set(composer, 'onError', refuse)
  return composer.compose(new Parser(lineCounter.addNewLine).parse(text))
}

type ErrorSource = number | readonly number[] | { readonly offset: number }

/** What go-yaml says of problems that people meet; its parser counts lines from 0, its scanner from 1, and neither tells the first. */
const goWords: readonly [problem: RegExp, words: string, from: 0 | 1 | 'end'][] = [
  [/^Tabs are not allowed/, 'found character that cannot start any token', 1],
  [/^Nested mappings are not allowed/, 'mapping values are not allowed in this context', 1],
  [/^(?:All mapping items must start|Implicit map keys need)/, 'did not find expected key', 0],
  [/^Missing closing .quote/, 'found unexpected end of stream', 1],
  [/^Flow (?:sequence|map) in block collection/, 'did not find expected node content', 'end'],
]

function inGoWords(message: string, line: number, text: string): string {
  const [, words, from] = goWords.find(([problem]) => problem.test(message)) ?? []
  if (words === undefined || from === undefined) return `line ${line}: ${message}`
  if (from === 'end') return `line ${text.trimEnd().split('\n').length}: ${words}`
  return line === 1 ? words : `line ${line - 1 + from}: ${words}`
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
          sentences.push(
            `  line ${line}: key ${typeof key.value === 'string' ? JSON.stringify(key.value) : String(key.value)} already set in map`,
          )
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
