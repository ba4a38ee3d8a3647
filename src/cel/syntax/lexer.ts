import type { Issue } from './source.ts'
import { keywords, type Token } from './token.ts'

const symbols = ['==', '!=', '<=', '>=', '&&', '||', ...'<>[](){}.,-!?:+*/%=']
const name = /[A-Za-z_][A-Za-z0-9_]*/y
const escapedName = /`[A-Za-z0-9_.\-/ ]+`/y
const blank = /(?:[ \t\r\n\f]+|\/\/[^\n]*)+/y
const number =
  /(?:0x([0-9a-fA-F]+)(u|U)?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+(u|U)?)/y
const sequence = '\\\\(?:[abfnrtv"\'\\\\?`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7][0-7])'
const inside = (quote: string): string => `(?:${sequence}|[^\\\\\\n\\r${quote}])*`
const text = (quote: string): string => `${quote}${inside(quote)}${quote}`
const longText = (quote: string): string => `${quote}{3}(?:${sequence}|[^\\\\])*?${quote}{3}`
const rawText = (quote: string): string => `[rR]${quote}[^${quote}\\n\\r]*${quote}`
const rawLongText = (quote: string): string => `[rR]${quote}{3}[\\s\\S]*?${quote}{3}`
const quoted = new RegExp(
  `[bB]?(?:${['"', "'"].flatMap(quote => [rawLongText(quote), rawText(quote), longText(quote), text(quote)]).join('|')})`,
  'y',
)

/** Cuts an expression into tokens, the last of which is `end`. What is none is reported and left out. */
export function tokenize(input: string, report: (issue: Issue) => void): Token[] {
  const tokens: Token[] = []
  // Patterns count UTF-16 units, messages code points.
  let position = 0
  let offset = 0
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = position
    return pattern.exec(input)?.[0]
  }
  const take = (taken: string): number => {
    const start = offset
    position += taken.length
    offset += points(taken)
    return start
  }
  for (;;) {
    const skipped = match(blank)
    if (skipped) take(skipped)
    if (position >= input.length) break
    const token = next(match, input, position)
    if (token) tokens.push({ ...token, offset: take(token.text) })
    else {
      const bad = unreadable(input, position)
      report({ offset, message: `Syntax error: token recognition error at: '${shown(bad)}'` })
      take(bad)
    }
  }
  tokens.push({ kind: 'end', text: '<EOF>', offset })
  return tokens
}

function next(
  match: (pattern: RegExp) => string | undefined,
  input: string,
  position: number,
): Omit<Token, 'offset'> | undefined {
  const string = match(quoted)
  if (string) return /^[bB]/.test(string) ? { kind: 'bytes', text: string } : { kind: 'string', text: string }
  const digits = match(number)
  if (digits) {
    if (/[uU]$/.test(digits)) return { kind: 'uint', text: digits }
    return { kind: !digits.startsWith('0x') && /[.eE]/.test(digits) ? 'double' : 'int', text: digits }
  }
  const word = match(name)
  if (word) return { kind: keywords.has(word) ? 'keyword' : 'ident', text: word }
  const escaped = match(escapedName)
  if (escaped) return { kind: 'escaped', text: escaped }
  const symbol = symbols.find(each => input.startsWith(each, position))
  return symbol && symbol !== '=' ? { kind: 'symbol', text: symbol } : undefined
}

const opened = new RegExp(
  `[bB]?(?:"${inside('"')}|'${inside("'")}|[rR]"[^"\\n\\r]*|[rR]'[^'\\n\\r]*)(?:\\\\[\\s\\S]?|)`,
  'y',
)

/** How far an unreadable token goes: an open string as far as it could be one, anything else one character. */
function unreadable(input: string, position: number): string {
  opened.lastIndex = position
  const open = opened.exec(input)
  if (open) return open[0]
  const pair = /^[=&|](?=[\s\S])/.exec(input.slice(position))
  if (pair) return input.slice(position, position + 2)
  return String.fromCodePoint(input.codePointAt(position) as number)
}

const shown = (raw: string): string => raw.replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')

function points(chunk: string): number {
  let count = 0
  for (const _ of chunk) count++
  return count
}
