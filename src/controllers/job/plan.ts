import { indexCount } from '../../api/batch/jobIndexes.ts'
import type { Job, JobCondition } from '../../api/batch/jobType.ts'
import { conditionOf } from '../../api/core/pod/conditions.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { formatTime, parseTime } from '../../schema/scalars/time.ts'
import { byDeletionRank } from '../kit/rank.ts'
import { type Backoff, finishedAt, remaining } from './backoff.ts'
import { type Facts, failuresOf, podFailed } from './facts.ts'
import { indexOf, missing, setOf, union } from './indexes.ts'
import { failureOf, successOf } from './policies.ts'

/** A pod to make. */
export interface NewPod {
  readonly index?: number
  /** The failed pod of the same index in whose place it stands. */
  readonly replaces?: Pod
}

export interface Plan {
  /** Why the job is over, or about to be. */
  readonly ending?: JobCondition
  readonly remove: readonly Pod[]
  readonly create: readonly NewPod[]
  /** Whether pods were looked after: otherwise the caches lag, or the job is being deleted. */
  readonly managed: boolean
  /** Milliseconds after which time alone changes something. */
  readonly again?: number
}

/** At most so many creations or deletions in one go. */
export const burst = 500

export const conditionAt = (
  type: 'Suspended' | 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet',
  reason: string,
  message: string,
  now: number,
): JobCondition => ({
  type,
  status: 'True',
  lastProbeTime: formatTime(now),
  lastTransitionTime: formatTime(now),
  reason,
  message,
})

/** Which pods to make and which to delete. `current`: whether the caches show all that was made and deleted before. */
export function plan(
  job: Job,
  pods: readonly Pod[],
  facts: Facts,
  backoff: Backoff,
  current: boolean,
  now: number,
): Plan {
  const ending = endingOf(job, pods, facts, now)
  if (ending) return { ending, remove: facts.active, create: [], managed: false }
  const deadline = timeLeft(job, now)
  const again = deadline === undefined ? {} : { again: deadline }
  if (!current || job.metadata.deletionTimestamp) return { remove: [], create: [], managed: false, ...again }
  const todo = manage(job, facts, backoff, now)
  const times = [deadline, todo.wait].flatMap(time => time ?? [])
  return {
    remove: todo.remove ?? [],
    create: todo.create ?? [],
    managed: true,
    ...(times.length ? { again: Math.min(...times) } : {}),
  }
}

/** Why the job ends, if it does; the order is that of upstream's syncJob. */
function endingOf(job: Job, pods: readonly Pod[], facts: Facts, now: number): JobCondition | undefined {
  const { spec, status } = job
  const met = conditionOf(status.conditions, 'SuccessCriteriaMet')
  if (met?.status === 'True') return met
  const target = conditionOf(status.conditions, 'FailureTarget')
  if (target?.status === 'True') return conditionAt('Failed', target.reason ?? '', target.message ?? '', now)
  const fails = (reason: string, message: string) => conditionAt('FailureTarget', reason, message, now)
  for (const pod of spec.podFailurePolicy ? pods : []) {
    const { message } = podFailed(pod, facts.patient) ? failureOf(spec.podFailurePolicy, pod) : {}
    if (message) return fails('PodFailurePolicy', message)
  }
  if (facts.failed > (spec.backoffLimit ?? 0) || restartedTooOften(job, pods))
    return fails('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  if ((timeLeft(job, now) ?? 1) <= 0) return fails('DeadlineExceeded', 'Job was active longer than specified deadline')
  if (!facts.indexed) return undefined
  const completions = spec.completions ?? 0
  const failed = indexCount(facts.failedIndexes ?? [])
  if (spec.maxFailedIndexes !== undefined && failed > spec.maxFailedIndexes)
    return fails('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  if (failed > 0 && failed + facts.succeeded >= completions) return fails('FailedIndexes', 'Job has failed indexes')
  const why = successOf(spec.successPolicy, facts.succeededIndexes, completions)
  return why === undefined ? undefined : conditionAt('SuccessCriteriaMet', 'SuccessPolicy', why, now)
}

/** Milliseconds that the job may still be active; undefined when there is no deadline for now. */
function timeLeft({ spec, status }: Job, now: number): number | undefined {
  const { activeDeadlineSeconds: seconds, suspend } = spec
  if (seconds === undefined || suspend) return undefined
  return (status.startTime ? parseTime(status.startTime) : now) + seconds * 1000 - now
}

/** Containers that are restarted in place count by their restarts. */
function restartedTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec.restartPolicy !== 'OnFailure') return false
  let restarts = 0
  for (const { status } of pods)
    if (status.phase === 'Running' || status.phase === 'Pending')
      for (const { restartCount } of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])])
        restarts += restartCount
  return restarts >= Math.max(spec.backoffLimit ?? 0, 1)
}

