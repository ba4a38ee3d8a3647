import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Resource, resources } from '../api/index.ts'
import { encryptStore } from '../apiserver/encryption/index.ts'
import type { HealthCheck } from '../apiserver/health.ts'
import { type StoreCodec, upstreamCodec } from '../apiserver/store/codec.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Store } from '../kv/contract.ts'
import { openEtcdStore } from '../kv/etcd/store.ts'
import { openFileStore } from '../kv/file/store.ts'
import { openMemoryStore } from '../kv/memory/store.ts'
import type { Options } from './flags.ts'

/** Where a server keeps objects, and how. */
export interface StorageOptions {
  readonly store: 'memory' | 'file' | 'etcd'
  readonly etcd?: EtcdFlags
  /** Without it values are stored as they are. */
  readonly encryption?: { readonly file: string; readonly reload: boolean }
}

/** The flags about etcd. Files are PEM. */
export interface EtcdFlags {
  readonly servers: readonly string[]
  readonly caFile?: string
  readonly certFile?: string
  readonly keyFile?: string
  /** `/registry` when absent. */
  readonly prefix?: string
}

export interface Storage {
  readonly store: Store
  /** How objects are written; as embedded stores have them when absent. */
  readonly codec?: StoreCodec
  /** What must be well beside the store itself. */
  readonly checks?: () => readonly HealthCheck[]
}

export interface StorageDeps {
  readonly clock: Clock
  readonly log: Logger
  /** Ends what goes on beside the store; the store itself is closed by `close`. */
  readonly signal: AbortSignal
}

const registry = '/registry'

/** What the flags say about where objects are kept. */
export function storageOf(options: Options<'server'>): StorageOptions {
  const { encryptionProviderConfig: file, encryptionProviderConfigAutomaticReload: reload } = options
  if (reload && !file)
    throw new Error('--encryption-provider-config-automatic-reload needs --encryption-provider-config')
  return {
    store: options.store,
    etcd: {
      servers: options.etcdServers ?? [],
      caFile: options.etcdCafile,
      certFile: options.etcdCertfile,
      keyFile: options.etcdKeyfile,
      prefix: options.etcdPrefix,
    },
    ...(file ? { encryption: { file, reload } } : {}),
  }
}

/** Opens the store. Rejects when it cannot be had, saying what to do. */
export async function openStorage(options: StorageOptions, dataDir: string, deps: StorageDeps): Promise<Storage> {
  const { store, ...others } = await openPlain(options, dataDir, deps)
  if (!options.encryption) return { store, ...others }
  const { file, reload } = options.encryption
  const prefix = options.store === 'etcd' ? prefixOf(options.etcd) : registry
  try {
    const encrypted = await encryptStore(
      store,
      {
        read: () => readFile(file, 'utf8'),
        reload,
        resources: resources as readonly Resource[],
        nameOf: key => prefix + key.slice(registry.length),
      },
      deps,
    )
    return {
      ...others,
      store: encrypted.store,
      checks: () => [{ name: 'kms-providers', ok: encrypted.trouble === undefined }],
    }
  } catch (cause) {
    await store.close()
    throw new Error(`--encryption-provider-config ${file}: ${(cause as Error).message}`, { cause })
  }
}

const prefixOf = (etcd: EtcdFlags | undefined) => `/${(etcd?.prefix ?? registry).replaceAll(/^\/+|\/+$/g, '')}`

async function openPlain({ store, etcd }: StorageOptions, dataDir: string, deps: StorageDeps): Promise<Storage> {
  const { clock, log } = deps
  if (store === 'memory') return { store: openMemoryStore({ clock }) }
  if (store === 'file') return { store: await openFileStore({ path: join(dataDir, 'store'), clock, log }) }
  if (!etcd || etcd.servers.length === 0)
    throw new Error('--store etcd needs --etcd-servers: the addresses of the members of an etcd cluster')
  if ((etcd.certFile === undefined) !== (etcd.keyFile === undefined))
    throw new Error('--etcd-certfile and --etcd-keyfile go together: give both or none')
  const pem = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file, 'utf8'))
  const [ca, cert, key] = await Promise.all([pem(etcd.caFile), pem(etcd.certFile), pem(etcd.keyFile)])
  return {
    store: await openEtcdStore(
      { endpoints: etcd.servers, tls: { ca, cert, key }, names: { from: registry, to: prefixOf(etcd) } },
      { clock, log },
    ),
    codec: upstreamCodec,
  }
}
