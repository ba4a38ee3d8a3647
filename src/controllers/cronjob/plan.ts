import type { CronJob, CronJobStatus } from '../../api/batch/cronJobType.ts'
import { jobFinished, jobIs } from '../../api/batch/jobConditions.ts'
import type { Job } from '../../api/batch/jobType.ts'
import { parseSchedule } from '../../api/batch/schedule.ts'
import { openZone, utc, type Zone } from '../../api/batch/timeZone.ts'
import type { ObjectReference } from '../../api/core/references.ts'
import { parseTime } from '../../schema/scalars/time.ts'
import { lastDue, untilDue } from './times.ts'

/** What is told of a cron job. */
export interface Told {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

export interface Plan {
  /** The status, before jobs are made and deleted. */
  readonly status: CronJobStatus
  /** Jobs beyond what is kept of those that ended. */
  readonly forget: readonly Job[]
  /** Jobs that still run and give way to the next. */
  readonly replace: readonly ObjectReference[]
  /** The time for which a job is to be made, in milliseconds since the epoch. */
  readonly make?: number
  readonly told: readonly Told[]
  readonly again?: number
}

const warning = (reason: string, message: string): Told => ({ type: 'Warning', reason, message })
const normal = (reason: string, message: string): Told => ({ type: 'Normal', reason, message })

/** What to make and delete. `gone`: UIDs of active jobs that are nowhere any more. Of upstream's syncCronJob. */
export function plan(cronJob: CronJob, jobs: readonly Job[], gone: ReadonlySet<string>, now: number): Plan {
  const forget = surplus(cronJob, jobs)
  const { status, told } = observed(cronJob, jobs, gone)
  const base = { status, forget, replace: [] }
  const { timeZone, schedule: text, suspend, concurrencyPolicy } = cronJob.spec
  if (cronJob.metadata.deletionTimestamp) return { ...base, told }
  const zone = timeZone === undefined ? utc : openZone(timeZone)
  if (!zone) {
    const why = `invalid timeZone: ${JSON.stringify(timeZone)}: unknown time zone ${timeZone}`
    return { ...base, told: [...told, warning('UnknownTimeZone', why)] }
  }
  if (suspend) return { ...base, told }
  const schedule = parseSchedule(text)
  if (typeof schedule === 'string') {
    const why = `unparseable schedule: ${JSON.stringify(text)} : ${schedule}`
    return { ...base, told: [...told, warning('UnparseableSchedule', why)] }
  }
  const due = lastDue(cronJob, schedule, zone, now, true)
  if (typeof due === 'string')
    return { ...base, told: [...told, warning('InvalidSchedule', `invalid schedule: ${text} : ${due}`)] }
  const next = (last: CronJob = cronJob) => {
    const again = untilDue(last, schedule, zone, now)
    return again === undefined ? {} : { again }
  }
  const { time } = due
  if (time === undefined) return { ...base, told, ...next() }
  if (due.missed > 100)
    told.push(
      warning(
        'TooManyMissedTimes',
        'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew',
      ),
    )
  const { startingDeadlineSeconds: seconds } = cronJob.spec
  if (seconds !== undefined && time + seconds * 1000 < now) {
    told.push(warning('MissSchedule', `Missed scheduled time to start a job: ${rfc1123(time)}`))
    return { ...base, told, ...next() }
  }
  const active = status.active ?? []
  const last = status.lastScheduleTime
  if (active.some(({ name }) => name === jobName(cronJob, time)) || (last && parseTime(last) === time))
    return { ...base, told, ...next() }
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const why = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    return { ...base, told: [...told, normal('JobAlreadyActive', why)], ...next() }
  }
  const made = { ...cronJob, status: { ...status, lastScheduleTime: new Date(time).toISOString() } }
  return { ...base, told, make: time, replace: concurrencyPolicy === 'Replace' ? active : [], ...next(made) }
}

/** The name of the job for a time: the same for the same, so that none is made twice. */
export const jobName = ({ metadata }: CronJob, time: number): string => `${metadata.name}-${Math.floor(time / 60_000)}`

/** The status as the jobs show it. */
function observed({ status }: CronJob, jobs: readonly Job[], gone: ReadonlySet<string>) {
  const told: Told[] = []
  let active = status.active ?? []
  let { lastSuccessfulTime } = status
  for (const job of jobs) {
    const { uid = '', name } = job.metadata
    const known = active.some(reference => reference.uid === uid)
    if (!jobFinished(job)) {
      if (!known) told.push(warning('UnexpectedJob', `Saw a job that the controller did not create or forgot: ${name}`))
      continue
    }
    const complete = jobIs(job, 'Complete')
    if (known) {
      active = active.filter(reference => reference.uid !== uid)
      const condition = complete ? 'Complete' : 'Failed'
      told.push(normal('SawCompletedJob', `Saw completed job: ${name}, condition: ${condition}`))
    }
    const { completionTime } = job.status
    if (
      complete &&
      completionTime &&
      (!lastSuccessfulTime || parseTime(completionTime) > parseTime(lastSuccessfulTime))
    )
      lastSuccessfulTime = completionTime
  }
  for (const { uid = '', name } of active)
    if (gone.has(uid)) told.push(normal('MissingJob', `Active job went missing: ${name}`))
  active = active.filter(({ uid = '' }) => !gone.has(uid))
  const { active: _, ...rest } = status
  const next: CronJobStatus = {
    ...rest,
    ...(active.length ? { active } : {}),
    ...(lastSuccessfulTime ? { lastSuccessfulTime } : {}),
  }
  return { status: next, told }
}

/** Of the jobs that ended, the oldest beyond the limits. */
function surplus({ spec }: CronJob, jobs: readonly Job[]): Job[] {
  const beyond = (ended: readonly Job[], limit: number | undefined) =>
    limit === undefined ? [] : [...ended].sort(byStart).slice(0, Math.max(0, ended.length - limit))
  return [
    ...beyond(
      jobs.filter(job => jobIs(job, 'Complete')),
      spec.successfulJobsHistoryLimit,
    ),
    ...beyond(
      jobs.filter(job => jobIs(job, 'Failed') && !jobIs(job, 'Complete')),
      spec.failedJobsHistoryLimit,
    ),
  ]
}

/** Those that never began come last. */
function byStart(a: Job, b: Job): number {
  const [first, second] = [a, b].map(({ status: { startTime } }) => (startTime ? parseTime(startTime) : Infinity))
  if (first !== second) return (first ?? 0) - (second ?? 0)
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1
}

const rfc1123 = (time: number): string => new Date(time).toUTCString().replace('GMT', '+0000')

/** A time as the wall clock of a zone shows it, in RFC 3339. */
export function inZone(time: number, zone: Zone): string {
  const offset = zone.offset(time)
  const text = new Date(time + offset).toISOString().slice(0, 19)
  if (offset === 0) return `${text}Z`
  const minutes = Math.abs(offset) / 60_000
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0')
  return `${text}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`
}
