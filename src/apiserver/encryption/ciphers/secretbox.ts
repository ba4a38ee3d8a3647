import { randomBytes } from 'node:crypto'
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { type Cipher, tooShort } from './cipher.ts'

const nonceSize = 24
const tagSize = 16

/** XSalsa20 with Poly1305 (NaCl's secretbox), a random nonce before the sealed value. Keys of 32 bytes. */
export function secretbox(key: Uint8Array): Cipher {
  return {
    seal(value) {
      const nonce = randomBytes(nonceSize)
      return Buffer.concat([nonce, xsalsa20poly1305(key, nonce).encrypt(value)])
    },
    open(sealed) {
      if (sealed.length < nonceSize + tagSize) throw tooShort()
      return xsalsa20poly1305(key, sealed.subarray(0, nonceSize)).decrypt(sealed.subarray(nonceSize))
    },
  }
}
