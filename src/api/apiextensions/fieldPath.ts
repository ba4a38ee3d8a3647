import { propertyOf, type Structural, valuesOf } from '../../schema/structural.ts'

/** Where a path leads in a schema, and the names on its way. */
export interface FoundField {
  readonly names: readonly string[]
  readonly schema: Structural
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  "'": "'",
  '\\': '\\',
}

/** Follows a path such as `.spec.a` or `.spec['b.c']` through a schema, or says why it leads nowhere. */
export function followPath(
  schema: Structural,
  path: string,
  { brackets = true }: { readonly brackets?: boolean } = {},
): FoundField | { readonly error: string } {
  const tokens = path.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]']+|'/gs) ?? []
  const names: string[] = []
  let here: Structural = schema
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as string
    let name: string
    if (token === '.') {
      const next = tokens[++at]
      if (next === undefined) return { error: 'unexpected end of JSON path' }
      name = next
    } else if (token === '[') {
      if (!brackets) return { error: 'array notation is not allowed' }
      const quoted = tokens[++at]
      if (quoted === undefined) return { error: 'unexpected end of JSON path' }
      if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'"))
        return { error: `expected single quoted string but got ${quoted}` }
      name = quoted.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character)
      const close = tokens[++at]
      if (close === undefined) return { error: 'unexpected end of JSON path' }
      if (close !== ']') return { error: `expected ] but got ${close}` }
    } else return { error: `expected [ or . but got: ${token}` }
    const next = here.properties ? propertyOf(here, name) : valuesOf(here)
    if (!next) return { error: 'does not refer to a valid field' }
    names.push(name)
    here = next
  }
  return { names, schema: here }
}
