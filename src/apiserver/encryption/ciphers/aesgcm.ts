import { type CipherGCMTypes, createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { type Cipher, tooShort } from './cipher.ts'

const nonceSize = 12
const tagSize = 16

/** AES-GCM with a random nonce before the sealed value; the place is authenticated. Keys of 16, 24 or 32 bytes. */
export function aesgcm(key: Uint8Array): Cipher {
  const name = `aes-${key.length * 8}-gcm` as CipherGCMTypes
  return {
    seal(value, place) {
      const nonce = randomBytes(nonceSize)
      const cipher = createCipheriv(name, key, nonce)
      cipher.setAAD(Buffer.from(place))
      return Buffer.concat([nonce, cipher.update(value), cipher.final(), cipher.getAuthTag()])
    },
    open(sealed, place) {
      if (sealed.length < nonceSize + tagSize) throw tooShort()
      const end = sealed.length - tagSize
      const cipher = createDecipheriv(name, key, sealed.subarray(0, nonceSize), { authTagLength: tagSize })
      cipher.setAAD(Buffer.from(place))
      cipher.setAuthTag(sealed.subarray(end))
      return Buffer.concat([cipher.update(sealed.subarray(nonceSize, end)), cipher.final()])
    },
  }
}
