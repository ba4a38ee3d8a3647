import { Buffer } from 'node:buffer'
import { maxKeyBytes } from './contract.ts'

/** Orders keys by their UTF-8 bytes, which is the order of code points. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    // Halves of surrogate pairs stand for code points above all single ones, though their numbers are lower.
    if (x >= 0xd800 && y >= 0xd800) return rank(x) - rank(y)
    return x - y
  }
  return a.length - b.length
}

const rank = (unit: number) => (unit < 0xe000 ? unit + 0x2000 : unit - 0x800)

/** Throws when the text cannot be a key. */
export function checkKey(key: string): void {
  if (key === '') throw new RangeError('a key cannot be empty')
  if (!key.isWellFormed()) throw new RangeError(`key ${JSON.stringify(key)} has half a surrogate pair`)
  if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) {
    throw new RangeError(`a key has at most ${maxKeyBytes} bytes, this one ${Buffer.byteLength(key)}`)
  }
}
