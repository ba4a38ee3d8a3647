/** A source of chance: each call gives a number from 0 (inclusive) to 1 (exclusive), as `Math.random` does. */
export type Random = () => number

/** The machine's own randomness; good for names and jitter, never for secrets. */
export const systemRandom: Random = () => Math.random()

/** The same seed gives the same numbers (sfc32, seeded by splitmix32). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const mix = () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  let a = mix()
  let b = mix()
  let c = mix()
  let counter = 1
  return () => {
    const sum = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 0x1_0000_0000
  }
}

/** A whole number from 0 to `bound - 1`. */
export function integerBelow(random: Random, bound: number): number {
  return Math.floor(random() * bound)
}

/** The same items in another order; the given list stays as it is. */
export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items]
  for (let i = result.length - 1; i > 0; i--) {
    const j = integerBelow(random, i + 1)
    const taken = result[i] as T
    result[i] = result[j] as T
    result[j] = taken
  }
  return result
}

/** Letters and digits of generated names: no vowels and no lookalikes, so no name spells a word (`k8s.io/apimachinery/util/rand`). */
export const nameAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** The random end of a generated name: five characters, as in `nginx-x7k2p`. */
export function nameSuffix(random: Random, length = 5): string {
  let suffix = ''
  for (let i = 0; i < length; i++) suffix += nameAlphabet[integerBelow(random, nameAlphabet.length)]
  return suffix
}

/** Text such as a hash in decimal, respelt in the name alphabet, character by character (`rand.SafeEncodeString`). */
export function safeName(text: string): string {
  let encoded = ''
  for (const byte of new TextEncoder().encode(text)) encoded += nameAlphabet[byte % nameAlphabet.length]
  return encoded
}