interface Todo {
  readonly remove?: readonly Pod[]
  readonly create?: readonly NewPod[]
  readonly wait?: number
}

/** How many pods run, and of which indexes. Deleting comes before making. */
function manage({ spec }: Job, facts: Facts, backoff: Backoff, now: number): Todo {
  const { active } = facts
  const { completions, parallelism = 1, suspend } = spec
  if (suspend) return { remove: active }
  const wanted =
    completions === undefined
      ? facts.succeeded > 0
        ? active.length
        : parallelism
      : Math.max(0, Math.min(completions - facts.succeeded, parallelism))
  const remove = surplus(facts, completions ?? 0, Math.max(0, active.length - wanted), now)
  if (remove.length > 0) return { remove: remove.slice(0, burst) }
  const short = Math.min(wanted - active.length - (facts.patient ? facts.terminating.length : 0), burst)
  if (short <= 0) return {}
  const perIndex = spec.backoffLimitPerIndex !== undefined
  const wait = perIndex ? 0 : remaining(backoff, now)
  if (wait > 0) return { wait }
  if (!facts.indexed) return { create: Array.from({ length: short }, () => ({})) }
  const create = pending(facts, short, completions ?? 0)
  return perIndex ? due(create, now) : { create }
}

/** Pods that are too many: those without a place first, then those whose loss costs least. */
function surplus({ indexed, active }: Facts, completions: number, least: number, now: number): Pod[] {
  const crowd = () => 0
  if (!indexed) return least === 0 ? [] : byDeletionRank(active, crowd, now).slice(0, least)
  const remove: Pod[] = []
  const byIndex = new Map<number, Pod[]>()
  for (const pod of active) {
    const index = indexOf(pod)
    if (index === undefined || index >= completions) remove.push(pod)
    else byIndex.set(index, [...(byIndex.get(index) ?? []), pod])
  }
  const left: Pod[] = []
  for (const same of byIndex.values()) {
    const ranked = same.length > 1 ? byDeletionRank(same, crowd, now) : same
    remove.push(...ranked.slice(0, -1))
    left.push(...ranked.slice(-1))
  }
  const more = least - remove.length
  return more > 0 ? [...remove, ...byDeletionRank(left, crowd, now).slice(0, more)] : remove
}

/** The first indexes that nobody works on. */
function pending(facts: Facts, count: number, completions: number): NewPod[] {
  const busy = [...facts.active, ...(facts.patient ? facts.terminating : [])].map(pod => indexOf(pod) ?? -1)
  const taken = union(union(facts.succeededIndexes, facts.failedIndexes ?? []), setOf(busy))
  return missing(taken, count, completions).map(index => {
    const replaces = facts.delayed.get(index)
    return { index, ...(replaces ? { replaces } : {}) }
  })
}

/** Of indexes with limits of their own, those whose time has come. */
function due(pods: readonly NewPod[], now: number): Todo {
  const waits = pods.map(({ replaces }) => {
    if (!replaces) return 0
    const { counted, ignored } = failuresOf(replaces)
    return remaining({ failures: counted + ignored + 1, lastFailure: finishedAt(replaces) }, now)
  })
  const create = pods.filter((_, i) => waits[i] === 0)
  return create.length > 0 || waits.length === 0 ? { create } : { wait: Math.min(...waits) }
}

/** Whether a job that nobody ended has all it wants. `active`: pods that are left after this plan. */
export const isComplete = ({ spec: { completions } }: Job, { succeeded }: Facts, active: number): boolean =>
  active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions)
