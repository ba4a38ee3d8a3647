import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Cipher, tooShort } from './cipher.ts'

const block = 16

/** AES-CBC with PKCS#7 padding, a random vector before the sealed value; nothing authenticates it. Keys of 16, 24 or 32 bytes. */
export function aescbc(key: Uint8Array): Cipher {
  const name = `aes-${key.length * 8}-cbc`
  return {
    seal(value) {
      const vector = randomBytes(block)
      const cipher = createCipheriv(name, key, vector)
      return Buffer.concat([vector, cipher.update(value), cipher.final()])
    },
    open(sealed) {
      if (sealed.length < 2 * block) throw tooShort()
      if (sealed.length % block !== 0) throw new Error('the stored data is not a multiple of the block size')
      const cipher = createDecipheriv(name, key, sealed.subarray(0, block))
      return Buffer.concat([cipher.update(sealed.subarray(block)), cipher.final()])
    },
  }
}
