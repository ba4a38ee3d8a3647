import { parseGroupResource } from './configuration.ts'
import type { Place } from './places.ts'
import { beginsWith, identity, type Opened, type Provider } from './provider.ts'

/** What seals and opens the values of each kind. */
export interface Transformers {
  seal(place: Place, value: Uint8Array, key: string): Uint8Array
  /** Throws or rejects with an error that names the key. */
  open(place: Place, value: Uint8Array, key: string): Opened | Promise<Opened>
  /** Whether a value that was sealed in this form would be sealed in another now. */
  isStale(place: Place, form: string): boolean
}

/** For some kinds: the first provider seals, all open. */
export interface EncryptionRule {
  /** `secrets`, `deployments.apps`, `*.apps`, `*.`, `*.*`. */
  readonly resources: readonly string[]
  readonly providers: readonly Provider[]
}

const plain: readonly Provider[] = [identity]

/** Rules for the same kind add up in their order; one that names the kind stands before one for its group, and that before one for all. */
export function createTransformers(rules: readonly EncryptionRule[]): Transformers {
  const byName = new Map<string, Provider[]>()
  for (const { resources, providers } of rules) {
    for (const text of resources) {
      const { resource, group } = parseGroupResource(text)
      const masked = [`*.${group}`, '*.*'].find(wide => wide !== `${resource}.${group}` && byName.has(wide))
      if (masked)
        throw new Error(`resource ${JSON.stringify(text)} is masked by earlier rule ${JSON.stringify(masked)}`)
      const name = `${resource}.${group}`
      byName.set(name, [...(byName.get(name) ?? []), ...providers])
    }
  }
  const providersOf = ({ resource, group }: Place): readonly Provider[] =>
    byName.get(`${resource}.${group}`) ?? byName.get(`*.${group}`) ?? byName.get('*.*') ?? plain
  const starts = new Map<Provider, Uint8Array>()
  const startOf = (provider: Provider) => {
    const start = starts.get(provider) ?? Buffer.from(provider.prefix)
    starts.set(provider, start)
    return start
  }
  const failed = (key: string, cause: unknown) =>
    new Error(`the value under ${key} cannot be decrypted: ${(cause as Error).message}`, { cause })

  return {
    seal: (place, value, key) => (providersOf(place)[0] as Provider).seal(value, key),
    open(place, value, key) {
      let failure: unknown = new Error('no matching prefix found')
      for (const provider of providersOf(place)) {
        if (!beginsWith(value, startOf(provider))) continue
        try {
          const opened = provider.open(value, key)
          if (!(opened instanceof Promise)) return opened
          return opened.catch(cause => {
            throw failed(key, cause)
          })
        } catch (error) {
          failure = error
        }
      }
      throw failed(key, failure)
    },
    isStale: (place, form) => (providersOf(place)[0] as Provider).form() !== form,
  }
}
