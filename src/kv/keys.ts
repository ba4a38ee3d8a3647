import { Buffer } from 'node:buffer'
import { maxKeyBytes } from './contract.ts'

/**
 * The key in a spelling that JavaScript's own comparison, which is fast, puts in the order of UTF-8 bytes: one
 * character per byte. Most keys are ASCII, and so they are their own.
 */
export function sortKey(key: string): string {
  return ascii.test(key) ? key : Buffer.from(key).toString('latin1')
}

const ascii = /^[\0-\x7f]*$/

/** Throws when the text cannot be a key. */
export function checkKey(key: string): void {
  if (key === '') throw new RangeError('a key cannot be empty')
  if (!key.isWellFormed()) throw new RangeError(`key ${JSON.stringify(key)} has half a surrogate pair`)
  if (key.length * 3 > maxKeyBytes && Buffer.byteLength(key) > maxKeyBytes) {
    throw new RangeError(`a key has at most ${maxKeyBytes} bytes, this one ${Buffer.byteLength(key)}`)
  }
}
