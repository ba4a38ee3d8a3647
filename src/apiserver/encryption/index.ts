import type { Resource } from '../../api/resource.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { linkedSignal } from '../../base/signals.ts'
import type { Store } from '../../kv/contract.ts'
import { aescbc } from './ciphers/aescbc.ts'
import { aesgcm } from './ciphers/aesgcm.ts'
import { secretbox } from './ciphers/secretbox.ts'
import {
  type EncryptionConfiguration,
  type ProviderConfiguration,
  readEncryptionConfiguration,
  timeoutOf,
} from './configuration.ts'
import { kmsProvider } from './kms/provider.ts'
import { type KeyService, openKeyService } from './kms/service.ts'
import { createPlaces } from './places.ts'
import { identity, keyed, type Provider } from './provider.ts'
import { encryptedStore } from './store.ts'
import { createTransformers, type EncryptionRule, type Transformers } from './transformers.ts'

export interface EncryptionOptions {
  /** The text of the configuration; rejects when it cannot be read. */
  read(): Promise<string>
  /** Whether the configuration is read again while the server runs. */
  readonly reload: boolean
  /** The kinds that there are: which of them stands under a key. */
  readonly resources: readonly Resource[]
  /** A key of the store as it stands in the one below; the same when absent. */
  readonly nameOf?: (key: string) => string
}

export interface EncryptionDeps {
  readonly clock: Clock
  readonly log: Logger
  /** Ends the looking for changes and the connections to key services. */
  readonly signal: AbortSignal
}

/** Values sealed where they are stored. */
export interface Encryption {
  readonly store: Store
  /** What is wrong with key services; undefined while all are well. */
  readonly trouble: Error | undefined
}

/** How often the configuration is looked at. Milliseconds. */
const lookEvery = 10_000

interface Active {
  readonly text: string
  readonly transformers: Transformers
  readonly services: readonly KeyService[]
  end(): void
}

const ciphers = { aesgcm, aescbc, secretbox } as const

async function providerOf(
  given: ProviderConfiguration,
  deps: EncryptionDeps,
  services: KeyService[],
): Promise<Provider> {
  if (given.kms) {
    const { name, endpoint } = given.kms
    const service = await openKeyService({ name, endpoint, timeout: timeoutOf(given.kms) }, deps)
    services.push(service)
    return kmsProvider(service)
  }
  for (const kind of ['aesgcm', 'aescbc', 'secretbox'] as const) {
    const keys = given[kind]?.keys
    if (!keys) continue
    return keyed(
      `k8s:enc:${kind}:v1:`,
      keys.map(({ name, secret }) => ({ name, cipher: ciphers[kind](Buffer.from(secret, 'base64')) })),
    )
  }
  return identity
}

async function activate(text: string, deps: EncryptionDeps): Promise<Active> {
  const configuration: EncryptionConfiguration = readEncryptionConfiguration(text)
  const life = linkedSignal(deps.signal)
  const services: KeyService[] = []
  try {
    const rules: EncryptionRule[] = []
    for (const { resources, providers } of configuration.resources) {
      const made: Provider[] = []
      for (const given of providers) made.push(await providerOf(given, { ...deps, signal: life.signal }, services))
      rules.push({ resources, providers: made })
    }
    return { text, transformers: createTransformers(rules), services, end: life.abort }
  } catch (error) {
    life.abort()
    throw error
  }
}

/**
 * Seals the values of a store as an EncryptionConfiguration says, in upstream's formats. What is stored in another form
 * than it would be now is still read, as long as its provider is listed, and sealed anew when it is next written, even
 * by a write that changes nothing. Rejects when the configuration cannot be used.
 */
export async function encryptStore(
  below: Store,
  options: EncryptionOptions,
  deps: EncryptionDeps,
): Promise<Encryption> {
  const { clock, log, signal } = deps
  let active = await activate(await options.read(), deps)
  // Without a key that was confirmed once, nothing could be read or written.
  const lame = active.services.find(service => service.keyId === undefined)
  if (lame) {
    active.end()
    throw new Error(`key service ${lame.name} cannot be used: ${lame.trouble?.message}`)
  }

  const look = async () => {
    const text = await options.read()
    if (text === active.text) return
    const next = await activate(text, deps)
    const ailing = next.services.find(service => service.trouble)
    if (ailing) {
      next.end()
      throw new Error(`key service ${ailing.name} cannot be used: ${ailing.trouble?.message}`)
    }
    const before = active
    active = next
    log.info('the encryption configuration was read anew')
    before.end()
  }
  const keepLooking = async () => {
    while (await sleep(clock, lookEvery, signal)) {
      try {
        await look()
      } catch (error) {
        log.error('the new encryption configuration cannot be used; the old one stays in force', { error })
      }
    }
  }
  if (options.reload) void keepLooking()

  const placeOf = createPlaces(options.resources)
  return {
    store: encryptedStore(below, {
      placeOf,
      nameOf: options.nameOf ?? (key => key),
      current: () => active.transformers,
      // A configuration read later may bring a key service.
      waits: options.reload || active.services.length > 0,
    }),
    get trouble() {
      return active.services.find(service => service.trouble)?.trouble
    },
  }
}
