import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type StoreCodec, upstreamCodec } from '../apiserver/store/codec.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Store } from '../kv/contract.ts'
import { openEtcdStore } from '../kv/etcd/store.ts'
import { openFileStore } from '../kv/file/store.ts'
import { openMemoryStore } from '../kv/memory/store.ts'

/** Where a server keeps objects. */
export interface StorageOptions {
  readonly store: 'memory' | 'file' | 'etcd'
  readonly etcd?: EtcdFlags
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
}

const registry = '/registry'

/** Opens the store. Rejects when it cannot be had, saying what to do. */
export async function openStorage(
  { store, etcd }: StorageOptions,
  dataDir: string,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<Storage> {
  if (store === 'memory') return { store: openMemoryStore({ clock }) }
  if (store === 'file') return { store: await openFileStore({ path: join(dataDir, 'store'), clock, log }) }
  if (!etcd || etcd.servers.length === 0)
    throw new Error('--store etcd needs --etcd-servers: the addresses of the members of an etcd cluster')
  if ((etcd.certFile === undefined) !== (etcd.keyFile === undefined))
    throw new Error('--etcd-certfile and --etcd-keyfile go together: give both or none')
  const pem = async (file: string | undefined) => (file === undefined ? undefined : await readFile(file, 'utf8'))
  const [ca, cert, key] = await Promise.all([pem(etcd.caFile), pem(etcd.certFile), pem(etcd.keyFile)])
  const prefix = `/${(etcd.prefix ?? registry).replaceAll(/^\/+|\/+$/g, '')}`
  return {
    store: await openEtcdStore(
      { endpoints: etcd.servers, tls: { ca, cert, key }, names: { from: registry, to: prefix } },
      { clock, log },
    ),
    codec: upstreamCodec,
  }
}
