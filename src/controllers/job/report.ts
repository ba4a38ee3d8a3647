import { formatIndexes, indexCount } from '../../api/batch/jobIndexes.ts'
import type { Job, JobCondition, JobStatus } from '../../api/batch/jobType.ts'
import { conditionOf } from '../../api/core/pod/conditions.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { podReady } from '../../api/core/pod/readiness.ts'
import { defined } from '../../base/defined.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { type Facts, podFailed, uidOf } from './facts.ts'
import { has, indexOf, setOf, union } from './indexes.ts'
import { conditionAt, isComplete, type Plan } from './plan.ts'
import { failureOf } from './policies.ts'

/** What carrying out a plan came to. */
export interface Done {
  /** Pods that were deleted. */
  readonly removed: readonly Pod[]
  /** How many were made. */
  readonly created: number
}

/** What is told of a job, in two steps: pods are named in the status before they are let go of, so that none counts twice. */
export interface Report {
  readonly status: JobStatus
  /** Pods that may go once the status is written. */
  readonly release: readonly Pod[]
  /** What the job ends with, once all pods are counted and gone. */
  readonly finish?: JobCondition
  /** How many pods are still going. */
  readonly terminating: number
  /** Whether it was suspended or resumed just now. */
  readonly turned?: 'Suspended' | 'Resumed'
}

/** The size of the lists in the status is bounded. */
const mostUncounted = 500

/** The status after a plan was carried out. Of upstream's trackJobStatusAndRemoveFinalizers. */
export function report(job: Job, facts: Facts, plan: Plan, done: Done, current: boolean, now: number): Report {
  const active = facts.active.length - done.removed.length + done.created
  const removed = new Set(done.removed.map(uidOf))
  const terminating = facts.terminating.length + done.removed.length
  const ready = facts.active.filter(pod => podReady(pod) && !removed.has(uidOf(pod))).length
  let conditions = job.status.conditions ?? []
  let { startTime } = job.status
  const { suspend } = job.spec
  if (startTime === undefined && !suspend) startTime = formatTime(now)
  // Nothing is over while pods may be left that could not be deleted, or are not seen yet.
  let ending = plan.ending && current && done.removed.length === plan.remove.length ? plan.ending : undefined
  let turned: Report['turned']
  if (!plan.ending && isComplete(job, facts, active))
    ending = conditionAt('SuccessCriteriaMet', 'CompletionsReached', 'Reached expected number of succeeded pods', now)
  else if (plan.managed) {
    const was = conditionOf(conditions, 'Suspended')
    if (suspend && was?.status !== 'True') {
      turned = 'Suspended'
      startTime = undefined
    } else if (!suspend && was?.status === 'True') {
      turned = 'Resumed'
      startTime = formatTime(now)
    }
    if (turned) conditions = withTurn(conditions, turned, now)
  }
  const tracked = track(job, facts, ending)
  const finish = ending && finishOf(ending, now)
  if (ending && ending.type !== 'Failed' && conditionOf(conditions, ending.type)?.status !== 'True')
    conditions = [...conditions, ending]
  const status: JobStatus = defined({
    ...job.status,
    ...tracked.status,
    conditions: conditions.length ? [...conditions] : undefined,
    startTime,
    active: active || undefined,
    ready,
    terminating,
  }) as JobStatus
  return {
    status,
    release: tracked.release,
    terminating,
    ...(finish && !tracked.full ? { finish } : {}),
    ...(turned ? { turned } : {}),
  }
}

function withTurn(conditions: readonly JobCondition[], turned: 'Suspended' | 'Resumed', now: number): JobCondition[] {
  const next = {
    ...conditionAt('Suspended', `Job${turned}`, `Job ${turned.toLowerCase()}`, now),
    status: turned === 'Suspended' ? 'True' : 'False',
  }
  const known = conditions.some(({ type }) => type === 'Suspended')
  return known ? conditions.map(one => (one.type === 'Suspended' ? next : one)) : [...conditions, next]
}

