import { createHmac, randomBytes } from 'node:crypto'
import { aesgcm } from './aesgcm.ts'
import { type Cipher, tooShort } from './cipher.ts'

const infoSize = 32

/**
 * AES-GCM with a key of its own for each value, made from a seed and 32 random bytes that stand before the sealed value
 * (one step of HKDF-expand with SHA-256): so a seed may be used any number of times.
 */
export function seeded(seed: Uint8Array): Cipher {
  if (seed.length < infoSize) throw new Error(`invalid seed length ${seed.length} used for key generation`)
  const cipherOf = (info: Uint8Array) =>
    aesgcm(createHmac('sha256', seed).update(info).update(Uint8Array.of(1)).digest())
  return {
    seal(value, place) {
      const info = randomBytes(infoSize)
      return Buffer.concat([info, cipherOf(info).seal(value, place)])
    },
    open(sealed, place) {
      if (sealed.length < infoSize) throw tooShort()
      return cipherOf(sealed.subarray(0, infoSize)).open(sealed.subarray(infoSize), place)
    },
  }
}
