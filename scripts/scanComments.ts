/** Finds the doc comments of fields and types in TypeScript sources that declare types with the builders of src/schema. */

export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The comment of a definition, or of one of its fields; undefined when there is none. */
export type Comments = (definition: string, field?: string) => string | undefined

interface Token {
  readonly kind: 'doc' | 'string' | 'template' | 'word' | 'mark'
  readonly text: string
}

/** A field with its comment, or the name of other fields that are spread in. */
type Entry = { readonly key: string; readonly doc: string | undefined } | { readonly spread: string }

interface Block {
  readonly file: string
  readonly entries: readonly Entry[]
}

interface Definition {
  /** Matches the definition name; more than one where the name is put together. */
  readonly name: RegExp
  readonly exact: boolean
  readonly owner: string
  readonly block: Block
}

const grammar =
  /\/\*\*([\s\S]*?)\*\/|\/\*[\s\S]*?\*\/|\/\/[^\n]*|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`|([A-Za-z_$][\w$]*)|(\.\.\.|=>|[^\s\w])/g

function tokens(text: string): Token[] {
  const found: Token[] = []
  for (const [, doc, single, double, template, word, mark] of text.matchAll(grammar)) {
    if (doc !== undefined) found.push({ kind: 'doc', text: plain(doc) })
    else if (single !== undefined || double !== undefined) found.push({ kind: 'string', text: single ?? double ?? '' })
    else if (template !== undefined) found.push({ kind: 'template', text: template })
    else if (word !== undefined) found.push({ kind: 'word', text: word })
    else if (mark !== undefined) found.push({ kind: 'mark', text: mark })
  }
  return found
}

/** A doc comment as running text. */
const plain = (doc: string): string =>
  doc
    .split('\n')
    .map(line => line.replace(/^\s*\*\s?/, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim()

const opens = new Set(['{', '(', '['])
const closes = new Set(['}', ')', ']'])

/** The entries of the object literal whose brace stands at `start`. */
function entriesAt(all: readonly Token[], start: number): Entry[] {
  const entries: Entry[] = []
  let depth = 0
  let doc: string | undefined
  let atEntry = false
  for (let at = start; at < all.length; at++) {
    const token = all[at] as Token
    const next = all[at + 1]
    if (token.kind === 'mark' && opens.has(token.text)) {
      depth++
      atEntry = depth === 1
    } else if (token.kind === 'mark' && closes.has(token.text)) {
      depth--
      if (depth === 0) return entries
    } else if (depth === 1 && token.kind === 'mark' && token.text === ',') {
      atEntry = true
      doc = undefined
    } else if (depth === 1 && atEntry && token.kind === 'doc') doc = token.text
    else if (depth === 1 && atEntry && token.text === '...' && next?.kind === 'word') {
      entries.push({ spread: next.text })
      atEntry = false
    } else if (depth === 1 && atEntry && next?.text === ':' && token.kind !== 'mark') {
      entries.push({ key: token.text, doc })
      atEntry = false
    }
  }
  return entries
}

/** Reads the files and answers for every definition that is declared in them. */
export function scan(files: readonly SourceFile[]): Comments {
  const blocks = new Map<string, Block>()
  const aliases = new Map<string, string>()
  const docs = new Map<string, string>()
  const definitions: Definition[] = []
  const byPlace = (file: string, name: string) => `${file}#${name}`
  const remember = <T>(map: Map<string, T>, file: string, name: string, value: T) => {
    map.set(byPlace(file, name), value)
    if (!map.has(name)) map.set(name, value)
  }
  const find = <T>(map: ReadonlyMap<string, T>, file: string, name: string): T | undefined =>
    map.get(byPlace(file, name)) ?? map.get(name)

  for (const { path, text } of files) {
    for (const [, rest = '', from = ''] of text.matchAll(/\.\.\.(\w+)\s*\}\s*=\s*(\w+)/g))
      remember(aliases, path, rest, from)
    const all = tokens(text)
    let owner = ''
    all.forEach((token, at) => {
      if (token.kind !== 'word') return
      if (token.text === 'const' && all[at + 1]?.kind === 'word') owner = (all[at + 1] as Token).text
      const named = token.text === 'const' || token.text === 'interface' ? all[at + 1] : undefined
      const before = all[at - 1]?.text === 'export' ? all[at - 2] : all[at - 1]
      if (named?.kind === 'word' && before?.kind === 'doc') remember(docs, path, named.text, before.text)
      if (token.text === 'fields' && all[at + 1]?.text === '(' && all[at + 2]?.text === '{') {
        remember(blocks, path, owner, { file: path, entries: entriesAt(all, at + 2) })
      }
    })
  }
  for (const { path, text } of files)
    definitions.push(...definitionsOf(path, tokens(text), name => find(blocks, path, name)))

  const fieldOf = (block: Block, field: string, seen: Set<Block>): string | undefined => {
    if (seen.has(block)) return undefined
    seen.add(block)
    let doc: string | undefined
    for (const entry of block.entries) {
      if ('key' in entry) {
        if (entry.key === field && entry.doc) doc = entry.doc
        continue
      }
      const from = find(aliases, block.file, entry.spread) ?? entry.spread
      const inner = find(blocks, block.file, from)
      doc = (inner && fieldOf(inner, field, seen)) ?? doc
    }
    return doc
  }
  const declared = (definition: string) =>
    definitions.find(each => each.exact && each.name.test(definition)) ??
    definitions.find(each => each.name.test(definition))
  const commentsOf = new Map<string, string>()
  for (const { text } of files) for (const [name, doc] of namedScalars(text)) commentsOf.set(name, doc)

  return (definition, field) => {
    const found = declared(definition)
    if (!found) return field === undefined ? commentsOf.get(definition) : undefined
    return field === undefined ? find(docs, found.block.file, found.owner) : fieldOf(found.block, field, new Set())
  }
}

