import { conditionOf } from '../../api/core/pod/conditions.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podReady } from '../../api/core/pod/readiness.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import { failure, forbidden, type StatusError } from '../../api/meta/statusError.ts'
import { disruptionAllowed, syncFailed, withDisruptionAllowed } from '../../api/policy/disruption.ts'
import { type PodDisruptionBudget, podDisruptionBudgets } from '../../api/policy/podDisruptionBudget.ts'
import type { Resource } from '../../api/resource.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { VerbDeps } from '../verbs/scope.ts'
import { rewrite } from './rewrite.ts'

/** A budget remembers so many evictions that its controller has not seen. */
const mostUnseen = 2000
const refusal = "Cannot evict pod as it would violate the pod's disruption budget."

/** What the budgets say of an eviction: granted, or for this version of the pod only, because it is not healthy. */
export type Verdict = { readonly outcome: 'granted' } | { readonly outcome: 'thisVersion'; readonly budget: string }

/**
 * Asks the budget of a pod, and takes one eviction off it. Throws TooManyRequests while it does not allow any. Of
 * upstream's EvictionREST.
 */
export async function askBudgets(deps: VerbDeps, pod: Pod, dryRun: boolean): Promise<Verdict> {
  const { name = '', namespace = '', labels } = pod.metadata
  await deps.objects.cache(podDisruptionBudgets as unknown as Resource)
  const budgets = deps.objects.reader
    .list(podDisruptionBudgets, namespace)
    .filter(({ spec }) => labelSelectorMatches(spec.selector, labels))
  const [budget, more] = budgets
  if (!budget) return { outcome: 'granted' }
  if (more)
    throw failure(
      500,
      '',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  const budgetName = budget.metadata.name ?? ''
  const { currentHealthy, desiredHealthy } = budget.status
  const spare = currentHealthy >= desiredHealthy && desiredHealthy > 0
  if (!podReady(pod) && (budget.spec.unhealthyPodEvictionPolicy === 'AlwaysAllow' || spare))
    return { outcome: 'thisVersion', budget: budgetName }
  const now = formatTime(deps.clock.now())
  await rewrite(deps, podDisruptionBudgets, namespace, budgetName, current => taken(current, name, now), { dryRun })
  return { outcome: 'granted' }
}

/** The budget with one eviction less. Throws when it allows none. */
function taken(budget: PodDisruptionBudget, pod: string, now: string): PodDisruptionBudget {
  const { name = '', generation = 0 } = budget.metadata
  const { status } = budget
  if ((status.observedGeneration ?? 0) < generation) throw notYet(name)
  const refused = (why: string) => forbidden({ group: 'policy', plural: 'poddisruptionbudget' }, name, why)
  if (status.disruptionsAllowed < 0) throw refused('pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > mostUnseen)
    throw refused('DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (status.disruptionsAllowed === 0)
    throw failure(429, 'TooManyRequests', refusal, { causes: [{ reason: cause, message: whyNot(budget) }] })
  const next = {
    ...status,
    disruptionsAllowed: status.disruptionsAllowed - 1,
    disruptedPods: { ...status.disruptedPods, [pod]: now },
  }
  return { ...budget, status: next.disruptionsAllowed === 0 ? withDisruptionAllowed(next, now) : next }
}

const cause = 'DisruptionBudget'

/** The controller has not seen the latest of the budget, or of the pod: it is worth asking again. */
export const notYet = (budget: string): StatusError =>
  failure(429, 'TooManyRequests', refusal, {
    causes: [{ reason: cause, message: `The disruption budget ${budget} is still being processed by the server.` }],
    retryAfterSeconds: 10,
  })

function whyNot({ metadata: { name }, status }: PodDisruptionBudget): string {
  const condition = conditionOf(status.conditions, disruptionAllowed)
  const message = condition?.status === 'False' ? condition.message : ''
  const none = `The disruption budget ${name} does not allow evicting pods currently`
  if (message && condition?.reason === syncFailed) return `${none} because it failed sync: ${message}`
  const { currentHealthy, desiredHealthy } = status
  if (currentHealthy <= desiredHealthy)
    return `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`
  return message ? `${none} (${condition?.reason}): ${message}` : none
}
