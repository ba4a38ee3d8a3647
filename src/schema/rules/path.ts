import type { Path } from '../types.ts'

class FieldPath implements Path {
  readonly #parent: FieldPath | undefined
  readonly #part: string

  constructor(parent: FieldPath | undefined, part: string) {
    this.#parent = parent
    this.#part = part
  }

  child(...names: string[]): Path {
    let path: FieldPath = this
    for (const name of names) path = new FieldPath(path, path.#parent || path.#part ? `.${name}` : name)
    return path
  }

  index(position: number): Path {
    return new FieldPath(this, `[${position}]`)
  }

  key(key: string): Path {
    return new FieldPath(this, `[${key}]`)
  }

  toString(): string {
    return (this.#parent?.toString() ?? '') + this.#part
  }
}

/** The path of the object itself; `at('spec', 'replicas')` prints `spec.replicas`. */
export const at = (...names: string[]): Path => new FieldPath(undefined, '').child(...names)
