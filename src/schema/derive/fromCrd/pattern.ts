import { RE2JS } from 're2js'
import type { Structural } from '../../structural.ts'

/** A pattern that a user wrote, in Go's syntax, or why it is none. Matching takes time that grows with the text alone. */
export type Pattern = { readonly test: (text: string) => boolean } | { readonly error: string }

export function compilePattern(source: string): Pattern {
  try {
    const pattern = RE2JS.compile(source)
    return { test: text => pattern.matcher(text).find() }
  } catch (error) {
    return { error: (error as Error).message }
  }
}

/** Compiled once for each schema, by identity. */
const patterns = new WeakMap<Structural, Pattern>()

/** The pattern of a schema that has one. */
export function patternOf(schema: Structural & { readonly pattern: string }): Pattern {
  const known = patterns.get(schema)
  if (known) return known
  const made = compilePattern(schema.pattern)
  patterns.set(schema, made)
  return made
}
