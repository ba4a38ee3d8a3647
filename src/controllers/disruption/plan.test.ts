import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../../api/core/pod/pod.ts'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../api/policy/podDisruptionBudget.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { plan, sparedIn } from './plan.ts'

const now = Date.UTC(2026, 0, 31, 9, 30)
const at = (seconds: number) => formatTime(now + seconds * 1000)

const budgetOf = (spec: object, status: Partial<PodDisruptionBudgetStatus> = {}): PodDisruptionBudget =>
  ({ metadata: { name: 'b', generation: 2 }, spec, status }) as PodDisruptionBudget
const podOf = (name: string, ready = true, more: object = {}): Pod =>
  ({
    metadata: { name, ...more },
    spec: { containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  }) as unknown as Pod

const pods = [podOf('a'), podOf('b'), podOf('c'), podOf('d', false)]

test('as many pods may go as are healthy beyond those that must stay', () => {
  const cases: [spec: object, expected: number, counts: [allowed: number, healthy: number, desired: number]][] = [
    [{ minAvailable: 2 }, 4, [1, 3, 2]],
    [{ minAvailable: 5 }, 4, [0, 3, 5]],
    [{ minAvailable: '50%' }, 5, [0, 3, 3]],
    [{ maxUnavailable: 1 }, 4, [0, 3, 3]],
    [{ maxUnavailable: '30%' }, 6, [0, 3, 4]],
    [{ maxUnavailable: 9 }, 4, [3, 3, 0]],
    [{ maxUnavailable: 1 }, 0, [0, 3, 0]],
    [{}, 4, [0, 3, 0]],
  ]
  for (const [spec, expected, [allowed, healthy, desired]] of cases) {
    const { status } = plan(budgetOf(spec), pods, { expected, unmanaged: [] }, now)
    const { disruptionsAllowed, currentHealthy, desiredHealthy } = status
    assert.deepEqual(
      [disruptionsAllowed, currentHealthy, desiredHealthy],
      [allowed, healthy, desired],
      JSON.stringify(spec),
    )
  }
})

test('a pod whose eviction was granted does not count for two minutes', () => {
  const disruptedPods = { a: at(-30), b: at(-121), gone: at(-1) }
  const { status, notDeleted, again } = plan(
    budgetOf({ minAvailable: 1 }, { disruptedPods }),
    pods,
    { expected: 4, unmanaged: [] },
    now,
  )
  assert.deepEqual(
    [status.disruptedPods, status.currentHealthy, notDeleted, again],
    [{ a: at(-30) }, 2, [pods[1]], 90_000],
  )
})

test('the condition says since when pods may go, or not', () => {
  const of = (status: Partial<PodDisruptionBudgetStatus>, minAvailable: number) =>
    plan(budgetOf({ minAvailable }, status), pods, { expected: 4, unmanaged: [] }, now).status.conditions
  const [first] = of({}, 1) ?? []
  assert.deepEqual(first, {
    type: 'DisruptionAllowed',
    status: 'True',
    reason: 'SufficientPods',
    message: '',
    lastTransitionTime: at(0),
    observedGeneration: 2,
  })
  const earlier = { ...first, lastTransitionTime: at(-60), observedGeneration: 1 } as NonNullable<typeof first>
  assert.deepEqual(of({ conditions: [earlier] }, 1), [{ ...earlier, observedGeneration: 2 }])
  const refused = of({ conditions: [earlier] }, 3) ?? []
  assert.deepEqual(
    refused.map(({ status, reason, lastTransitionTime }) => [status, reason, lastTransitionTime]),
    [['False', 'InsufficientPods', at(0)]],
  )
})

test('a pod that is still there after two minutes was spared', () => {
  const targeted = (reason: string, seconds: number, more: object = {}) => {
    const condition = { type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime: at(seconds) }
    return { ...podOf('a', true, more), status: { phase: 'Running', conditions: [condition] } } as unknown as Pod
  }
  assert.equal(sparedIn(podOf('a'), now), undefined)
  assert.equal(sparedIn(targeted('EvictionByEvictionAPI', -50), now), 70_000)
  assert.equal(sparedIn(targeted('EvictionByEvictionAPI', -500), now), 0)
  assert.equal(sparedIn(targeted('TerminationByKubelet', -500), now), undefined)
  assert.equal(sparedIn(targeted('EvictionByEvictionAPI', -500, { deletionTimestamp: at(0) }), now), undefined)
})
