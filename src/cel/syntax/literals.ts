import { bytes, double, uint } from '../types.ts'
import { Uint } from '../values/value.ts'
import type { Expr } from './ast.ts'
import type { Cursor } from './cursor.ts'
import type { Factory } from './factory.ts'
import type { Token } from './token.ts'
import { unescapeBytes, unescapeText } from './unescape.ts'

/** The node of a literal token; reports one whose value does not fit its type. */
export function literal(make: Factory, at: Cursor, offset: number, token: Token, sign: '' | '-'): Expr {
  const wrong = (message: string): Expr => {
    at.report(offset, message)
    return make.nothing(offset)
  }
  const { kind, text } = token
  if (kind === 'int') {
    const value = BigInt(text) * (sign ? -1n : 1n)
    return BigInt.asIntN(64, value) === value ? make.integer(offset, value) : wrong('invalid int literal')
  }
  if (kind === 'uint') {
    const value = BigInt(text.slice(0, -1))
    return BigInt.asUintN(64, value) === value
      ? make.literal(offset, new Uint(value), uint)
      : wrong('invalid uint literal')
  }
  if (kind === 'double') {
    const value = Number(sign + text)
    return Number.isFinite(value) ? make.literal(offset, value, double) : wrong('invalid double literal')
  }
  if (kind === 'keyword') return text === 'null' ? make.nothing(offset) : make.truth(offset, text === 'true')
  try {
    if (kind === 'bytes') return make.literal(offset, unescapeBytes(text.slice(1)), bytes)
    return make.text(offset, unescapeText(text))
  } catch (error) {
    return wrong((error as Error).message)
  }
}
