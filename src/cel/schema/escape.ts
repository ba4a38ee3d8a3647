const reservedNames: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
)

const signs: Readonly<Record<string, string>> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
}
const words: Readonly<Record<string, string>> = { underscores: '__', dot: '.', dash: '-', slash: '/' }

/** The name under which expressions reach a field; `undefined`: they cannot. */
export function escapeName(name: string): string | undefined {
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(name)) return undefined
  if (reservedNames.has(name)) return `__${name}__`
  return name.replace(/__|[./-]/g, sign => signs[sign] as string)
}

/** The field that a name in an expression means; `undefined`: none. */
export function unescapeName(escaped: string): string | undefined {
  let known = true
  const name = escaped.replace(/_{2}[^_]+_{2}/g, sequence => {
    const word = sequence.slice(2, -2)
    if (Object.hasOwn(words, word)) return words[word] as string
    if (!reservedNames.has(word) || sequence.length !== escaped.length) known = false
    return word
  })
  return known ? name : undefined
}
