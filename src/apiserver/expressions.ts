/** A compiled expression of a configuration file. */
export interface Expression {
  /** Throws an Error that says what went wrong. Values are plain data. */
  evaluate(variables: Readonly<Record<string, unknown>>): unknown
}

/** Compiles CEL for configuration files. */
export interface Expressions {
  /**
   * `variables`: names that the expression may use. `returns`: what it must give, where that is known. Throws an Error
   * that says what is wrong with the text.
   */
  compile(text: string, variables: readonly string[], returns?: 'bool'): Expression
}
