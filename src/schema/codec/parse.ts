import { DecodeError } from './decodeError.ts'
import { explainJson } from './explain.ts'

/** How deep arrays and objects may nest; what is deeper is refused before anything recurses into it. */
export const maxDepth = 1000

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Text of a body. Invalid UTF-8 becomes the replacement character, as in Go's JSON. */
export const textOf = (input: string | Uint8Array): string =>
  typeof input === 'string' ? input : decoder.decode(input)

/**
 * JSON text to plain data. Throws a DecodeError with Go's words for malformed text and for nesting beyond `maxDepth`.
 * `duplicate` is called with path and name of each key that stands more than once in its object; the last one counts.
 */
export function parseJson(text: string, duplicate?: (path: string, name: string) => void): unknown {
  const { tooDeep, keys } = survey(text)
  if (tooDeep) throw new DecodeError('', `invalid character '${tooDeep}' exceeded max depth`)
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw new DecodeError('', explainJson(text), { cause })
  }
  // As many keys in the data as in the text: none was lost to another of its name.
  if (duplicate && countKeys(parsed) !== keys) findDuplicates(text, duplicate)
  return parsed
}

const quote = 34
const backslash = 92

/** What opens a level too many, if anything does, and how many keys there are: what stands outside of strings tells. */
function survey(text: string): { readonly tooDeep: string | undefined; readonly keys: number } {
  let depth = 0
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      for (at++; at < text.length; at++) {
        const inside = text.charCodeAt(at)
        if (inside === quote) break
        if (inside === backslash) at++
      }
    } else if (code === 123 || code === 91) {
      if (++depth > maxDepth) return { tooDeep: text[at], keys }
    } else if (code === 125 || code === 93) depth--
    else if (code === 58) keys++
  }
  return { tooDeep: undefined, keys }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) {
    for (const element of value) if (typeof element === 'object') count += countKeys(element)
    return count
  }
  const object = value as Record<string, unknown>
  for (const key in object) {
    count++
    const inner = object[key]
    if (typeof inner === 'object') count += countKeys(inner)
  }
  return count
}

interface Level {
  /** Path up to and with this object or list. */
  readonly path: string
  /** Keys seen; absent for a list. */
  readonly keys: Set<string> | undefined
  index: number
  /** The key whose value comes next. */
  key: string | undefined
}

/** Walks the tokens of text that is known to be JSON. */
function findDuplicates(text: string, report: (path: string, name: string) => void): void {
  const levels: Level[] = []
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\],]/g
  const here = (level: Level | undefined): string => {
    if (!level) return ''
    if (!level.keys) return `${level.path}[${level.index}]`
    return level.path ? `${level.path}.${level.key}` : (level.key ?? '')
  }
  for (let match = tokens.exec(text); match; match = tokens.exec(text)) {
    const token = match[0]
    const level = levels.at(-1)
    if (token === '{' || token === '[') {
      levels.push({ path: here(level), keys: token === '{' ? new Set() : undefined, index: 0, key: undefined })
    } else if (token === '}' || token === ']') levels.pop()
    else if (token === ',') {
      if (level) {
        level.index++
        level.key = undefined
      }
    } else if (level?.keys && level.key === undefined) {
      const key = JSON.parse(token) as string
      level.key = key
      if (level.keys.has(key)) report(here(level), key)
      level.keys.add(key)
    }
  }
}
