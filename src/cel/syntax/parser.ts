import { tooLongExpression, tooManyNested } from '../limits.ts'
import type { Call, Entry, Expr, Initializer } from './ast.ts'
import { type Cursor, cursor, SyntaxFault } from './cursor.ts'
import { type Factory, factory } from './factory.ts'
import { tokenize } from './lexer.ts'
import { literal } from './literals.ts'
import type { Macros } from './macros.ts'
import { displayIssues, type Issue, type Source, source } from './source.ts'
import { reserved, type Token } from './token.ts'

/** A tree, or what is wrong with the text. */
export type Parsed =
  | { readonly source: Source; readonly expr: Expr }
  | { readonly source: Source; readonly issues: readonly Issue[]; readonly message: string }

/** Reads an expression. Macros are expanded on the way. */
export function parse(text: string, macros: Macros): Parsed {
  const from = source(text)
  const issues: Issue[] = []
  const failed = (): Parsed => ({ source: from, issues, message: displayIssues(from, issues) })
  if (from.points.length > tooLongExpression) {
    const message = `expression code point size exceeds limit: size: ${from.points.length}, limit ${tooLongExpression}`
    issues.push({ offset: -1, message })
    return failed()
  }
  const tokens = tokenize(text, issue => issues.push(issue))
  const at = cursor(tokens, issue => issues.push(issue))
  try {
    const expr = parser(at, factory(), macros).whole()
    return issues.length ? failed() : { source: from, expr }
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    return failed()
  }
}

const relations: ReadonlySet<string> = new Set(['<', '<=', '>=', '>', '==', '!='])

