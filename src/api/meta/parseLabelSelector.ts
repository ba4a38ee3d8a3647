import { describeError, invalid } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { type Operator, type Requirement, requirementRules, type Selector, selectorOf } from './selectors.ts'
import { badRequest } from './statusError.ts'

type Kind = ')' | ',' | '!' | '==' | '=' | '>' | 'in' | '<' | '!=' | 'notin' | '(' | 'identifier' | 'end' | 'error'
interface Token {
  readonly kind: Kind
  readonly text: string
}

const literals = new Set<string>([')', ',', '!', '==', '=', '>', 'in', '<', '!=', 'notin', '('])
const blanks = ' \t\r\n'
const specials = '=!(),><'

/**
 * Reads a label selector: `x in (a,b),!y,z!=c`. Throws BadRequest.
 * Grammar and words of k8s.io/apimachinery/pkg/labels.Parse.
 */
export function parseLabelSelector(text: string): Selector {
  const reader = readerOf(tokens(text))
  const all: Requirement[] = []
  for (;;) {
    const next = reader.peek()
    if (next.kind === 'end') return selectorOf(all)
    if (next.kind !== 'identifier' && next.kind !== '!')
      throw badRequest(`found '${next.text}', expected: !, identifier, or 'end of string'`)
    all.push(requirement(reader))
    const after = reader.take()
    if (after.kind === 'end') return selectorOf(all)
    if (after.kind !== ',') throw badRequest(`found '${after.text}', expected: ',' or 'end of string'`)
    const begin = reader.peek()
    if (begin.kind !== 'identifier' && begin.kind !== '!')
      throw badRequest(`found '${begin.text}', expected: identifier after ','`)
  }
}

/** Splits at blanks and special symbols, which are taken as long as they make a known literal. */
function tokens(text: string): Token[] {
  const all: Token[] = []
  let i = 0
  while (i < text.length) {
    const c = text[i]!
    if (blanks.includes(c)) {
      i++
      continue
    }
    let end = i + 1
    if (specials.includes(c)) {
      while (end < text.length && literals.has(text.slice(i, end + 1))) end++
      all.push({ kind: text.slice(i, end) as Kind, text: text.slice(i, end) })
    } else {
      while (end < text.length && !blanks.includes(text[end]!) && !specials.includes(text[end]!)) end++
      const word = text.slice(i, end)
      all.push({ kind: literals.has(word) ? (word as Kind) : 'identifier', text: word })
    }
    i = end
  }
  return all
}

/** `in` and `notin` are words like others, except where an operator is wanted. */
interface Reader {
  peek(operator?: boolean): Token
  take(operator?: boolean): Token
}

function readerOf(all: readonly Token[]): Reader {
  let position = 0
  const peek = (operator = false): Token => {
    const token = all[position] ?? { kind: 'end', text: '' }
    return !operator && (token.kind === 'in' || token.kind === 'notin')
      ? { kind: 'identifier', text: token.text }
      : token
  }
  const take = (operator = false): Token => {
    const token = peek(operator)
    position++
    return token
  }
  return { peek, take }
}

const failed = (why: string) => badRequest(`unable to parse requirement: ${why}`)

function requirement(reader: Reader): Requirement {
  let token = reader.take()
  const absent = token.kind === '!'
  if (absent) token = reader.take()
  if (token.kind !== 'identifier') throw failed(`found '${token.text}', expected: identifier`)
  const key = token.text
  const wrong = qualifiedName(key)
  // Upstream has no path here and prints Go's nil.
  if (wrong.length) throw failed(describeError(invalid(at('<nil>'), key, wrong.join('; '))))
  if (absent) return checked({ key, operator: '!', values: [] })
  const next = reader.peek()
  if (next.kind === 'end' || next.kind === ',') return checked({ key, operator: 'exists', values: [] })
  const operator = operatorOf(reader.take(true))
  const values = operator === 'in' || operator === 'notin' ? valueSet(reader) : [exactValue(reader)]
  return checked({ key, operator, values: [...new Set(values)].sort() })
}

function checked(one: Requirement): Requirement {
  const errors = requirementRules(one, at()).map(describeError)
  if (errors.length) throw failed(errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`)
  return one
}

function operatorOf({ kind, text }: Token): Operator {
  if (kind === '>') return 'gt'
  if (kind === '<') return 'lt'
  if (kind === '=' || kind === '==' || kind === '!=' || kind === 'in' || kind === 'notin') return kind
  throw failed(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`)
}

function exactValue(reader: Reader): string {
  const next = reader.peek()
  if (next.kind === 'end' || next.kind === ',') return ''
  reader.take()
  if (next.kind === 'identifier') return next.text
  throw failed(`found '${next.text}', expected: identifier`)
}

/** `(a,,b)`: an empty place is the empty value. */
function valueSet(reader: Reader): string[] {
  const open = reader.take()
  if (open.kind !== '(') throw failed(`found '${open.text}' expected: '('`)
  const first = reader.peek()
  if (first.kind === ')') {
    reader.take()
    return ['']
  }
  if (first.kind !== 'identifier' && first.kind !== ',')
    throw failed(`found '${first.text}', expected: ',', ')' or identifier`)
  const values: string[] = []
  for (;;) {
    const { kind, text } = reader.take()
    const next = reader.peek()
    if (kind === 'identifier') {
      values.push(text)
      if (next.kind !== ',' && next.kind !== ')') throw failed(`found '${next.text}', expected: ',' or ')'`)
    } else if (kind === ',') {
      if (values.length === 0 || next.kind === ',' || next.kind === ')') values.push('')
    } else throw failed(`found '${text}', expected: ',', or identifier`)
    if (next.kind === ')') {
      reader.take()
      return values
    }
  }
}
