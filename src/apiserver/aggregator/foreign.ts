import { isAvailable } from '../../api/apiregistration/available.ts'
import { type APIService, apiServices } from '../../api/index.ts'
import { backoffDelay } from '../../base/backoff.ts'
import type { Clock } from '../../base/clock.ts'
import type { Controller, Watch } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Schema } from '../../schema/derive/openapi.ts'
import type { Catalog, ForeignVersion } from '../catalog.ts'
import type { ObjectReader } from '../contract.ts'
import type { ServedResource } from '../discovery/served.ts'
import { definitionsIn, type ForeignDocument, foreignDocument } from './openapi.ts'
import { documentPath } from './probe.ts'
import type { ForeignServer, ForeignServers } from './servers.ts'
import { askAll, askVersion, type Told } from './told.ts'

export interface ForeignDeps {
  readonly objects: ObjectReader
  readonly servers: ForeignServers
  readonly catalog: Catalog
  readonly clock: Clock
  /** Tells of changes of APIServices. */
  readonly changes: Watch
}

/** Milliseconds after which a server is asked again what it serves: nothing tells when that changes. */
const period = 60_000
const retry = { baseMilliseconds: 500, capMilliseconds: period }

/** What is kept of one server, which may answer several versions. */
interface Kept {
  told?: Told | undefined
  asking?: Promise<Told | undefined> | undefined
  readonly definitions: ForeignDocument<Readonly<Record<string, Schema>>>
}

/** Keeps the catalog up to what other servers serve. */
export function foreignController({ objects, servers, catalog, clock, changes }: ForeignDeps): Controller {
  const kept = new Map<ForeignServer, Kept>()
  const documents = new Map<string, { readonly server: ForeignServer; readonly v3: ForeignDocument<string> }>()
  const shown = new Map<string, ForeignVersion>()
  const failures = new Map<string, number>()

  const keptOf = (server: ForeignServer): Kept => {
    const known = kept.get(server)
    if (known) return known
    const made: Kept = { definitions: foreignDocument(server, '/openapi/v2', clock, definitionsIn) }
    kept.set(server, made)
    return made
  }
  const v3Of = (name: string, server: ForeignServer, path: string): ForeignDocument<string> => {
    const known = documents.get(name)
    if (known?.server === server) return known.v3
    const v3 = foreignDocument(server, `/openapi/v3${path}`, clock, text => text)
    documents.set(name, { server, v3 })
    return v3
  }
  const ask = async (server: ForeignServer, service: APIService): Promise<readonly ServedResource[]> => {
    if (!isAvailable(service)) throw new Error('service unavailable')
    const one = keptOf(server)
    one.asking ??= askAll(server, one.told).finally(() => (one.asking = undefined))
    one.told = await one.asking
    if (!one.told) return askVersion(server, documentPath(service))
    return one.told.versions.get(`${service.spec.group}/${service.spec.version}`) ?? []
  }
  const show = (name: string, next: ForeignVersion | undefined) => {
    const before = shown.get(name)
    if (before && next && equal(plain(before), plain(next))) return
    if (next) shown.set(name, next)
    else shown.delete(name)
    catalog.setForeign(name, next)
  }
  const forget = (name: string) => {
    documents.delete(name)
    failures.delete(name)
    show(name, undefined)
    const used = new Set([...documents.values()].map(({ server }) => server))
    for (const server of kept.keys()) if (!used.has(server)) kept.delete(server)
  }
  return {
    name: 'discovery-manager',
    workers: 2,
    watches: [changes],
    async reconcile(name) {
      const service = objects.get(apiServices, undefined, name)
      const server = service && servers.of(service)
      if (!service || !server) {
        if (shown.has(name)) forget(name)
        return undefined
      }
      const { group = '', version = '', groupPriorityMinimum, versionPriority } = service.spec
      const v3 = v3Of(name, server, documentPath(service))
      const known = {
        ...{ group, version, groupPriority: groupPriorityMinimum, versionPriority },
        openapi: v3.get,
        definitions: keptOf(server).definitions.get,
      }
      try {
        const resources = await ask(server, service)
        failures.delete(name)
        show(name, { ...known, resources, freshness: 'Current' })
        return { again: period }
      } catch {
        show(name, { ...known, resources: shown.get(name)?.resources ?? [], freshness: 'Stale' })
        // What is not available is told of when it is again.
        if (!isAvailable(service)) return undefined
        const before = failures.get(name) ?? 0
        failures.set(name, before + 1)
        return { again: backoffDelay(retry, before) }
      }
    },
  }
}

const plain = ({ openapi: _, definitions: __, ...rest }: ForeignVersion) => rest