function parser(at: Cursor, make: Factory, macros: Macros) {
  let depth = 0
  const nested = <T>(read: () => T): T => {
    if (++depth > tooManyNested) at.fail(-1, `expression recursion limit exceeded: ${tooManyNested}`)
    const result = read()
    depth--
    return result
  }

  const expression = (): Expr =>
    nested(() => {
      const condition = either()
      const mark = at.accept('?')
      if (!mark) return condition
      const then = either()
      at.expect(':')
      return make.call(mark.offset, '_?_:_', condition, then, expression())
    })

  const either = (): Expr => logical('||', both)
  const both = (): Expr => logical('&&', relation)

  /** Chains of one logical operator become a balanced tree, which is how their cost is reckoned. */
  const logical = (symbol: string, term: () => Expr): Expr => {
    const terms = [term()]
    const marks: Token[] = []
    for (let mark = at.accept(symbol); mark; mark = at.accept(symbol)) {
      terms.push(term())
      marks.push(mark)
    }
    const balance = (low: number, high: number): Expr => {
      const middle = Math.floor((low + high + 1) / 2)
      const left = middle === low ? (terms[middle] as Expr) : balance(low, middle - 1)
      const right = middle === high ? (terms[middle + 1] as Expr) : balance(middle + 1, high)
      return make.call((marks[middle] as Token).offset, `_${symbol}_`, left, right)
    }
    return marks.length ? balance(0, marks.length - 1) : (terms[0] as Expr)
  }

  const relation = (): Expr =>
    leftward(sum, token => {
      if (token.kind === 'keyword') return token.text === 'in' ? '@in' : undefined
      return relations.has(token.text) ? `_${token.text}_` : undefined
    })
  const sum = (): Expr => leftward(product, token => (/^[+-]$/.test(token.text) ? `_${token.text}_` : undefined))
  const product = (): Expr => leftward(unary, token => (/^[*/%]$/.test(token.text) ? `_${token.text}_` : undefined))

  const leftward = (operand: () => Expr, operator: (token: Token) => string | undefined): Expr => {
    let left = operand()
    for (let count = 0; ; count++) {
      const token = at.peek()
      const name = token.kind === 'symbol' || token.kind === 'keyword' ? operator(token) : undefined
      if (name === undefined) return left
      if (depth + count > tooManyNested) at.fail(-1, 'max recursion depth exceeded')
      at.take()
      left = make.call(token.offset, name, left, operand())
    }
  }

  const unary = (): Expr => {
    const first = at.peek()
    if (first.kind !== 'symbol' || (first.text !== '!' && first.text !== '-')) return member()
    if (first.text === '-' && isNumber(at.peek(1))) return member()
    let count = 0
    while (at.accept(first.text)) count++
    const end = at.peek()
    if (end.kind === 'end' && first.text === '-') {
      at.report(end.offset, "Syntax error: no viable alternative at input '-'")
    } else if (end.kind === 'end') at.noExpression('<EOF>')
    const operand = member()
    return count % 2 ? make.call(first.offset, first.text === '!' ? '!_' : '-_', operand) : operand
  }

  const member = (): Expr => {
    let expr = primary()
    for (let count = 0; ; count++) {
      if (depth + count > tooManyNested) at.fail(-1, 'max recursion depth exceeded')
      const dot = at.accept('.')
      const bracket = dot ? undefined : at.accept('[')
      if (dot) expr = selection(expr, dot)
      else if (bracket) {
        const name = at.accept('?') ? '_[?_]' : '_[_]'
        if (at.peek().kind === 'end') at.noExpression('?')
        const index = expression()
        at.expect(']')
        expr = make.call(bracket.offset, name, expr, index)
      } else return expr
    }
  }

  const selection = (operand: Expr, dot: Token): Expr => {
    const mark = at.accept('?')
    const token = at.peek()
    if (token.kind !== 'ident' && token.kind !== 'escaped') {
      if (token.kind === 'keyword' && token.text !== 'in')
        at.fail(token.offset, `Syntax error: mismatched input '${token.text}' expecting IDENTIFIER`)
      const text = token.kind === 'end' ? '.' : `.${token.text}`
      at.fail(token.offset, `Syntax error: no viable alternative at input '${text}'`)
    }
    at.take()
    if (token.kind === 'escaped') at.fail(token.offset, "unsupported syntax: '`'")
    if (mark) return make.call(dot.offset, '_?._', operand, make.text(token.offset, token.text))
    const open = at.accept('(')
    if (!open) return make.select(dot.offset, operand, token.text)
    const args = list(')', expression)
    return expanded(open.offset, token.text, operand, args)
  }

  const primary = (): Expr => {
    const token = at.peek()
    if (token.kind === 'symbol') {
      if (at.accept('(')) {
        const inner = expression()
        at.expect(')')
        return inner
      }
      if (at.accept('[')) return listing(token.offset)
      if (at.accept('{')) return make.map(token.offset, list('}', entry, true))
      if (token.text === '.' && at.peek(1).kind === 'ident') {
        at.take()
        return named('.')
      }
      if (token.text === '-' && isNumber(at.peek(1))) {
        at.take()
        return literal(make, at, token.offset, at.take(), '-')
      }
      return at.noExpression()
    }
    if (token.kind === 'ident') return named('')
    if (token.kind === 'end' || token.kind === 'escaped' || token.text === 'in') return at.noExpression()
    return literal(make, at, token.offset, at.take(), '')
  }

  const named = (prefix: string): Expr => {
    const token = at.ident()
    const typeName = structName(token)
    if (typeName) {
      const open = at.expect('{')
      const fields = list('}', initializer, true)
      return { kind: 'struct', id: make.id(), offset: open.offset, name: prefix + typeName, fields }
    }
    if (reserved.has(token.text)) {
      at.report(token.offset, `reserved identifier: ${token.text}`)
    }
    const open = at.accept('(')
    if (!open) return make.ident(token.offset, prefix + token.text)
    return expanded(open.offset, prefix + token.text, undefined, list(')', expression))
  }

  /** `a.b.C` before an opening brace. */
  const structName = (first: Token): string | undefined => {
    let ahead = 0
    let name = first.text
    while (isText(at.peek(ahead), '.') && at.peek(ahead + 1).kind === 'ident') {
      name += `.${at.peek(ahead + 1).text}`
      ahead += 2
    }
    if (!isText(at.peek(ahead), '{')) return undefined
    for (let i = 0; i < ahead; i++) at.take()
    return name
  }

  const listing = (offset: number): Expr => {
    const optional = new Set<number>()
    let index = 0
    const elements = list(
      ']',
      () => {
        if (at.accept('?')) optional.add(index)
        index++
        return expression()
      },
      true,
    )
    return make.list(offset, elements, optional)
  }

  const entry = (): Entry => {
    const optional = at.accept('?') !== undefined
    const key = expression()
    const colon = at.expect(':')
    return { offset: colon.offset, key, value: expression(), optional }
  }

  const initializer = (): Initializer => {
    const optional = at.accept('?') !== undefined
    const field = at.ident()
    const colon = at.expect(':')
    return { offset: colon.offset, field: field.text, value: expression(), optional }
  }

  const list = <T>(close: string, read: () => T, trailing = false): T[] => {
    const out: T[] = []
    if (at.accept(close)) return out
    if (at.peek().kind === 'end') at.noExpression(close, ...(trailing ? [',', '?'] : []))
    if (trailing && at.accept(',')) {
      at.expect(close)
      return out
    }
    for (;;) {
      out.push(read())
      if (!at.accept(',')) break
      if (trailing && isText(at.peek(), close)) break
    }
    at.expect(close, ',')
    return out
  }

  const expanded = (offset: number, name: string, target: Expr | undefined, args: Expr[]): Expr => {
    const expansion = macros.expand({ make, offset, name, target, args })
    if (expansion && 'issue' in expansion) {
      at.report(expansion.issue.offset, expansion.issue.message)
      return make.nothing(offset)
    }
    if (expansion) return expansion.expr
    const call: Call = target ? make.method(offset, target, name, ...args) : make.call(offset, name, ...args)
    return call
  }

  return {
    whole(): Expr {
      const expr = expression()
      at.expect('<EOF>')
      return expr
    },
  }
}

const isNumber = (token: Token): boolean => token.kind === 'int' || token.kind === 'double'
const isText = (token: Token, text: string): boolean => token.kind === 'symbol' && token.text === text
