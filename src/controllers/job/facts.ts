import { indexCount } from '../../api/batch/jobIndexes.ts'
import { ignoredFailuresAnnotation, indexFailuresAnnotation, trackingFinalizer } from '../../api/batch/jobSelector.ts'
import type { Job } from '../../api/batch/jobType.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podActive, podTerminal } from '../../api/core/pod/readiness.ts'
import { finishedAt } from './backoff.ts'
import { has, type Indexes, indexOf, readIndexes, setOf, union } from './indexes.ts'
import { failureOf } from './policies.ts'

/** What is there when a job is looked at. */
export interface Situation {
  readonly job: Job
  /** Pods that the job controls. */
  readonly pods: readonly Pod[]
  /** UIDs of pods that were let go of, though the cache does not show it yet. */
  readonly released: ReadonlySet<string>
  readonly now: number
}

/** What it amounts to. */
export interface Facts {
  readonly indexed: boolean
  /** A pod is replaced only once it has failed, not already while it is going. */
  readonly patient: boolean
  readonly active: readonly Pod[]
  readonly terminating: readonly Pod[]
  /** Pods that still wait to be counted. */
  readonly tracked: readonly Pod[]
  readonly uncounted: { readonly succeeded: ReadonlySet<string>; readonly failed: ReadonlySet<string> }
  /** Ended since the status was written. */
  readonly newSucceeded: readonly Pod[]
  readonly newFailed: readonly Pod[]
  /** In all, counted or not. */
  readonly succeeded: number
  readonly failed: number
  /** Indexes by what became of them; `counted` are those of the status. */
  readonly counted: Indexes
  readonly succeededIndexes: Indexes
  /** Of jobs with limits per index. */
  readonly failedIndexes?: Indexes
  /** The last failed pod of an index that waits for its successor, who takes over how often the index failed. */
  readonly delayed: ReadonlyMap<number, Pod>
}

export const uidOf = ({ metadata }: Pod): string => metadata.uid ?? ''

export const tracks = ({ metadata }: Pod): boolean => metadata.finalizers?.includes(trackingFinalizer) ?? false

/** Whether a pod is replaced only once it has failed. */
export const isPatient = ({ spec }: Job): boolean =>
  spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined

/** Whether a pod counts as failed: unless the job is patient, one that is going does already. */
export const podFailed = (pod: Pod, patient: boolean): boolean =>
  pod.status.phase === 'Failed' ||
  (!patient && pod.metadata.deletionTimestamp !== undefined && pod.status.phase !== 'Succeeded')

const count = (text: string | undefined) => (text && /^\d{1,9}$/.test(text) ? Number(text) : 0)
/** How many predecessors of a pod failed, and how many failures did not count. */
export const failuresOf = ({ metadata: { annotations = {} } }: Pod) => ({
  counted: count(annotations[indexFailuresAnnotation]),
  ignored: count(annotations[ignoredFailuresAnnotation]),
})
const allFailures = (pod: Pod) => failuresOf(pod).counted + failuresOf(pod).ignored

export function factsOf({ job, pods, released }: Situation): Facts {
  const { spec, status } = job
  const indexed = spec.completionMode === 'Indexed'
  const completions = spec.completions ?? 0
  const patient = isPatient(job)
  const tracked = pods.filter(pod => tracks(pod) && !released.has(uidOf(pod)))
  const uncounted = {
    succeeded: new Set(status.uncountedTerminatedPods?.succeeded),
    failed: new Set(status.uncountedTerminatedPods?.failed),
  }
  const hasIndex = (pod: Pod) => {
    const index = indexOf(pod)
    return index !== undefined && index < completions
  }
  const valid = indexed ? tracked.filter(hasIndex) : tracked
  const newSucceeded = valid.filter(pod => pod.status.phase === 'Succeeded' && !uncounted.succeeded.has(uidOf(pod)))
  const newFailed = valid.filter(pod => podFailed(pod, patient) && !uncounted.failed.has(uidOf(pod)))
  const active = pods.filter(podActive)
  const failures = newFailed.filter(pod => failureOf(spec.podFailurePolicy, pod).counts)
  const counted = indexed ? readIndexes(status.completedIndexes ?? '', completions) : []
  const done = valid.filter(pod => pod.status.phase === 'Succeeded').map(pod => indexOf(pod) ?? 0)
  const succeededIndexes = indexed ? union(counted, setOf(done)) : []
  const failedIndexes = indexed && spec.backoffLimitPerIndex !== undefined ? failedOf(job, valid, patient) : undefined
  return {
    indexed,
    patient,
    active,
    terminating: pods.filter(pod => pod.metadata.deletionTimestamp !== undefined && !podTerminal(pod)),
    tracked,
    uncounted,
    newSucceeded,
    newFailed,
    succeeded: indexed
      ? indexCount(succeededIndexes)
      : (status.succeeded ?? 0) + newSucceeded.length + uncounted.succeeded.size,
    failed: (status.failed ?? 0) + failures.length + uncounted.failed.size,
    counted,
    succeededIndexes,
    ...(failedIndexes ? { failedIndexes } : {}),
    delayed: failedIndexes
      ? delayedOf(
          valid.filter(pod => podFailed(pod, patient)),
          union(union(succeededIndexes, failedIndexes), setOf(active.map(pod => indexOf(pod) ?? -1))),
        )
      : new Map(),
  }
}

/** Indexes that have failed as often as they may, or at once by a rule. */
function failedOf({ spec, status }: Job, valid: readonly Pod[], patient: boolean): Indexes {
  const before = readIndexes(status.failedIndexes ?? '', spec.completions ?? 0)
  const failed = valid.filter(pod => {
    if (!podFailed(pod, patient)) return false
    const { action, counts } = failureOf(spec.podFailurePolicy, pod)
    return action === 'FailIndex' || (counts && failuresOf(pod).counted >= (spec.backoffLimitPerIndex ?? 0))
  })
  return union(before, setOf(failed.map(pod => indexOf(pod) ?? 0)))
}

function delayedOf(failed: readonly Pod[], settled: Indexes): Map<number, Pod> {
  const last = new Map<number, Pod>()
  for (const pod of failed) {
    const index = indexOf(pod) ?? 0
    if (has(settled, index)) continue
    const other = last.get(index)
    if (!other || (allFailures(other) <= allFailures(pod) && finishedAt(pod) >= finishedAt(other))) last.set(index, pod)
  }
  return last
}
