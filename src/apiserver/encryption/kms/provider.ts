import { createHash } from 'node:crypto'
import { createLru } from '../../../base/lru.ts'
import { decodeProtobuf, encodeProtobuf } from '../../../schema/codec/protobuf.ts'
import { aesgcm } from '../ciphers/aesgcm.ts'
import type { Cipher } from '../ciphers/cipher.ts'
import { seeded } from '../ciphers/seeded.ts'
import type { Opened, Provider } from '../provider.ts'
import { EncryptedObject, sourceType } from './messages.ts'
import { type KeyService, problemOf } from './service.ts'

/** Opened secrets that are kept: one for each key of the service and each start of a server. */
const kept = 10_000

const proto3 = { proto3: true }

/** Names a sealed secret with all that it was sealed with. */
function nameOf({ encryptedDekSourceType, encryptedDekSource, keyId, annotations }: EncryptedObject): string {
  const hash = createHash('sha256')
  const add = (part: string | Uint8Array) => hash.update(`${part.length}:`).update(part)
  add(String(encryptedDekSourceType))
  add(encryptedDekSource)
  add(Buffer.from(keyId))
  for (const name of Object.keys(annotations).sort()) {
    add(Buffer.from(name))
    add(annotations[name] ?? '')
  }
  return hash.digest('base64')
}

/**
 * Envelopes (`KMS v2`): values are sealed with a seed that the key service sealed; its sealed form stands in each value.
 * The service is asked once for each seed, when a value sealed with it is first opened.
 */
export function kmsProvider(service: KeyService): Provider {
  const prefix = `k8s:enc:kms:v2:${service.name}:`
  const start = Buffer.from(prefix)
  const opened = createLru<string, Cipher | Promise<Cipher>>({ capacity: kept })
  const formOf = (keyId: string | undefined, type: number) => `${prefix}${type}:${keyId ?? ''}`

  const fetch = async (name: string, object: EncryptedObject): Promise<Cipher> => {
    try {
      const secret = await service.decrypt(object)
      const cipher = object.encryptedDekSourceType === sourceType.seed ? seeded(secret) : aesgcm(secret)
      opened.set(name, cipher)
      return cipher
    } catch (cause) {
      opened.delete(name)
      throw new Error(`failed to decrypt DEK, error: ${(cause as Error).message}`, { cause })
    }
  }
  return {
    prefix,
    form: () => formOf(service.keyId, sourceType.seed),
    seal(value, place) {
      const { cipher, envelope } = service.seed()
      const object: EncryptedObject = { ...envelope, encryptedData: cipher.seal(value, place) }
      // What this server seals it can open without asking.
      opened.set(nameOf(object), cipher)
      return Buffer.concat([start, encodeProtobuf(EncryptedObject, object, proto3)])
    },
    open(sealed, place) {
      const object = decodeProtobuf(EncryptedObject, sealed.subarray(start.length))
      const problem = problemOf(object)
      if (problem) throw new Error(`the sealed value is not valid: ${problem}`)
      const form = formOf(object.keyId, object.encryptedDekSourceType)
      const name = nameOf(object)
      const read = (cipher: Cipher): Opened => ({ value: cipher.open(object.encryptedData, place), form })
      let cipher = opened.get(name)
      if (!cipher) {
        cipher = fetch(name, object)
        opened.set(name, cipher)
      }
      return cipher instanceof Promise ? cipher.then(read) : read(cipher)
    },
  }
}
