import type { X509Certificate } from 'node:crypto'
import { configMaps } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../client/client.ts'
import type { Controller } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import { parsePem } from '../authn/index.ts'
import type { Objects } from '../store/objects.ts'
import { changesOf } from './changes.ts'

/** Whom other servers can believe, as this one does. */
export interface Trust {
  /** Authorities of clients, PEM. Asked for again at each change. */
  clientCa(): string
  readonly requestHeader: {
    /** Authorities of front proxies, PEM. */
    ca(): string
    /** Common names that the certificates of front proxies may have. */
    readonly names: readonly string[]
    readonly userHeaders: readonly string[]
    readonly uidHeaders: readonly string[]
    readonly groupHeaders: readonly string[]
    readonly extraPrefixes: readonly string[]
  }
  /** Calls back when authorities have changed. */
  onChange?(listener: () => void): void
}

export interface TrustDeps {
  readonly client: Client
  readonly objects: Objects
  readonly clock: Clock
  readonly trust: Trust
}

const namespace = 'kube-system'
const name = 'extension-apiserver-authentication'
/** Milliseconds after which it is tried again. */
const patience = 200

/** Keeps the ConfigMap that other servers read at their start. What other API servers wrote there stays (`clusterauthenticationtrust`). */
export async function trustController({ client, objects, clock, trust }: TrustDeps): Promise<Controller> {
  const requests = client.of(configMaps)
  return {
    name: 'cluster_authentication_trust_controller',
    workers: 1,
    watches: [
      await changesOf(objects, configMaps, () => [name], { namespace, name }),
      {
        informer: { whenSynced: () => Promise.resolve() },
        begin(queue) {
          queue.add(name)
          trust.onChange?.(() => queue.add(name))
          return () => {}
        },
      },
    ],
    async reconcile() {
      const found = objects.reader.get(configMaps, namespace, name)
      const data = trustData(trust, found?.data ?? {}, clock.now())
      if (found && equal(found.data, data)) return undefined
      try {
        if (found) await requests.update({ ...found, data })
        else await requests.create({ metadata: { name, namespace }, data })
      } catch (error) {
        // The namespace is still being made.
        if (is(error, 'NotFound')) return { again: patience }
        // Another server was faster: its change brings this back.
        if (!is(error, 'AlreadyExists')) throw error
      }
      return undefined
    },
  }
}

/** What the ConfigMap says, together with what it said before. Throws an Error for what can't be read. */
export function trustData(trust: Trust, before: Readonly<Record<string, string>>, now: number): Record<string, string> {
  const { requestHeader } = trust
  const pem = (key: string, own: string) => joined([before[key] ?? '', own], now)
  const texts = (key: string, own: readonly string[]) =>
    JSON.stringify([...new Set([...(JSON.parse(before[key] || '[]') as string[]), ...own])])
  const clientCa = pem('client-ca-file', trust.clientCa())
  const proxyCa = pem('requestheader-client-ca-file', requestHeader.ca())
  return {
    ...(clientCa ? { 'client-ca-file': clientCa } : {}),
    ...(proxyCa
      ? {
          'requestheader-allowed-names': texts('requestheader-allowed-names', requestHeader.names),
          'requestheader-client-ca-file': proxyCa,
          'requestheader-extra-headers-prefix': texts(
            'requestheader-extra-headers-prefix',
            requestHeader.extraPrefixes,
          ),
          'requestheader-group-headers': texts('requestheader-group-headers', requestHeader.groupHeaders),
          'requestheader-uid-headers': texts('requestheader-uid-headers', requestHeader.uidHeaders),
          'requestheader-username-headers': texts('requestheader-username-headers', requestHeader.userHeaders),
        }
      : {}),
  }
}

/** The certificates of all texts that are still good, each once. */
function joined(texts: readonly string[], now: number): string {
  const all = new Map<string, X509Certificate>()
  for (const certificate of texts.flatMap(parsePem))
    if (certificate.validToDate.getTime() > now) all.set(certificate.fingerprint256, certificate)
  return [...all.values()].map(String).join('')
}
