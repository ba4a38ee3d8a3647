/**
 * What is wrong with text that is no JSON, in the words of Go's scanner. Only reached when the native parser has
 * refused the text and its nesting is bounded; it finds the same place.
 */
export function explainJson(text: string): string {
  return new Explainer(text).run()
}

/** The end of the text where more was expected. */
const end = 'unexpected end of JSON input'

class Problem extends Error {}

class Explainer {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  run(): string {
    try {
      this.#space()
      this.#value()
      this.#space()
      if (this.#at < this.#text.length) this.#fail('after top-level value')
      return 'invalid JSON'
    } catch (problem) {
      if (problem instanceof Problem) return problem.message
      throw problem
    }
  }

  #fail(where: string): never {
    if (this.#at >= this.#text.length) throw new Problem(end)
    const code = this.#text.codePointAt(this.#at) ?? 0
    // Go looks at bytes: of what is more than one, it shows the first.
    const [first = 0] = code < 0x80 ? [code] : new TextEncoder().encode(String.fromCodePoint(code))
    const character = String.fromCodePoint(first)
    const quoted =
      character === "'" ? `'\\''` : character === '"' ? `'"'` : `'${JSON.stringify(character).slice(1, -1)}'`
    throw new Problem(`invalid character ${quoted} ${where}`)
  }

  #space(): void {
    while (' \t\r\n'.includes(this.#text[this.#at] || 'x')) this.#at++
  }

  #value(): void {
    const first = this.#text[this.#at]
    if (first === '{') this.#object()
    else if (first === '[') this.#list()
    else if (first === '"') this.#string()
    else if (first === 't') this.#literal('true')
    else if (first === 'f') this.#literal('false')
    else if (first === 'n') this.#literal('null')
    else if (first === '-' || (first !== undefined && first >= '0' && first <= '9')) this.#number()
    else this.#fail('looking for beginning of value')
  }

  #object(): void {
    this.#at++
    this.#space()
    if (this.#text[this.#at] === '}') {
      this.#at++
      return
    }
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') this.#fail('looking for beginning of object key string')
      this.#string()
      this.#space()
      if (this.#text[this.#at] !== ':') this.#fail('after object key')
      this.#at++
      this.#space()
      this.#value()
      if (this.#closes('}', 'after object key:value pair')) return
    }
  }

  #list(): void {
    this.#at++
    this.#space()
    if (this.#text[this.#at] === ']') {
      this.#at++
      return
    }
    for (;;) {
      this.#space()
      this.#value()
      if (this.#closes(']', 'after array element')) return
    }
  }

  #closes(bracket: string, where: string): boolean {
    this.#space()
    const next = this.#text[this.#at]
    if (next !== bracket && next !== ',') this.#fail(where)
    this.#at++
    return next === bracket
  }

  #string(): void {
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      const character = this.#text[this.#at]
      if (character === undefined || character < ' ') this.#fail('in string literal')
      if (character !== '\\') continue
      this.#at++
      const escaped = this.#text[this.#at] ?? ''
      if (escaped === 'u') {
        for (let digit = 0; digit < 4; digit++) {
          this.#at++
          if (!/[0-9a-fA-F]/.test(this.#text[this.#at] ?? '')) this.#fail('in \\u hexadecimal character escape')
        }
      } else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) this.#fail('in string escape code')
    }
    this.#at++
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) this.#fail(`in literal ${word} (expecting '${letter}')`)
      this.#at++
    }
  }

  #number(): void {
    if (this.#text[this.#at] === '-') this.#at++
    if (this.#text[this.#at] === '0') this.#at++
    else this.#digits('in numeric literal')
    if (this.#text[this.#at] === '.') {
      this.#at++
      this.#digits('after decimal point in numeric literal')
    }
    if (!/[eE]/.test(this.#text[this.#at] ?? '')) return
    this.#at++
    if (/[+-]/.test(this.#text[this.#at] ?? '')) this.#at++
    this.#digits('in exponent of numeric literal')
  }

  #digits(where: string): void {
    if (!/\d/.test(this.#text[this.#at] ?? '')) this.#fail(where)
    while (/\d/.test(this.#text[this.#at] ?? '')) this.#at++
  }
}
