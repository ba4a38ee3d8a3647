import { endpoints } from '../../api/core/endpoints.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { services } from '../../api/core/service.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { ControllerContext } from '../controller.ts'
import { namespaceIsGoing } from '../kit/pods.ts'
import { isHeadless, podsOf, selecting, servingKey } from '../kit/serving.ts'
import { subsetsOf } from './plan.ts'

const managedByLabel = 'endpoints.kubernetes.io/managed-by'
const headlessLabel = 'service.kubernetes.io/headless'
const overCapacity = 'endpoints.kubernetes.io/over-capacity'

/** The older form of EndpointSlices: one Endpoints object a service. `k8s.io/kubernetes/pkg/controller/endpoint`. */
export function endpointsController({ client, informers }: ControllerContext): Controller {
  const serviceInformer = informers.of(services)
  const podInformer = informers.of(pods)
  const informer = informers.of(endpoints)

  const without = (all: Readonly<Record<string, string>> | undefined, ...names: string[]) =>
    Object.fromEntries(Object.entries(all ?? {}).filter(([name]) => !names.includes(name)))

  const remove = async (key: string) => {
    const existing = informer.cache.get(key)
    // What a user made for a service without selector is the user's.
    if (!existing?.metadata.labels?.[managedByLabel]) return
    try {
      await client.of(endpoints).delete(existing.metadata.name ?? '', { namespace: existing.metadata.namespace ?? '' })
    } catch (error) {
      if (!is(error, 'NotFound')) throw error
    }
  }

  return {
    name: 'endpoints',
    workers: 5,
    watches: [
      watching(serviceInformer, ({ object }) => [keyOf(object)]),
      watching(informer, ({ object }) => [keyOf(object)]),
      watching(podInformer, ({ object, before }) => {
        if (before && servingKey(before) === servingKey(object)) return []
        return [...selecting(serviceInformer, object), ...(before ? selecting(serviceInformer, before) : [])].map(keyOf)
      }),
    ],
    async reconcile(key) {
      const service = serviceInformer.cache.get(key)
      if (!service) return remove(key).then(() => undefined)
      if (!service.spec.selector || service.spec.type === 'ExternalName') return undefined
      const existing = informer.cache.get(key)
      const { subsets, truncated } = subsetsOf(service, podsOf(service, podInformer))
      const labels = {
        ...without(service.metadata.labels, headlessLabel),
        [managedByLabel]: 'endpoint-controller',
        ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
      }
      const annotations = {
        ...without(existing?.metadata.annotations, overCapacity),
        ...(truncated ? { [overCapacity]: 'truncated' } : {}),
      }
      if (
        existing &&
        equal(existing.subsets ?? [], subsets) &&
        equal(existing.metadata.labels ?? {}, labels) &&
        equal(existing.metadata.annotations ?? {}, annotations)
      )
        return undefined
      const metadata = {
        ...existing?.metadata,
        name: service.metadata.name ?? '',
        namespace: service.metadata.namespace ?? '',
        labels,
        annotations,
      }
      try {
        if (existing) await client.of(endpoints).update({ ...existing, metadata, subsets })
        else await client.of(endpoints).create({ metadata, subsets })
      } catch (error) {
        if (namespaceIsGoing(error)) return undefined
        throw error
      }
      return undefined
    },
  }
}
