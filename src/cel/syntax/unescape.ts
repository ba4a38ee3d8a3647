/** What a quoted literal says, without its quotes; escapes of bytes are bytes. Throws an Error that tells what is wrong. */
export function unescapeText(literal: string): string {
  const { body, raw } = unquote(literal)
  if (raw) return body
  let out = ''
  for (const piece of pieces(body)) {
    if (typeof piece === 'string') out += piece
    else if (piece.code > 0x10ffff || (piece.code >= 0xd800 && piece.code <= 0xdfff))
      throw new Error('unable to unescape string')
    else out += String.fromCodePoint(piece.code)
  }
  return out
}

/** The same for a bytes literal, without the letter in front. */
export function unescapeBytes(literal: string): Uint8Array {
  const { body, raw } = unquote(literal)
  const out: number[] = []
  const encoder = new TextEncoder()
  if (raw) return encoder.encode(body)
  for (const piece of pieces(body)) {
    if (typeof piece === 'string') out.push(...encoder.encode(piece))
    else if (piece.unicode) throw new Error('unable to unescape string')
    else out.push(piece.code)
  }
  return Uint8Array.from(out)
}

function unquote(literal: string): { body: string; raw: boolean } {
  const raw = /^[rR]/.test(literal)
  const rest = (raw ? literal.slice(1) : literal).replaceAll('\r\n', '\n').replaceAll('\r', '\n')
  const width = rest.startsWith('"""') || rest.startsWith("'''") ? 3 : 1
  return { body: rest.slice(width, rest.length - width), raw }
}

const simple: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '?': '?',
}

function* pieces(body: string): Generator<string | { code: number; unicode: boolean }> {
  const form = /\\(?:([abfnrtv\\'"`?])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y
  let position = 0
  while (position < body.length) {
    const backslash = body.indexOf('\\', position)
    if (backslash !== position) {
      yield body.slice(position, backslash < 0 ? undefined : backslash)
      if (backslash < 0) return
      position = backslash
    }
    form.lastIndex = position
    const found = form.exec(body)
    if (!found) throw new Error('unable to unescape string')
    const [all, letter, hex, short, long, octal] = found
    if (letter !== undefined) yield simple[letter] as string
    else if (octal !== undefined) yield { code: Number.parseInt(octal, 8), unicode: false }
    else yield { code: Number.parseInt((hex ?? short ?? long) as string, 16), unicode: hex === undefined }
    position += all.length
  }
}
