import type { Type } from '../types.ts'
import { type FromJsonOptions, fromOwnJson, type Report } from './jsonDecode.ts'
import { parseJson, textOf } from './parse.ts'

export { DecodeError } from './decodeError.ts'
export { type FromJsonOptions, fromJson, type Report } from './jsonDecode.ts'
export { encodeJson, toJson } from './jsonEncode.ts'

export interface DecodeOptions extends FromJsonOptions {
  /** Called for keys that stand twice in an object; the last one counts. */
  readonly duplicate?: Report
}

/** Upstream's sentences about what strict decoding refuses, each once, at most 100: pass it to a decoder, then read `problems`. */
export function strictProblems(): Required<DecodeOptions> & { readonly problems: readonly string[] } {
  const problems = new Set<string>()
  const note = (what: string) => (path: string) => {
    if (problems.size < 100) problems.add(`${what} field ${JSON.stringify(path)}`)
  }
  return {
    unknown: note('unknown'),
    duplicate: note('duplicate'),
    get problems() {
      return [...problems]
    },
  }
}

/** JSON text, or its bytes, to the normal form of a type. Throws a DecodeError. */
export function decodeJson<T>(type: Type<T>, input: string | Uint8Array, options: DecodeOptions = {}): T {
  return fromOwnJson(type, parseJson(textOf(input), options.duplicate), options)
}
