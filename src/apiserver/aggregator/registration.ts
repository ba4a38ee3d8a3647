import { type APIService, apiServices } from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Client } from '../../client/client.ts'
import type { Controller, Watch } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { Draft } from '../../schema/types.ts'
import { type Catalog, derived, servedOf } from '../catalog.ts'
import type { ObjectReader } from '../contract.ts'
import { customPriority, type Priority, priorityOf } from '../discovery/priorities.ts'

/** Who keeps an APIService: `onstart`, whoever starts a server; `true`, this controller at all times. */
export const managedLabel = 'kube-aggregator.kubernetes.io/automanaged'
const onStart = 'onstart'
const always = 'true'

export interface RegistrationDeps {
  readonly client: Client
  readonly objects: ObjectReader
  readonly catalog: Catalog
  /** Tells of changes of APIServices. */
  readonly changes: Watch
  /** Called when an APIService is as it should be, or nobody's business. */
  settled?(name: string): void
}

export const serviceName = (group: string, version: string) => `${version}.${group}`

/**
 * Keeps an APIService for each version of this server's own: those of built-in kinds are made and corrected once after
 * the start, those of custom resources follow the catalog. Upstream's `checkAPIService`.
 */
export function registrationController(deps: RegistrationDeps): Controller {
  const { client, objects, catalog, changes, settled: told } = deps
  const requests = client.of(apiServices)
  const wanted = derived(catalog, () => wantedOf(catalog))
  const atStart = new Set<string>(objects.list(apiServices).map(({ metadata: { name = '' } }) => name))
  const settled = new Set<string>()

  const settle = async (name: string) => {
    const desired = wanted().get(name)
    const current = objects.get(apiServices, undefined, name)
    const once = settled.has(name)
    if (desired && managed(desired) === onStart && once) return
    if (!current) {
      if (desired) await requests.create(desired)
      return
    }
    const how = managed(current)
    if (how === undefined || (how === onStart && (!atStart.has(name) || once))) return
    if (!desired) {
      const { uid } = current.metadata
      await requests.delete(name, uid ? { preconditions: { uid } } : {})
    } else if (!equal(current.spec, desired.spec)) await requests.update({ ...current, spec: desired.spec })
  }
  return {
    name: 'autoregister',
    workers: 5,
    watches: [
      changes,
      {
        informer: { whenSynced: () => Promise.resolve() },
        begin(queue) {
          for (const name of wanted().keys()) queue.add(name)
          return catalog.onChange(({ added, removed }) => {
            for (const resource of [...added, ...removed]) queue.add(serviceName(resource.group, resource.version))
          })
        },
      },
    ],
    async reconcile(name) {
      try {
        await settle(name)
      } catch (error) {
        // Somebody else was faster: his change brings it back.
        if (!is(error, 'AlreadyExists') && !is(error, 'NotFound') && !is(error, 'Conflict')) throw error
      }
      settled.add(name)
      told?.(name)
      return undefined
    },
  }
}

const managed = ({ metadata }: Draft<APIService>): string | undefined => {
  const how = metadata?.labels?.[managedLabel]
  return how === onStart || how === always ? how : undefined
}

/** Names of the APIServices of built-in versions. */
export const managedNames = (catalog: Catalog): string[] =>
  [...wantedOf(catalog)].filter(([, service]) => managed(service) === onStart).map(([name]) => name)

/** By name: those of built-in versions go before those of custom resources. */
function wantedOf({ resources }: Catalog): ReadonlyMap<string, Draft<APIService>> {
  const all = new Map<string, Draft<APIService>>()
  for (const resource of resources) {
    for (const [, { apiVersion }] of servedOf(resource)) {
      const [version = '', group = ''] = apiVersion.split('/').reverse()
      const name = serviceName(group, version)
      const priority = resource.custom ? customPriority : priorityOf(group, version)
      if (priority && !all.has(name))
        all.set(name, serviceOf(group, version, priority, resource.custom ? always : onStart))
    }
  }
  return all
}

const serviceOf = (group: string, version: string, priority: Priority, how: string): Draft<APIService> => ({
  metadata: { name: serviceName(group, version), labels: { [managedLabel]: how } },
  spec: {
    ...(group ? { group } : {}),
    version,
    groupPriorityMinimum: priority.group,
    versionPriority: priority.version,
  },
  status: {},
})
