import { jsonKind } from '../../schema/scalars/basic.ts'
import type { Type } from '../../schema/types.ts'

/**
 * A list of strings that upstream gives a type of its own (Verbs, ExtraValue): an array in JSON, but in protobuf a
 * message with the strings under field number 1. Needed where a list stands as the value of a map.
 */
export const stringList: Type<string[]> = {
  form: 'scalar',
  scalar: {
    name: 'array',
    zero: [],
    wire: 'message',
    openapi: { type: 'array', items: { type: 'string', default: '' } },
    isZero: value => (value as readonly string[]).length === 0,
    parse(json) {
      if (!Array.isArray(json)) return { error: `expected array, got ${jsonKind(json)}` }
      const bad = json.find(item => typeof item !== 'string' && item !== null)
      if (bad !== undefined) return { error: `expected array of strings, got ${jsonKind(bad)} in it` }
      return { value: json.map(item => item ?? '') }
    },
    toWire: value => encode(value as readonly string[]),
    fromWire: wire => decode(wire as Uint8Array),
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  },
}

const tag = 0x0a

function encode(strings: readonly string[]): Uint8Array {
  const out: number[] = []
  for (const text of strings) {
    const bytes = new TextEncoder().encode(text)
    out.push(tag)
    let length = bytes.length
    for (; length > 0x7f; length >>>= 7) out.push((length & 0x7f) | 0x80)
    out.push(length)
    for (const byte of bytes) out.push(byte)
  }
  return Uint8Array.from(out)
}

function decode(bytes: Uint8Array): string[] {
  const out: string[] = []
  let at = 0
  while (at < bytes.length) {
    if (bytes[at] !== tag) throw new Error(`a list of strings holds field tag ${bytes[at]}, only ${tag} is known`)
    at++
    let length = 0
    let shift = 0
    let byte: number
    do {
      byte = bytes[at++] ?? 0
      length += (byte & 0x7f) * 2 ** shift
      shift += 7
    } while (byte > 0x7f && shift < 35)
    if (at + length > bytes.length) throw new Error('a list of strings ends in the middle of a string')
    out.push(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(at, at + length)))
    at += length
  }
  return out
}
