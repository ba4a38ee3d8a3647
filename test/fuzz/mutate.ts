import { integerBelow, type Random } from '../../src/base/random.ts'

const most = 64 * 1024
/** Bytes that mean something to one of the readers. */
const telling = [
  0, 1, 0x22, 0x24, 0x27, 0x2c, 0x2d, 0x2f, 0x30, 0x39, 0x3a, 0x5b, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xff,
]
const words = [
  'null',
  'true',
  '1e999',
  '-0',
  '9223372036854775808',
  '"\\ud800"',
  '$patch',
  '~0~1',
  '!in',
  '[[[[',
  '{"a":',
]

type Change = (input: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

const spliced = (input: Uint8Array, at: number, gone: number, added: Uint8Array): Uint8Array => {
  const result = new Uint8Array(Math.min(most, input.length - gone + added.length))
  const head = input.subarray(0, at)
  result.set(head.subarray(0, result.length))
  result.set(added.subarray(0, Math.max(0, result.length - at)), Math.min(at, result.length))
  const after = at + added.length
  if (after < result.length) result.set(input.subarray(at + gone).subarray(0, result.length - after), after)
  return result
}
const place = (input: Uint8Array, random: Random) => integerBelow(random, input.length + 1)
const part = (input: Uint8Array, random: Random): Uint8Array => {
  const from = place(input, random)
  return input.subarray(from, from + integerBelow(random, Math.min(256, input.length - from + 1)))
}
const changes: readonly Change[] = [
  // One bit.
  (input, random) => {
    const copy = input.slice()
    const at = integerBelow(random, Math.max(1, copy.length))
    if (at < copy.length) copy[at] = (copy[at] as number) ^ (1 << integerBelow(random, 8))
    return copy
  },
  // A byte that tells something.
  (input, random) => {
    const byte = telling[integerBelow(random, telling.length)] as number
    const at = place(input, random)
    return spliced(input, at, random() < 0.5 && at < input.length ? 1 : 0, Uint8Array.of(byte))
  },
  (input, random) =>
    spliced(input, place(input, random), 0, Buffer.from(words[integerBelow(random, words.length)] ?? '')),
  // A part away, twice, many times, or from another input.
  (input, random) => {
    const at = place(input, random)
    return spliced(input, at, integerBelow(random, Math.min(64, input.length - at + 1)), new Uint8Array(0))
  },
  (input, random) => spliced(input, place(input, random), 0, part(input, random)),
  (input, random) => {
    const piece = part(input, random)
    const times = 1 + integerBelow(random, 2000)
    return spliced(input, place(input, random), 0, Buffer.concat(Array(times).fill(piece)).subarray(0, most))
  },
  (input, random, other) => spliced(input, place(input, random), 0, part(other, random)),
  (input, random) => input.subarray(0, place(input, random)),
]

/** A damaged copy of an input: one to eight changes, at most 64 KiB. `other`: another input to take parts from. */
export function mutate(input: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  let result = input
  for (let left = 1 + integerBelow(random, 8); left > 0; left--) {
    result = (changes[integerBelow(random, changes.length)] as Change)(result, random, other)
  }
  return result
}
