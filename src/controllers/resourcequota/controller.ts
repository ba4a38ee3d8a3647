import { type Evaluator, evaluatorOf } from '../../api/core/quota/evaluator.ts'
import { isInScope } from '../../api/core/quota/scopes.ts'
import { sameResources } from '../../api/core/resourceList.ts'
import { type ResourceQuota, resourceQuotas, resources } from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { keyOf } from '../../client/cache.ts'
import { type Change, type Controller, type Watch, watching } from '../../client/controller.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { ControllerContext } from '../controller.ts'
import { watchCustomKinds } from '../kit/customKinds.ts'
import { plan } from './plan.ts'

const needed = ['create', 'list', 'watch', 'delete']
/** What only a clock tells is counted after so long at the latest. */
const resync = 5 * 60_000
/** What had been noted already while its object was still to come may have been left out: after a count, once more. */
const recount = 5_000

/**
 * Counts again what is used of quotas, when something went or shrank: what comes is noted by the admission plugin.
 * Upstream's pkg/controller/resourcequota.
 */
export function resourceQuotaController({ client, informers, clock, log }: ControllerContext): Controller {
  const quotas = informers.of(resourceQuotas)
  const kinds = new Map<
    string,
    { readonly evaluator: Evaluator; objectsOf(namespace: string): readonly KubeObject[] }
  >()

  const watch = (resource: Resource): Watch | undefined => {
    const evaluator = evaluatorOf(resource)
    if (!evaluator || !resource.namespaced) return undefined
    const informer = informers.of(resource, evaluator.metadataOnly ? { identityOnly: true } : {})
    kinds.set(resource.qualified, { evaluator, objectsOf: namespace => informer.cache.list(namespace) })
    /** Whether the change makes a difference to the quota. */
    const concerns = (quota: ResourceQuota, { type, object, before }: Change<KubeObject>): boolean => {
      if (!Object.keys(quota.spec.hard ?? {}).some(name => evaluator.counts(name))) return false
      if (type === 'removed') return true
      if (!before || evaluator.metadataOnly) return false
      const now = clock.now()
      return (
        isInScope(evaluator, quota, object) !== isInScope(evaluator, quota, before) ||
        !sameResources(evaluator.usage(object, now), evaluator.usage(before, now))
      )
    }
    return watching(informer, change => {
      if (change.type === 'added') return []
      const ofNamespace = quotas.cache.list(change.object.metadata.namespace)
      return ofNamespace.filter(quota => concerns(quota, change)).map(quota => keyOf(quota))
    })
  }

  /** A custom kind that may go: nothing of it is counted any more. */
  const watchCustom = (resource: Resource): Watch => {
    const inner = watch(resource)
    if (!inner) return { informer: quotas, begin: () => () => {} }
    return {
      ...inner,
      begin(queue) {
        const stop = inner.begin(queue)
        return () => {
          stop()
          kinds.delete(resource.qualified)
          informers.forget(resource)
        }
      },
    }
  }

  const builtin = resources.filter(
    each => !each.virtual && each.namespaced && needed.every(verb => (each.verbs ?? needed).includes(verb)),
  )
  return {
    name: 'resource-quota',
    workers: 5,
    watches: [
      watching(quotas, ({ type, object, before }) =>
        type === 'removed' || (before && equal(before.spec.hard, object.spec.hard)) ? [] : [keyOf(object)],
      ),
      ...builtin.flatMap(resource => watch(resource) ?? []),
      watchCustomKinds({ client, informers, log }, watchCustom),
    ],
    async reconcile(key) {
      const quota = quotas.cache.get(key)
      if (!quota || quota.metadata.deletionTimestamp) return undefined
      const { namespace = '' } = quota.metadata
      const counted = [...kinds.values()].map(({ evaluator, objectsOf }) => ({
        evaluator,
        objects: () => objectsOf(namespace),
      }))
      const status = plan(quota, counted, clock.now())
      try {
        if (status) await client.of(resourceQuotas).update({ ...quota, status }, { subresource: 'status' })
      } catch (error) {
        if (is(error, 'NotFound')) return undefined
        throw error
      }
      return { again: status ? recount : resync }
    },
  }
}
