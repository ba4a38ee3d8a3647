import { beyond, increase, inWords, negative, only, withoutZeros } from '../../api/core/quota/amounts.ts'
import { type Evaluator, evaluatorOf, type QuotaWrite } from '../../api/core/quota/evaluator.ts'
import { isInScope } from '../../api/core/quota/scopes.ts'
import { addResources, type ResourceList } from '../../api/core/resourceList.ts'
import { type ResourceQuota, resourceQuotas } from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { conflict } from '../../api/meta/statusError.ts'
import type { Clock } from '../../base/clock.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../contract.ts'
import type { Objects } from '../store/objects.ts'
import { refusal } from './refusal.ts'

export interface ResourceQuotaDeps {
  readonly objects: ObjectReader
  /** Where what is used is noted. */
  readonly store: Pick<Objects, 'get' | 'put'>
  readonly clock: Clock
}

/** How often a quota is looked at again that others change at the same time. */
const tries = 10

/**
 * Refuses what would use more than the quotas of its namespace allow, and notes in their status what it will use. What
 * comes to nothing later, or is deleted, is counted again by the controller. Comes last, for it keeps what it gave.
 */
export function resourceQuota({ objects, store, clock }: ResourceQuotaDeps): AdmissionPlugin {
  /** One at a time in each namespace: those who come together would only refuse each other's notes. */
  const turns = new Map<string, Promise<void>>()
  const inTurn = async (namespace: string, work: () => Promise<void>): Promise<void> => {
    const before = turns.get(namespace) ?? Promise.resolve()
    const done = before.then(work)
    const settled = done.catch(() => undefined)
    turns.set(namespace, settled)
    try {
      await done
    } finally {
      if (turns.get(namespace) === settled) turns.delete(namespace)
    }
  }

  const charge = async (request: AdmissionRequest, evaluator: Evaluator, name: string): Promise<void> => {
    for (let round = 1; ; round++) {
      const stored = await store.get(resourceQuotas, request.namespace, name)
      if (!stored) return
      const quota = stored.object as ResourceQuota
      const used = usedThen(request, evaluator, quota, clock.now())
      if (!used || request.dryRun) return
      const next = { ...quota, status: { ...quota.status, used } }
      const written = await store.put(resourceQuotas, next as unknown as KubeObject, stored.revision)
      if (written.outcome === 'done') return
      if (round === tries)
        throw conflict(
          resourceQuotas,
          name,
          'the object has been modified; please apply your changes to the latest version and try again',
        )
    }
  }

  return {
    name: 'ResourceQuota',
    async validate(request) {
      const { namespace, resource, operation } = request
      if (!namespace || (operation !== 'CREATE' && operation !== 'UPDATE') || resource.plural === 'namespaces') return
      const quotas = objects.list(resourceQuotas, namespace)
      if (quotas.length === 0) return
      const evaluator = evaluatorOf(resource)
      if (!evaluator?.handles(request as unknown as QuotaWrite)) return
      await inTurn(namespace, async () => {
        const now = clock.now()
        const concerned = quotas.filter(quota => usedThen(request, evaluator, quota, now))
        for (const { metadata } of concerned) await charge(request, evaluator, metadata.name ?? '')
      })
    },
  }
}

/** What would be used of a quota once the request is carried out. Undefined: it changes nothing. Throws when it is too much. */
function usedThen(
  request: AdmissionRequest,
  evaluator: Evaluator,
  quota: ResourceQuota,
  now: number,
): ResourceList | undefined {
  const object = request.object as KubeObject
  const { hard = {}, used = {} } = quota.status
  const name = quota.metadata.name ?? ''
  const limited = Object.keys(hard).filter(each => evaluator.counts(each))
  if (limited.length === 0 || !isInScope(evaluator, quota, object)) return undefined
  const unsaid = evaluator.unsaid?.(limited, object)
  if (unsaid !== undefined) throw refusal(request, `failed quota: ${name}: ${unsaid}`)
  if (limited.some(each => used[each] === undefined))
    throw refusal(request, `status unknown for quota: ${name}, resources: ${[...limited].sort().join(',')}`)

  const usage = evaluator.usage(object, now)
  const below = negative(usage)
  if (below.length > 0)
    throw refusal(request, `quota usage is negative for resource(s): ${[...below].sort().join(',')}`)
  const old = request.operation === 'UPDATE' ? (request.old as KubeObject | undefined) : undefined
  const isCounted = old !== undefined && isInScope(evaluator, quota, old)
  const asked = only(withoutZeros(isCounted ? increase(usage, evaluator.usage(old, now)) : usage), Object.keys(hard))
  if (Object.keys(asked).length === 0) return undefined

  const total = addResources(used, asked)
  const exceeded = request.subresource === 'status' ? [] : beyond(only(total, Object.keys(asked)), hard)
  if (exceeded.length > 0) {
    const [requested, before, most] = [asked, used, hard].map(list => inWords(only(list, exceeded)))
    throw refusal(request, `exceeded quota: ${name}, requested: ${requested}, used: ${before}, limited: ${most}`)
  }
  return total
}
