import { jobs } from '../../api/batch/job.ts'
import { jobFinished } from '../../api/batch/jobConditions.ts'
import { builtinManager, trackingFinalizer } from '../../api/batch/jobSelector.ts'
import { type Job, JobStatus } from '../../api/batch/jobType.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { controllerOf } from '../../api/meta/owners.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { semanticEqual } from '../../schema/derive/equal.ts'
import type { ControllerContext } from '../controller.ts'
import { claim } from '../kit/adopt.ts'
import { slowStart } from '../kit/batch.ts'
import { createExpectations } from '../kit/expectations.ts'
import { createPod, namespaceIsGoing } from '../kit/pods.ts'
import { createSeen } from '../kit/seen.ts'
import { afterPods, type Backoff, noBackoff } from './backoff.ts'
import { factsOf, tracks, uidOf } from './facts.ts'
import { type Plan, plan } from './plan.ts'
import { createReleases, releasePod } from './release.ts'
import { finished, type Report, report, settle } from './report.ts'
import { templateOf } from './template.ts'

/** Whether somebody else takes care of a job. */
export const isForeign = ({ spec }: Job): boolean => spec.managedBy !== undefined && spec.managedBy !== builtinManager

/**
 * Runs pods until as many as asked for have succeeded: `k8s.io/kubernetes/pkg/controller/job`. A finalizer keeps each pod
 * until its end stands in the status of the job, so that none is counted twice, nor forgotten.
 */
export function jobController({ client, informers, events, clock }: ControllerContext): Controller {
  const jobInformer = informers.of(jobs)
  const podInformer = informers.of(pods)
  const expectations = createExpectations(podInformer, clock)
  const releases = createReleases(podInformer)
  const seen = createSeen(jobInformer.cache)
  const backoffs = new Map<string, Backoff>()
  podInformer.cache.index('controller', pod => [controllerOf(pod)?.uid ?? ''])

  const ownersOf = (pod: Pod): string[] => {
    const controller = controllerOf(pod)
    if (controller) return controller.kind === jobs.kind ? [`${pod.metadata.namespace}/${controller.name}`] : []
    if (pod.metadata.deletionTimestamp) return []
    return jobInformer.cache
      .list(pod.metadata.namespace ?? '')
      .filter(({ spec: { selector } }) => labelSelectorMatches(selector, pod.metadata.labels))
      .map(keyOf)
  }

  const claimed = async (job: Job) => {
    const { namespace = '', uid = '' } = job.metadata
    const orphans = podInformer.cache.by('controller', '').filter(pod => pod.metadata.namespace === namespace)
    const mine = await claim({
      client,
      ownerResource: jobs,
      owner: job,
      resource: pods,
      candidates: [...podInformer.cache.by('controller', uid), ...orphans],
      selects: pod => labelSelectorMatches(job.spec.selector, pod.metadata.labels),
      finalizer: trackingFinalizer,
    })
    return mine
  }

  /** Deletes pods; those of a job that goes on are let go of first, so that they don't count as failed. */
  const remove = async (job: Job, key: string, todo: Plan) => {
    const results = await Promise.allSettled(
      todo.remove.map(async pod => {
        const { name = '', namespace = '', uid = '' } = pod.metadata
        try {
          if (!todo.ending && tracks(pod)) {
            await releasePod(client, pod)
            releases.add(pod)
          }
          await client.of(pods).delete(name, { namespace, preconditions: { uid } })
        } catch (error) {
          if (is(error, 'NotFound') || is(error, 'Conflict')) return pod
          events.record(job, 'Warning', 'FailedDelete', `Error deleting: ${(error as Error).message}`)
          throw error
        }
        expectations.deleted(key, pod)
        events.record(job, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
        return pod
      }),
    )
    const failed = results.find(result => result.status === 'rejected')
    return {
      removed: results.flatMap(result => (result.status === 'fulfilled' ? [result.value] : [])),
      error: failed?.reason,
    }
  }

  const create = async (job: Job, key: string, todo: Plan) => {
    const { done, error } = await slowStart(todo.create.length, async position => {
      const { template, prefix } = templateOf(job, todo.create[position] ?? {})
      expectations.created(key, await createPod({ client, events }, jobs, job, template, prefix))
    })
    return { created: done, error: namespaceIsGoing(error) ? undefined : error }
  }

  const write = async (job: Job, status: JobStatus): Promise<Job> => {
    if (semanticEqual(JobStatus, job.status, status)) return job
    const written = await client.of(jobs).updateStatus({ ...job, status })
    seen.wrote(written)
    return written
  }

  /** Lets go of the pods that stand in the status; resolves with those that are still held, and the first error. */
  const letGo = async (release: readonly Pod[]) => {
    const results = await Promise.allSettled(release.map(pod => releasePod(client, pod).then(() => releases.add(pod))))
    const failed = results.find(result => result.status === 'rejected')
    return { held: release.filter((_, i) => results[i]?.status === 'rejected'), error: failed?.reason }
  }

  const tellEnd = (job: Job, { finish }: Report) => {
    if (!finish) return
    const { completions } = job.spec
    if (finish.type !== 'Complete') {
      events.record(job, 'Warning', finish.reason ?? '', finish.message ?? '')
      return
    }
    if (completions !== undefined && (job.status.succeeded ?? 0) > completions)
      events.record(
        job,
        'Warning',
        'TooManySucceededPods',
        'Too many succeeded pods running after completion count reached',
      )
    events.record(job, 'Normal', 'Completed', 'Job completed')
  }

  return {
    name: 'job',
    workers: 5,
    watches: [
      watching(jobInformer, ({ object }) => [keyOf(object)]),
      watching(podInformer, ({ object, before }) => [...ownersOf(object), ...(before ? ownersOf(before) : [])]),
    ],
    async reconcile(key) {
      const job = jobInformer.cache.get(key)
      if (!job || jobFinished(job)) {
        expectations.forget(key)
        backoffs.delete(key)
        seen.forget(key)
        return undefined
      }
      // What was written last will come by the watch, and look again.
      if (isForeign(job) || !seen.shows(key)) return undefined
      const now = clock.now()
      const current = expectations.met(key)
      const mine = await claimed(job)
      const facts = factsOf({ job, pods: mine, released: releases.uids, now })
      const backoff = afterPods(backoffs.get(key) ?? noBackoff, facts.newSucceeded, facts.newFailed)
      const todo = plan(job, mine, facts, backoff, current, now)
      const removal = await remove(job, key, todo)
      const creation = await create(job, key, todo)
      const told = report(job, facts, todo, { removed: removal.removed, created: creation.created }, current, now)
      const written = await write(job, told.status)
      backoffs.set(key, backoff)
      if (told.turned) events.record(job, 'Normal', told.turned, `Job ${told.turned.toLowerCase()}`)
      const { held, error } = await letGo(told.release)
      const known = new Set([...facts.tracked.filter(pod => !told.release.includes(pod)), ...held].map(uidOf))
      const settled = settle(written.status, known)
      const end = error === undefined ? finished(settled, told) : undefined
      const last = await write(written, end ?? settled)
      if (end) tellEnd(last, told)
      const failed = removal.error ?? creation.error ?? error
      if (failed !== undefined) throw failed
      return todo.again === undefined ? undefined : { again: todo.again }
    },
  }
}
