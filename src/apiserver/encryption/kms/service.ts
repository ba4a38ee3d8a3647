import { randomBytes, randomUUID } from 'node:crypto'
import { type Clock, sleep } from '../../../base/clock.ts'
import type { Logger } from '../../../base/log.ts'
import { type Channel, createChannel } from '../../../net/grpc/channel.ts'
import type { Cipher } from '../ciphers/cipher.ts'
import { seeded } from '../ciphers/seeded.ts'
import { type EncryptedObject, methods, sourceType } from './messages.ts'

/** The present seed, and how it stands in values: sealed by the key service. */
export interface Seed {
  readonly cipher: Cipher
  readonly envelope: Pick<EncryptedObject, 'keyId' | 'encryptedDekSource' | 'annotations' | 'encryptedDekSourceType'>
}

/** A key service, asked now and then which key it has, and whether it is well. */
export interface KeyService {
  readonly name: string
  /** The seed to seal with. Throws while the service has not confirmed it for three minutes. */
  seed(): Seed
  /** The key that values should be sealed with; undefined while it is not known. */
  readonly keyId: string | undefined
  /** Opens a secret that some server sealed. */
  decrypt(from: Pick<EncryptedObject, 'keyId' | 'encryptedDekSource' | 'annotations'>): Promise<Uint8Array>
  /** What is wrong with the service; undefined while it is well. */
  readonly trouble: Error | undefined
}

export interface KeyServiceOptions {
  readonly name: string
  /** `unix:///run/kms.sock`. */
  readonly endpoint: string
  /** Milliseconds a call may take. */
  readonly timeout: number
}

/** Milliseconds. */
const askEvery = 60_000
const askAgain = 10_000
const confirmedFor = 180_000
const longestId = 1024
const longestSource = 1024
const longestAnnotations = 32 * 1024
const seedSize = 32

/** What is wrong with what stands beside a sealed value. */
export function problemOf({ keyId, encryptedDekSource, annotations }: Seed['envelope']): string | undefined {
  if (keyId === '') return 'keyID is empty'
  if (Buffer.byteLength(keyId) > longestId) return `keyID is longer than ${longestId} bytes`
  if (encryptedDekSource.length === 0) return 'encrypted DEK source is empty'
  if (encryptedDekSource.length > longestSource) return `encrypted DEK source is longer than ${longestSource} bytes`
  let size = 0
  for (const [name, value] of Object.entries(annotations)) {
    size += name.length + value.length
    if (!name.includes('.')) return `annotation ${JSON.stringify(name)} is no fully qualified domain name`
  }
  return size > longestAnnotations ? `annotations are longer than ${longestAnnotations} bytes` : undefined
}

/** Connects to a key service; resolves once it was asked for the first time, well or not. */
export async function openKeyService(
  { name, endpoint, timeout }: KeyServiceOptions,
  { clock, log, signal }: { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal },
): Promise<KeyService> {
  const channel: Channel = createChannel(endpoint)
  signal.addEventListener('abort', () => channel.close(), { once: true })
  let seed: Seed | undefined
  let keyId: string | undefined
  let until = 0
  let trouble: Error | undefined

  const renew = async (): Promise<Seed> => {
    const secret = randomBytes(seedSize)
    const answer = await channel.unary(methods.encrypt, { plaintext: secret, uid: randomUUID() }, { timeout, signal })
    const envelope = {
      keyId: answer.keyId,
      encryptedDekSource: answer.ciphertext.slice(),
      annotations: Object.fromEntries(Object.entries(answer.annotations).map(([key, value]) => [key, value.slice()])),
      encryptedDekSourceType: sourceType.seed,
    }
    const problem = problemOf(envelope)
    if (problem) throw new Error(`the answer of key service ${name} is not valid: ${problem}`)
    return { cipher: seeded(secret), envelope }
  }
  const ask = async (): Promise<void> => {
    try {
      const status = await channel.unary(methods.status, {}, { timeout, signal })
      if (status.healthz !== 'ok') throw new Error(`got unexpected healthz status: ${status.healthz}`)
      if (status.version !== 'v2' && status.version !== 'v2beta1')
        throw new Error(`expected KMSv2 API version v2, got ${status.version}`)
      if (status.keyId === '') throw new Error('the key service has no keyID')
      // A new key of the service: a new seed, sealed with it.
      if (seed?.envelope.keyId !== status.keyId) seed = await renew()
      keyId = seed.envelope.keyId
      until = clock.now() + confirmedFor
      if (trouble) log.info('the key service is well again', { keyService: name })
      trouble = undefined
    } catch (error) {
      if (signal.aborted) return
      trouble = error as Error
      log.warn('the key service is not well; it is asked again', { keyService: name, error })
    }
  }
  const keepAsking = async () => {
    while (await sleep(clock, trouble ? askAgain : askEvery, signal)) await ask()
  }
  await ask()
  void keepAsking()
  return {
    name,
    seed() {
      if (!seed)
        throw new Error(`key service ${name} has not given a key yet: ${trouble?.message ?? 'it is not known'}`)
      if (clock.now() > until) throw new Error(`key service ${name} has not confirmed its key: ${trouble?.message}`)
      return seed
    },
    get keyId() {
      return keyId
    },
    async decrypt({ keyId: id, encryptedDekSource, annotations }) {
      const request = { ciphertext: encryptedDekSource, uid: randomUUID(), keyId: id, annotations }
      return (await channel.unary(methods.decrypt, request, { timeout, signal })).plaintext.slice()
    },
    get trouble() {
      return trouble
    },
  }
}
