import { nodes } from '../../api/core/node/resource.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { services } from '../../api/core/service.ts'
import { endpointSlices } from '../../api/discovery/endpointSlice.ts'
import { endpointSliceManagedByLabel, serviceNameLabel } from '../../api/meta/labels.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext } from '../controller.ts'
import { createExpectations } from '../kit/expectations.ts'
import { podsOf, selecting, servingKey } from '../kit/serving.ts'
import { managedBy, plan } from './plan.ts'

/** Says in EndpointSlices which pods stand behind each service. `k8s.io/kubernetes/pkg/controller/endpointslice`. */
export function endpointSliceController({ client, informers, clock }: ControllerContext): Controller {
  const serviceInformer = informers.of(services)
  const podInformer = informers.of(pods)
  const nodeInformer = informers.of(nodes)
  const slices = informers.of(endpointSlices)
  const expectations = createExpectations(slices, clock)
  slices.cache.index('service', slice => [`${slice.metadata.namespace}/${slice.metadata.labels?.[serviceNameLabel]}`])

  return {
    name: 'endpointslice',
    workers: 5,
    watches: [
      watching(serviceInformer, ({ object }) => [keyOf(object)]),
      watching(slices, ({ object }) =>
        object.metadata.labels?.[endpointSliceManagedByLabel] === managedBy
          ? [`${object.metadata.namespace}/${object.metadata.labels[serviceNameLabel]}`]
          : [],
      ),
      watching(podInformer, ({ object, before }) => {
        if (before && servingKey(before) === servingKey(object)) return []
        return [...selecting(serviceInformer, object), ...(before ? selecting(serviceInformer, before) : [])].map(keyOf)
      }),
    ],
    async reconcile(key) {
      const service = serviceInformer.cache.get(key)
      // Slices of a service that is gone are the garbage collector's; without a selector they are the user's own.
      if (!service?.spec.selector || service.spec.type === 'ExternalName' || service.metadata.deletionTimestamp)
        return undefined
      if (!expectations.met(key)) return undefined
      const existing = slices.cache
        .by('service', key)
        .filter(
          slice =>
            slice.metadata.labels?.[endpointSliceManagedByLabel] === managedBy && !slice.metadata.deletionTimestamp,
        )
      const todo = plan(service, podsOf(service, podInformer), name => nodeInformer.cache.get(name), existing)
      const namespace = service.metadata.namespace ?? ''
      for (const draft of todo.create) expectations.created(key, await client.of(endpointSlices).create(draft))
      for (const slice of todo.update) await client.of(endpointSlices).update(slice)
      for (const slice of todo.delete) {
        try {
          await client.of(endpointSlices).delete(slice.metadata.name ?? '', { namespace })
          expectations.deleted(key, slice)
        } catch (error) {
          if (!is(error, 'NotFound')) throw error
        }
      }
      return undefined
    },
  }
}
