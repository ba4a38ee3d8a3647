import { fn, type Library, method } from '../check/environment.ts'
import { perCallLimit } from '../limits.ts'
import { exceeded } from '../plan/frame.ts'
import { dyn, int, list, string } from '../types.ts'
import { listOf } from '../values/collections.ts'
import { CelError, CostExceeded, type List, type Value } from '../values/value.ts'
import { formatText } from './stringFormat.ts'

const points = (text: Value): string[] => [...(text as string)]
/** Longer texts cost more to look at than an evaluation may spend. */
const longest = perCallLimit * 10

const outside = (position: bigint | number): never => {
  throw new CelError(`index out of range: ${position}`)
}

function charAt(text: Value, at: Value): string {
  const all = points(text)
  const position = Number(at as bigint)
  return position < 0 || position > all.length ? outside(position) : (all[position] ?? '')
}

function indexOf(text: Value, wanted: Value, from: Value = 0n): bigint {
  if (wanted === '') return from as bigint
  const start = Number(from as bigint)
  if (start < 0) return outside(start)
  const all = points(text)
  const found = (text as string).indexOf(wanted as string, all.slice(0, start).join('').length)
  return found < 0 || start >= all.length ? -1n : BigInt([...(text as string).slice(0, found)].length)
}

function lastIndexOf(text: Value, wanted: Value, from?: Value): bigint {
  const all = points(text)
  if (wanted === '') return (from as bigint | undefined) ?? BigInt(all.length)
  if (from === undefined && (text as string).length < (wanted as string).length) return -1n
  const start = from === undefined ? all.length - 1 : Number(from as bigint)
  if (start < 0) return outside(start)
  if (start >= all.length) return -1n
  const found = (text as string).lastIndexOf(wanted as string, all.slice(0, start).join('').length)
  return found < 0 ? -1n : BigInt([...(text as string).slice(0, found)].length)
}

function replace(text: Value, old: Value, by: Value, most: Value = -1n): string {
  const limit = most as bigint
  const pieces = split(text as string, old as string, limit < 0n ? -1 : Number(limit) + 1)
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0) + (pieces.length - 1) * (by as string).length
  if (length > longest) throw new CostExceeded(exceeded)
  if (old !== '') return pieces.join(by as string)
  // What stands between nothing stands also before the first and behind the last character.
  const all = points(text)
  const count = limit < 0n ? all.length + 1 : Math.min(Number(limit), all.length + 1)
  if (count * (by as string).length > longest) throw new CostExceeded(exceeded)
  return all.map((point, i) => (i < count ? by + point : point)).join('') + (count > all.length ? by : '')
}

/** The pieces between separators, at most so many; all when negative. */
function split(text: string, separator: string, most: number): string[] {
  if (most === 0) return []
  const all = separator === '' ? [...text] : text.split(separator)
  return most < 0 || all.length <= most ? all : [...all.slice(0, most - 1), all.slice(most - 1).join(separator)]
}

function substring(text: Value, from: Value, to?: Value): string {
  const all = points(text)
  const start = Number(from as bigint)
  const end = to === undefined ? all.length : Number(to as bigint)
  if (to !== undefined && start > end) throw new CelError(`invalid substring range. start: ${start}, end: ${end}`)
  if (start < 0 || start > all.length) return outside(start)
  if (end < 0 || end > all.length) return outside(end)
  return all.slice(start, end).join('')
}

function join(values: Value, separator: Value = ''): string {
  const pieces = [...(values as List)]
  for (const piece of pieces) if (typeof piece !== 'string') throw new CelError(`join: invalid input: ${String(piece)}`)
  const length = (pieces as string[]).reduce((sum, piece) => sum + piece.length, 0)
  if (length + pieces.length * (separator as string).length > longest) throw new CostExceeded(exceeded)
  return pieces.join(separator as string)
}

const quotes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
}

const quote = (text: Value): string =>
  `"${points(text)
    .map(point => quotes[point] ?? point)
    .join('')}"`

const white = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+'
const blank = new RegExp(`^${white}|${white}$`, 'g')

/** The language's extension for texts. */
export const strings: Library = {
  functions: {
    charAt: [method('string_char_at_int', [string, int], string, charAt)],
    indexOf: [
      method('string_index_of_string', [string, string], int, indexOf),
      method('string_index_of_string_int', [string, string, int], int, indexOf),
    ],
    lastIndexOf: [
      method('string_last_index_of_string', [string, string], int, lastIndexOf),
      method('string_last_index_of_string_int', [string, string, int], int, lastIndexOf),
    ],
    lowerAscii: [
      method('string_lower_ascii', [string], string, text =>
        (text as string).replace(/[A-Z]+/g, part => part.toLowerCase()),
      ),
    ],
    upperAscii: [
      method('string_upper_ascii', [string], string, text =>
        (text as string).replace(/[a-z]+/g, part => part.toUpperCase()),
      ),
    ],
    replace: [
      method('string_replace_string_string', [string, string, string], string, replace),
      method('string_replace_string_string_int', [string, string, string, int], string, replace),
    ],
    split: [
      method('string_split_string', [string, string], list(string), (text, separator) =>
        listOf(split(text as string, separator as string, -1)),
      ),
      method('string_split_string_int', [string, string, int], list(string), (text, separator, most) =>
        listOf(split(text as string, separator as string, Number(most as bigint))),
      ),
    ],
    substring: [
      method('string_substring_int', [string, int], string, substring),
      method('string_substring_int_int', [string, int, int], string, substring),
    ],
    trim: [method('string_trim', [string], string, text => (text as string).replace(blank, ''))],
    format: [method('string_format', [string, list(dyn)], string, formatText)],
    'strings.quote': [fn('strings_quote', [string], string, quote)],
    join: [
      method('list_join', [list(string)], string, join),
      method('list_join_string', [list(string), string], string, join),
    ],
  },
}
