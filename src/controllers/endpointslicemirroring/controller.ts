import { endpoints } from '../../api/core/endpoints.ts'
import { services } from '../../api/core/service.ts'
import { endpointSlices } from '../../api/discovery/endpointSlice.ts'
import { endpointSliceManagedByLabel, serviceNameLabel } from '../../api/meta/labels.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { ControllerContext } from '../controller.ts'
import { createExpectations } from '../kit/expectations.ts'
import { isMirrored, managedBy, plan } from './plan.ts'

/** Says in EndpointSlices what people say in Endpoints about services without a selector. */
export function endpointSliceMirroringController({ client, informers, clock, events }: ControllerContext): Controller {
  const endpointsInformer = informers.of(endpoints)
  const serviceInformer = informers.of(services)
  const slices = informers.of(endpointSlices)
  const expectations = createExpectations(slices, clock)
  slices.cache.index('mirrored', slice =>
    slice.metadata.labels?.[endpointSliceManagedByLabel] === managedBy
      ? [`${slice.metadata.namespace}/${slice.metadata.labels[serviceNameLabel]}`]
      : [],
  )
  const remove = async (key: string, gone: ReturnType<typeof plan>['delete']) => {
    for (const slice of gone) {
      const { name = '', namespace = '' } = slice.metadata
      try {
        await client.of(endpointSlices).delete(name, { namespace })
        expectations.deleted(key, slice)
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
    }
  }

  return {
    name: 'endpointslicemirroring',
    workers: 5,
    watches: [
      watching(endpointsInformer, ({ object }) => [keyOf(object)]),
      watching(serviceInformer, ({ object, before }) =>
        before && !before.spec.selector === !object.spec.selector ? [] : [keyOf(object)],
      ),
      watching(slices, ({ object: { metadata } }) =>
        metadata.labels?.[endpointSliceManagedByLabel] === managedBy
          ? [`${metadata.namespace}/${metadata.labels[serviceNameLabel]}`]
          : [],
      ),
    ],
    async reconcile(key) {
      const existing = slices.cache.by('mirrored', key).filter(({ metadata }) => !metadata.deletionTimestamp)
      const mirrored = endpointsInformer.cache.get(key)
      const service = serviceInformer.cache.get(key)
      if (!expectations.met(key)) return undefined
      if (!mirrored || !service || service.spec.selector || !isMirrored(mirrored)) {
        await remove(key, existing)
        return undefined
      }
      const todo = plan(mirrored, existing)
      if (todo.invalid > 0) {
        const words = `Skipped ${todo.invalid} invalid IP addresses when mirroring to EndpointSlices`
        events.record(mirrored, 'Warning', 'InvalidIPAddress', words)
      }
      if (todo.skipped > 0) {
        const words = `A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. ${todo.skipped + todo.invalid} addresses were skipped`
        events.record(mirrored, 'Warning', 'TooManyAddressesToMirror', words)
      }
      if (!mirrored.metadata.deletionTimestamp)
        for (const draft of todo.create) expectations.created(key, await client.of(endpointSlices).create(draft))
      for (const slice of todo.update) await client.of(endpointSlices).update(slice)
      await remove(key, todo.delete)
      return undefined
    },
  }
}
