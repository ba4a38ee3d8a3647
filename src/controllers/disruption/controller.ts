import { withCondition } from '../../api/core/pod/conditions.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { pods } from '../../api/core/pod/resource.ts'
import type { PodCondition } from '../../api/core/pod/status.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import { is } from '../../api/meta/statusError.ts'
import { withDisruptionAllowed } from '../../api/policy/disruption.ts'
import {
  type PodDisruptionBudget,
  PodDisruptionBudgetStatus,
  podDisruptionBudgets,
} from '../../api/policy/podDisruptionBudget.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { semanticEqual } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext } from '../controller.ts'
import { createSeen } from '../kit/seen.ts'
import { byController, needsScale, plan, sparedIn, type Wanted } from './plan.ts'
import { createScaleOf } from './scale.ts'

/** Says how many pods may be evicted: `k8s.io/kubernetes/pkg/controller/disruption`. */
export function disruptionController({ client, informers, events, clock }: ControllerContext): Controller {
  const budgetInformer = informers.of(podDisruptionBudgets)
  const podInformer = informers.of(pods)
  const scaleOf = createScaleOf(client, informers)
  const seen = createSeen(budgetInformer.cache)

  const budgetsOf = (pod: Pod): string[] =>
    budgetInformer.cache
      .list(pod.metadata.namespace ?? '')
      .filter(({ spec }) => labelSelectorMatches(spec.selector, pod.metadata.labels))
      .map(keyOf)

  const wantedOf = async (budget: PodDisruptionBudget, selected: readonly Pod[]): Promise<Wanted> => {
    if (!needsScale(budget)) return { expected: selected.length, unmanaged: [] }
    const { owned, unmanaged } = byController(selected)
    const scales = new Map<string, number>()
    for (const pod of owned.values()) {
      const controller = controllerOf(pod)
      const scale = controller && (await scaleOf(controller, pod.metadata.namespace ?? ''))
      if (!scale) throw new Error(`found no controllers for pod ${JSON.stringify(pod.metadata.name)}`)
      scales.set(scale.uid, scale.replicas)
    }
    return { expected: [...scales.values()].reduce((sum, replicas) => sum + replicas, 0), unmanaged }
  }

  const write = async (budget: PodDisruptionBudget, status: PodDisruptionBudgetStatus) => {
    if (semanticEqual(PodDisruptionBudgetStatus, budget.status, status)) return
    seen.wrote(await client.of(podDisruptionBudgets).updateStatus({ ...budget, status }))
  }

  /** While nothing can be said, nothing may be evicted. */
  const failSafe = async (budget: PodDisruptionBudget, error: Error) => {
    events.record(
      budget,
      'Warning',
      'CalculateExpectedPodCountFailed',
      `Failed to calculate the number of expected pods: ${error.message}`,
    )
    const status = { ...budget.status, disruptionsAllowed: 0 }
    await write(budget, withDisruptionAllowed(status, formatTime(clock.now()), error.message))
  }

  return {
    name: 'disruption',
    workers: 1,
    watches: [
      watching(budgetInformer, ({ object }) => [keyOf(object)]),
      watching(podInformer, ({ object, before }) => [...budgetsOf(object), ...(before ? budgetsOf(before) : [])]),
    ],
    async reconcile(key) {
      const budget = budgetInformer.cache.get(key)
      if (!budget) {
        seen.forget(key)
        return undefined
      }
      // What was written last will come by the watch, and look again.
      if (!seen.shows(key)) return undefined
      const selected = podInformer.cache
        .list(budget.metadata.namespace ?? '')
        .filter(({ metadata }) => labelSelectorMatches(budget.spec.selector, metadata.labels))
      if (selected.length === 0) events.record(budget, 'Normal', 'NoPods', 'No matching pods found')
      let wanted: Wanted
      try {
        wanted = await wantedOf(budget, selected)
      } catch (error) {
        await failSafe(budget, error as Error)
        return undefined
      }
      if (wanted.unmanaged.length > 0)
        events.record(
          budget,
          'Warning',
          'UnmanagedPods',
          `Pods selected by this PodDisruptionBudget (selector: ${selectorText(budget)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`,
        )
      const todo = plan(budget, selected, wanted, clock.now())
      for (const pod of todo.notDeleted) {
        const { namespace } = budget.metadata
        const why = `Pod was expected by PDB ${namespace}/${namespace} to be deleted but it wasn't`
        events.record(pod, 'Warning', 'NotDeleted', why)
      }
      await write(budget, todo.status)
      return todo.again === undefined ? undefined : { again: todo.again }
    },
  }
}

/** A selector as Go prints it, which upstream's event does. */
function selectorText({ spec: { selector } }: PodDisruptionBudget): string {
  const labels = Object.entries(selector?.matchLabels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}: ${value},`)
    .join('')
  const expressions = (selector?.matchExpressions ?? [])
    .map(
      ({ key, operator, values = [] }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
    )
    .join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}

/** Takes back that a pod is to be disrupted when it has been spared for two minutes. */
export function staleDisruptions({ client, informers, clock }: ControllerContext): Controller {
  const podInformer = informers.of(pods)
  return {
    name: 'stale-disruption',
    workers: 1,
    watches: [
      watching(podInformer, ({ type, object }) =>
        type !== 'removed' && sparedIn(object, clock.now()) !== undefined ? [keyOf(object)] : [],
      ),
    ],
    async reconcile(key) {
      const pod = podInformer.cache.get(key)
      if (!pod) return undefined
      const wait = sparedIn(pod, clock.now())
      if (wait === undefined) return undefined
      if (wait > 0) return { again: wait }
      const condition: PodCondition = {
        type: 'DisruptionTarget',
        status: 'False',
        lastProbeTime: '',
        lastTransitionTime: formatTime(clock.now()),
      }
      const conditions = [...withCondition<PodCondition>(pod.status.conditions, condition)]
      try {
        await client.of(pods).updateStatus({ ...pod, status: { ...pod.status, conditions } })
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
      return undefined
    },
  }
}
