import { cronJobs } from '../../api/batch/cronJob.ts'
import { type CronJob, CronJobStatus } from '../../api/batch/cronJobType.ts'
import { jobs } from '../../api/batch/job.ts'
import type { Job } from '../../api/batch/jobType.ts'
import { parseSchedule } from '../../api/batch/schedule.ts'
import { openZone, utc } from '../../api/batch/timeZone.ts'
import type { ObjectReference } from '../../api/core/references.ts'
import { controllerOf, controllerReference, isControlledBy } from '../../api/meta/owners.ts'
import { is } from '../../api/meta/statusError.ts'
import { keyOf } from '../../client/cache.ts'
import { type Controller, type Watch, watching } from '../../client/controller.ts'
import { semanticEqual } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext } from '../controller.ts'
import { namespaceIsGoing } from '../kit/pods.ts'
import { createSeen } from '../kit/seen.ts'
import { inZone, jobName, plan } from './plan.ts'
import { untilDue } from './times.ts'

/** On a job: the time it was made for, on the wall clock of its cron job. */
const timeAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp'

const reference = ({ metadata }: Job): ObjectReference => ({
  kind: jobs.kind,
  namespace: metadata.namespace ?? '',
  name: metadata.name ?? '',
  uid: metadata.uid ?? '',
  apiVersion: jobs.apiVersion,
  resourceVersion: metadata.resourceVersion ?? '',
})

/** Makes jobs at set times, and forgets old ones: `k8s.io/kubernetes/pkg/controller/cronjob`. */
export function cronJobController({ client, informers, events, clock }: ControllerContext): Controller {
  const cronInformer = informers.of(cronJobs)
  const jobInformer = informers.of(jobs)
  const seen = createSeen(cronInformer.cache)
  jobInformer.cache.index('controller', job => [controllerOf(job)?.uid ?? ''])

  const ownersOf = (job: Job): string[] => {
    const controller = controllerOf(job)
    return controller?.kind === cronJobs.kind ? [`${job.metadata.namespace}/${controller.name}`] : []
  }

  /** A changed schedule counts from its next time: what it would have asked for before was not asked for. */
  const cronWatch: Watch = {
    informer: cronInformer,
    begin: queue =>
      cronInformer.on({
        added: object => queue.add(keyOf(object)),
        removed: object => queue.add(keyOf(object)),
        changed(object, before) {
          const { schedule: text, timeZone } = object.spec
          if (text === before.spec.schedule && timeZone === before.spec.timeZone) {
            queue.add(keyOf(object))
            return
          }
          const schedule = parseSchedule(text)
          const zone = timeZone === undefined ? utc : openZone(timeZone)
          const wait = typeof schedule === 'string' || !zone ? undefined : untilDue(object, schedule, zone, clock.now())
          if (wait === undefined) queue.add(keyOf(object))
          else queue.addAfter(keyOf(object), wait)
        },
      }),
  }

  /** Active jobs that no cache shows may be new: the server is asked. */
  const goneOf = async ({ status, metadata }: CronJob, known: readonly Job[]): Promise<Set<string>> => {
    const uids = new Set(known.map(job => job.metadata.uid))
    const unseen = (status.active ?? []).filter(({ uid }) => !uids.has(uid))
    const gone = new Set<string>()
    for (const { name = '', uid = '' } of unseen) if (!(await find(name, metadata.namespace ?? ''))) gone.add(uid)
    return gone
  }

  const find = async (name: string, namespace: string): Promise<Job | undefined> => {
    try {
      return await client.of(jobs).get(name, { namespace })
    } catch (error) {
      if (is(error, 'NotFound')) return undefined
      throw error
    }
  }

  /** Deletes a job with its pods; whether that went well. */
  const forget = async (cronJob: CronJob, name: string): Promise<boolean> => {
    const namespace = cronJob.metadata.namespace ?? ''
    try {
      await client.of(jobs).delete(name, { namespace, propagationPolicy: 'Background' })
    } catch (error) {
      if (is(error, 'NotFound')) return true
      events.record(cronJob, 'Warning', 'FailedDelete', `Deleted job: ${(error as Error).message}`)
      return false
    }
    events.record(cronJob, 'Normal', 'SuccessfulDelete', `Deleted job ${name}`)
    return true
  }

  const make = async (cronJob: CronJob, time: number): Promise<Job | undefined> => {
    const { jobTemplate, timeZone = 'UTC' } = cronJob.spec
    const { labels, annotations } = jobTemplate.metadata
    const namespace = cronJob.metadata.namespace ?? ''
    const name = jobName(cronJob, time)
    try {
      const job = await client.of(jobs).create({
        metadata: {
          name,
          namespace,
          ...(labels ? { labels } : {}),
          annotations: { ...annotations, [timeAnnotation]: inZone(time, openZone(timeZone) ?? utc) },
          ownerReferences: [controllerReference(cronJob, cronJobs)],
        },
        spec: jobTemplate.spec,
      })
      events.record(cronJob, 'Normal', 'SuccessfulCreate', `Created job ${name}`)
      return job
    } catch (error) {
      if (namespaceIsGoing(error)) return undefined
      if (is(error, 'AlreadyExists')) {
        // Made before, by us, when the status could not be written; or by somebody else, who takes care of it.
        const job = await find(name, namespace)
        return job && isControlledBy(job, cronJob) ? job : undefined
      }
      events.record(cronJob, 'Warning', 'FailedCreate', `Error creating job: ${(error as Error).message}`)
      throw error
    }
  }

  return {
    name: 'cronjob',
    workers: 5,
    watches: [
      cronWatch,
      watching(jobInformer, ({ object, before }) => [...ownersOf(object), ...(before ? ownersOf(before) : [])]),
    ],
    async reconcile(key) {
      const cronJob = cronInformer.cache.get(key)
      if (!cronJob) {
        seen.forget(key)
        return undefined
      }
      // What was written last will come by the watch, and look again.
      if (!seen.shows(key)) return undefined
      const children = jobInformer.cache.by('controller', cronJob.metadata.uid ?? '')
      const todo = plan(cronJob, children, await goneOf(cronJob, children), clock.now())
      for (const { type, reason, message } of todo.told) events.record(cronJob, type, reason, message)
      for (const job of todo.forget) await forget(cronJob, job.metadata.name ?? '')
      let { active = [], ...rest } = todo.status
      for (const { name = '', uid } of todo.replace) {
        if (!(await forget(cronJob, name)))
          throw new Error(`could not replace job ${cronJob.metadata.namespace}/${name}`)
        active = active.filter(one => one.uid !== uid)
      }
      if (todo.make !== undefined) {
        const job = await make(cronJob, todo.make)
        if (job && !active.some(({ uid }) => uid === job.metadata.uid)) {
          active = [...active, reference(job)]
          rest = { ...rest, lastScheduleTime: formatTime(todo.make) }
        }
      }
      const status = { ...rest, ...(active.length ? { active } : {}) }
      if (!semanticEqual(CronJobStatus, cronJob.status, status))
        seen.wrote(await client.of(cronJobs).updateStatus({ ...cronJob, status }))
      return todo.again === undefined ? undefined : { again: todo.again }
    },
  }
}
