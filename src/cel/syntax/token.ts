/** A piece of an expression. `text` is as written. */
export interface Token {
  readonly kind: 'int' | 'uint' | 'double' | 'string' | 'bytes' | 'ident' | 'escaped' | 'symbol' | 'keyword' | 'end'
  readonly text: string
  readonly offset: number
}

/** The names of literals and operators that the grammar knows as tokens of their own. */
export const keywords: ReadonlySet<string> = new Set(['true', 'false', 'null', 'in'])

/** Words that no variable may have. */
export const reserved: ReadonlySet<string> = new Set(
  'as break const continue else false for function if import in let loop package namespace null return true var void while'.split(
    ' ',
  ),
)