/** Calls of `object` and `root`: their definition names and fields. */
function definitionsOf(
  file: string,
  all: readonly Token[],
  blockOf: (name: string) => Block | undefined,
): Definition[] {
  const found: Definition[] = []
  let owner = ''
  all.forEach((token, at) => {
    if (token.kind !== 'word') return
    if (token.text === 'const' && all[at + 1]?.kind === 'word') owner = (all[at + 1] as Token).text
    if (token.text !== 'object' && token.text !== 'root') return
    let open = at + 1
    if (all[open]?.text === '<') while (open < all.length && all[open]?.text !== '(') open++
    const name = all[open + 1]
    if (
      all[open]?.text !== '(' ||
      (name?.kind !== 'string' && name?.kind !== 'template') ||
      all[open + 2]?.text !== ','
    )
      return
    const second = all[open + 3] as Token | undefined
    const block =
      second?.text === '{'
        ? { file, entries: entriesAt(all, open + 3) }
        : second?.text === 'fields' && all[open + 5]?.text === '{'
          ? { file, entries: entriesAt(all, open + 5) }
          : second?.kind === 'word'
            ? blockOf(second.text)
            : undefined
    if (block) found.push({ name: patternOf(name.text), exact: !name.text.includes('${'), owner, block })
  })
  return found
}

/** A definition name as a pattern; what is put in at run time may be any part of a name. */
const patternOf = (name: string): RegExp =>
  new RegExp(
    `^${name
      .split(/\$\{[^}]*\}/)
      .map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('.+')}$`,
  )

/** Scalars that are definitions: a comment, an exported constant, and its definition name. */
function namedScalars(text: string): [name: string, doc: string][] {
  const found: [string, string][] = []
  for (const [, doc = '', body = ''] of text.matchAll(
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export const \w+: Type<[^=]*=([\s\S]*?)\n\}/g,
  )) {
    const name = /'(io\.k8s\.[\w.-]+)'/.exec(body)?.[1]
    if (name && !/\b(?:object|root)\(/.test(body)) found.push([name, plain(doc)])
  }
  return found
}
