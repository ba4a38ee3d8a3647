/** Reads values out of plain data. */
export type JsonPath = (data: unknown) => unknown[]

type Step = (values: readonly unknown[]) => unknown[]

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * Compiles a path as client-go's `jsonpath` understands one between braces: `.spec.a`, `['a.b']`, `[0]`, `[-1]`, `[1:3]`,
 * `[*]`, `..a`, `[?(@.type=="Ready")].status`. What is not there gives nothing. Returns what is wrong with the path.
 */
export function compileJsonPath(text: string): JsonPath | { readonly error: string } {
  try {
    const steps = new Reader(text).steps()
    return data => steps.reduce<unknown[]>((values, step) => step(values), [data])
  } catch (error) {
    if (error instanceof PathError) return { error: error.message }
    throw error
  }
}

class PathError extends Error {}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  steps(): Step[] {
    const steps: Step[] = []
    if (this.#text[this.#at] === '$' || this.#text[this.#at] === '@') this.#at++
    while (this.#at < this.#text.length) steps.push(...this.#step())
    return steps
  }

  #step(): Step[] {
    const next = this.#text[this.#at]
    if (next === '[') return [this.#bracket()]
    if (next !== '.') throw new PathError(`unrecognized character at ${JSON.stringify(this.#text.slice(this.#at))}`)
    this.#at++
    if (this.#text[this.#at] === '.') {
      this.#at++
      return [everything, ...this.#named()]
    }
    return this.#named()
  }

  #named(): Step[] {
    if (this.#text[this.#at] === '[') return [this.#bracket()]
    const name = this.#name()
    if (name === '') return []
    return [name === '*' ? children : field(name)]
  }

  /** A name up to the next dot or bracket; a backslash takes the next character as it is. */
  #name(): string {
    let name = ''
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string
      if (character === '.' || character === '[') break
      if (character === '\\') this.#at++
      name += this.#text[this.#at] ?? ''
    }
    return name
  }

  #bracket(): Step {
    this.#at++
    if (this.#text.startsWith('?(', this.#at)) return this.#filter()
    const inside = this.#until(']')
    if (inside === '*') return children
    const quoted = /^\s*(?:'([^']*)'|"([^"]*)")\s*$/.exec(inside)
    if (quoted) return field(quoted[1] ?? quoted[2] ?? '')
    const range = /^\s*(-?\d*)\s*:\s*(-?\d*)\s*(?::\s*(\d*)\s*)?$/.exec(inside)
    if (range) return slice(range.slice(1))
    const indexes = inside.split(',').map(part => part.trim())
    if (indexes.every(part => /^-?\d+$/.test(part))) return elements(indexes.map(Number))
    throw new PathError(`invalid array index ${inside}`)
  }

  /** The text before a closing mark, quotes passed over. */
  #until(end: string): string {
    const start = this.#at
    let quote = ''
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] as string
      if (quote) {
        if (character === quote) quote = ''
      } else if (character === '"' || character === "'") quote = character
      else if (character === end) return this.#text.slice(start, this.#at++)
    }
    throw new PathError('unterminated array')
  }

  #filter(): Step {
    this.#at += 2
    const condition = this.#until(')')
    if (this.#text[this.#at] !== ']') throw new PathError('unclosed array expect ]')
    this.#at++
    const match = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(condition.trim())
    const left = operand((match?.[1] ?? condition).trim())
    const right = match ? operand((match[3] ?? '').trim()) : undefined
    const operator = match?.[2] ?? 'exists'
    return values =>
      values
        .flatMap(value => (Array.isArray(value) ? value : []))
        .filter(element => holds(operator, left(element), right?.(element)))
  }
}

const field =
  (name: string): Step =>
  values =>
    values.flatMap(value => (isObject(value) && Object.hasOwn(value, name) ? [value[name]] : []))

const children: Step = values =>
  values.flatMap(value => (Array.isArray(value) ? value : isObject(value) ? Object.values(value) : []))

const everything: Step = values => values.flatMap(value => [value, ...everything(children([value]))])

const elements =
  (indexes: readonly number[]): Step =>
  values =>
    values.flatMap(value => {
      if (!Array.isArray(value)) return []
      const found = indexes.map(index => (index < 0 ? index + value.length : index))
      return found.filter(index => index >= 0 && index < value.length).map(index => value[index] as unknown)
    })

function slice([from = '', to = '', step = '']: readonly string[]): Step {
  const every = step === '' ? 1 : Math.max(1, Number(step))
  return values =>
    values.flatMap(value =>
      Array.isArray(value)
        ? value
            .slice(from === '' ? 0 : Number(from), to === '' ? undefined : Number(to))
            .filter((_, index) => index % every === 0)
        : [],
    )
}

/** One side of a condition: a literal, or a path below the element. */
function operand(text: string): JsonPath {
  const quoted = /^(?:'(.*)'|"(.*)")$/s.exec(text)
  if (quoted) return () => [quoted[1] ?? quoted[2] ?? '']
  if (/^-?\d+(\.\d+)?$/.test(text)) return () => [Number(text)]
  if (text === 'true' || text === 'false') return () => [text === 'true']
  const path = compileJsonPath(text)
  if ('error' in path) throw new PathError(path.error)
  return path
}

function holds(operator: string, [left]: readonly unknown[], right: readonly unknown[] | undefined): boolean {
  if (operator === 'exists') return left !== undefined
  const value = right?.[0]
  if (left === undefined || value === undefined || typeof left !== typeof value) return false
  if (operator === '==') return left === value
  if (operator === '!=') return left !== value
  const [a, b] = [left as number | string, value as number | string]
  if (operator === '<') return a < b
  if (operator === '>') return a > b
  return operator === '<=' ? a <= b : a >= b
}