/** The last condition of a job, which says again why the first was set. */
const finishOf = ({ type, reason = '', message = '' }: JobCondition, now: number): JobCondition =>
  conditionAt(type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed', reason, message, now)

/** Names pods that ended in the status, and says which may be let go of. */
function track(job: Job, facts: Facts, ending: JobCondition | undefined) {
  const { indexed, uncounted, delayed } = facts
  const { completions = 0, podFailurePolicy } = job.spec
  const known = new Set(facts.tracked.map(uidOf))
  const settled = settle(job.status, known)
  const { succeeded = [], failed = [] } = settled.uncountedTerminatedPods ?? {}
  const [successes, failures] = [[...succeeded], [...failed]]
  const fresh: number[] = []
  const release: Pod[] = []
  const failing = ending !== undefined && ending.type !== 'SuccessCriteriaMet'
  let full = false
  const ordered = indexed ? [...facts.tracked].sort((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : facts.tracked
  for (const pod of ordered) {
    const index = indexOf(pod)
    const isFailed = podFailed(pod, facts.patient)
    const waits = index !== undefined && delayed.get(index) === pod
    const free =
      job.metadata.deletionTimestamp !== undefined ||
      ending !== undefined ||
      pod.status.phase === 'Succeeded' ||
      (isFailed && !waits)
    if (!free) continue
    release.push(pod)
    const inRange = index !== undefined && index < completions
    if (pod.status.phase === 'Succeeded' && !uncounted.failed.has(uidOf(pod))) {
      if (!indexed) {
        if (!uncounted.succeeded.has(uidOf(pod))) successes.push(uidOf(pod))
      } else if (inRange && !has(facts.counted, index)) fresh.push(index)
    } else if ((isFailed || failing) && !uncounted.failed.has(uidOf(pod)) && (!indexed || inRange))
      if (failureOf(podFailurePolicy, pod).counts)
        // When the job has failed, so have the pods that were still running.
        failures.push(uidOf(pod))
    full = fresh.length + successes.length + failures.length >= mostUncounted
    if (full) break
  }
  const pods = defined({
    succeeded: successes.length ? successes : undefined,
    failed: failures.length ? failures : undefined,
  })
  const status: Partial<JobStatus> = { ...settled, uncountedTerminatedPods: pods }
  if (indexed) {
    const all = union(facts.succeededIndexes, setOf(fresh))
    Object.assign(status, {
      succeeded: indexCount(all) || undefined,
      completedIndexes: formatIndexes(all) || undefined,
    })
    if (facts.failedIndexes) status.failedIndexes = formatIndexes(facts.failedIndexes)
  }
  return { status, release, full }
}

/** Counts pods that were named and are gone by now. `known`: UIDs of those that are not. */
export function settle(status: JobStatus, known: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const left = { succeeded: succeeded.filter(uid => known.has(uid)), failed: failed.filter(uid => known.has(uid)) }
  const counts = {
    succeeded: (status.succeeded ?? 0) + succeeded.length - left.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - left.failed.length,
  }
  return defined({
    ...status,
    succeeded: counts.succeeded || undefined,
    failed: counts.failed || undefined,
    uncountedTerminatedPods: defined({
      succeeded: left.succeeded.length ? left.succeeded : undefined,
      failed: left.failed.length ? left.failed : undefined,
    }),
  }) as JobStatus
}

/** The status of a job that is over; undefined while pods are still to be counted, or going. */
export function finished(status: JobStatus, { finish, terminating }: Report): JobStatus | undefined {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  if (!finish || succeeded.length + failed.length > 0 || terminating > 0) return undefined
  const others = (status.conditions ?? []).filter(({ type }) => type !== finish.type)
  return {
    ...status,
    conditions: [...others, finish],
    ...(finish.type === 'Complete' ? { completionTime: finish.lastTransitionTime } : {}),
  }
}
