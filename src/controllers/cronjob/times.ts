import type { CronJob } from '../../api/batch/cronJobType.ts'
import { nextTime, type Schedule } from '../../api/batch/schedule.ts'
import type { Zone } from '../../api/batch/timeZone.ts'
import { parseTime } from '../../schema/scalars/time.ts'

/** The last time a cron job was due, up to now; all in milliseconds since the epoch. */
export interface Due {
  /** Where the search began: the last time a job was made, or the cron job itself. */
  readonly since: number
  readonly time?: number
  /** How many times were due since then, roughly. */
  readonly missed: number
}

const neverDue = 'time difference between two schedules is less than 1 second'

/**
 * Finds when a cron job was last due. `late`: whether times before the starting deadline are left out. A text says why
 * the schedule makes no sense. Of upstream's mostRecentScheduleTime.
 */
export function lastDue(cronJob: CronJob, schedule: Schedule, zone: Zone, now: number, late: boolean): Due | string {
  const { creationTimestamp } = cronJob.metadata
  const { startingDeadlineSeconds } = cronJob.spec
  let since = parseTime(cronJob.status.lastScheduleTime ?? creationTimestamp ?? '')
  if (late && startingDeadlineSeconds !== undefined) since = Math.max(since, now - startingDeadlineSeconds * 1000)
  const first = nextTime(schedule, since, zone)
  if (first === undefined) return neverDue
  if (now < first) return { since, missed: 0 }
  const second = nextTime(schedule, first, zone)
  if (second === undefined || now < second) return { since, time: first, missed: 1 }
  const period = second - first
  const missed = Math.floor((now - first) / period) + 1
  // Begins shortly before now: what `@every` comes to depends on where one begins, so by whole periods.
  let time: number | undefined
  let next = nextTime(schedule, first + (missed - 2) * period, zone)
  while (next !== undefined && next <= now) {
    time = next
    next = nextTime(schedule, next, zone)
  }
  return { since, missed, ...(time === undefined ? {} : { time }) }
}

/** Clocks differ: a cron job is looked at a little after it is due. */
const margin = 100

/** In how many milliseconds a cron job is to be looked at again. */
export function untilDue(cronJob: CronJob, schedule: Schedule, zone: Zone, now: number): number | undefined {
  const due = lastDue(cronJob, schedule, zone, now, false)
  const from = typeof due === 'string' ? now : (due.time ?? (due.missed === 0 ? due.since : now))
  const next = nextTime(schedule, from, zone)
  return next === undefined ? undefined : next + margin - now
}
