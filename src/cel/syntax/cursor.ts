import type { Issue } from './source.ts'
import type { Token } from './token.ts'

/** Ends parsing: what is wrong has been reported. */
export class SyntaxFault extends Error {}

const order = ['[', ']', '{', '}', '(', ')', '.', ',', '-', '!', '?']

/** What may stand where an expression begins, and what else, as ANTLR lists it. */
function starts(more: readonly string[]): string {
  const symbols = order.filter(symbol => startSymbols.has(symbol) || more.includes(symbol)).map(symbol => `'${symbol}'`)
  const rest = ["'true'", "'false'", "'null'", 'NUM_FLOAT', 'NUM_INT', 'NUM_UINT', 'STRING', 'BYTES', 'IDENTIFIER']
  return `{${[...symbols, ...rest].join(', ')}}`
}
const startSymbols: ReadonlySet<string> = new Set(['[', '{', '(', '.', '-', '!'])
const startKinds: ReadonlySet<string> = new Set(['int', 'uint', 'double', 'string', 'bytes', 'ident'])

/** Walks over the tokens of one expression. */
export interface Cursor {
  peek(ahead?: number): Token
  take(): Token
  /** Takes the symbol when it is next. */
  accept(symbol: string): Token | undefined
  /** Takes the symbol, which must be next; `or` are those that may stand there, too. */
  expect(symbol: string, ...or: readonly string[]): Token
  ident(): Token
  /** Reports an issue and goes on. */
  report(offset: number, message: string): void
  /** Reports that no expression begins here, nor any of the other symbols stands, and ends. */
  noExpression(...or: readonly string[]): never
  fail(offset: number, message: string): never
}

export function cursor(tokens: readonly Token[], report: (issue: Issue) => void): Cursor {
  let position = 0
  const peek = (ahead = 0): Token => tokens[Math.min(position + ahead, tokens.length - 1)] as Token
  const startsExpression = (token: Token): boolean =>
    startKinds.has(token.kind) ||
    (token.kind === 'symbol' && startSymbols.has(token.text)) ||
    (token.kind === 'keyword' && token.text !== 'in')
  const fail = (offset: number, message: string): never => {
    report({ offset, message })
    throw new SyntaxFault(message)
  }
  const take = (): Token => {
    const token = peek()
    position++
    return token
  }
  return {
    peek,
    take,
    accept: symbol => (isSymbol(peek(), symbol) ? take() : undefined),
    expect(symbol, ...or) {
      const token = peek()
      if (isSymbol(token, symbol) || (symbol === '<EOF>' && token.kind === 'end')) return take()
      const listed = [symbol, ...or].map(each => (each === '<EOF>' ? each : `'${each}'`))
      const wanted = listed.length > 1 ? `{${listed.join(', ')}}` : listed[0]
      if (token.kind === 'end' && (symbol === ')' || symbol === ']') && !or.length)
        return fail(token.offset, `Syntax error: missing ${wanted} at '<EOF>'`)
      const after = peek(1)
      const stray = symbol === '<EOF>' ? after.kind === 'end' : isSymbol(after, symbol)
      if (!stray) return fail(token.offset, `Syntax error: mismatched input '${token.text}' expecting ${wanted}`)
      return fail(token.offset, `Syntax error: extraneous input '${token.text}' expecting ${wanted}`)
    },
    ident() {
      const token = peek()
      if (token.kind === 'ident') return take()
      return fail(token.offset, `Syntax error: mismatched input '${token.text}' expecting IDENTIFIER`)
    },
    report: (offset, message) => report({ offset, message }),
    noExpression(...or) {
      const token = peek()
      const stray = or[0] === '<EOF>' || (token.kind !== 'end' && startsExpression(peek(1)))
      return fail(
        token.offset,
        `Syntax error: ${stray ? 'extraneous' : 'mismatched'} input '${token.text}' expecting ${starts(or)}`,
      )
    },
    fail,
  }
}

const isSymbol = (token: Token, symbol: string): boolean => token.kind === 'symbol' && token.text === symbol
