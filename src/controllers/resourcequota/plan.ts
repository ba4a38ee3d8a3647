import type { Evaluator } from '../../api/core/quota/evaluator.ts'
import { isInScope } from '../../api/core/quota/scopes.ts'
import { addResources, type ResourceList, sameResources } from '../../api/core/resourceList.ts'
import type { ResourceQuota, ResourceQuotaStatus } from '../../api/core/resourceQuota.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'

/** The objects of one kind in the namespace of a quota, and how they are counted. */
export interface Counted {
  readonly evaluator: Evaluator
  objects(): readonly KubeObject[]
}

/**
 * What a quota's status should say, or undefined when it says so. What no kind is counted under keeps the amount it had:
 * its kind may not be known yet. `now` in milliseconds.
 */
export function plan(quota: ResourceQuota, kinds: Iterable<Counted>, now: number): ResourceQuotaStatus | undefined {
  const { spec, status } = quota
  const hard = spec.hard ?? {}
  const names = Object.keys(hard)
  let counted: ResourceList = {}
  for (const { evaluator, objects } of kinds) {
    const own = names.filter(name => evaluator.counts(name))
    if (own.length === 0) continue
    counted = addResources(counted, Object.fromEntries(own.map(name => [name, '0'])))
    for (const object of objects())
      if (isInScope(evaluator, quota, object)) counted = addResources(counted, evaluator.usage(object, now))
  }
  const used = Object.fromEntries(
    names.flatMap(name => {
      const amount = counted[name] ?? status.used?.[name]
      return amount === undefined ? [] : [[name, amount]]
    }),
  )
  const isTold =
    status.hard !== undefined &&
    status.used !== undefined &&
    sameResources(hard, status.hard) &&
    sameResources(used, status.used)
  return isTold ? undefined : { hard, used }
}
