import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CronJob, CronJobSpec, CronJobStatus } from '../../api/batch/cronJobType.ts'
import type { Job } from '../../api/batch/jobType.ts'
import { openZone, utc } from '../../api/batch/timeZone.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Draft } from '../../schema/types.ts'
import { inZone, plan } from './plan.ts'

const now = Date.UTC(2026, 0, 31, 9, 30)
const at = (minutes: number) => formatTime(now + minutes * 60_000)

const cronOf = (spec: Draft<CronJobSpec>, status: CronJobStatus = {}, created = -1): CronJob =>
  ({
    metadata: { name: 'tick', namespace: 'default', creationTimestamp: at(created) },
    spec: { schedule: '*/10 * * * *', concurrencyPolicy: 'Allow', jobTemplate: {}, ...spec },
    status,
  }) as CronJob
const jobOf = (name: string, ended?: 'Complete' | 'Failed', minutes = 0): Job =>
  ({
    metadata: { name, uid: name },
    spec: {},
    status: {
      startTime: at(minutes),
      ...(ended ? { conditions: [{ type: ended, status: 'True' }] } : {}),
      ...(ended === 'Complete' ? { completionTime: at(minutes) } : {}),
    },
  }) as unknown as Job
const active = (...names: string[]): CronJobStatus => ({ active: names.map(name => ({ name, uid: name })) })

test('a job is made for the last time that was due', () => {
  const cases: [what: string, cronJob: CronJob, make: number | undefined, again: number | undefined, told: string[]][] =
    [
      ['due now', cronOf({}), 0, 10, []],
      ['not due since it was made', cronOf({}, {}, 0), undefined, 10, []],
      ['made already', cronOf({}, { lastScheduleTime: at(0) }), undefined, 10, []],
      ['some times missed: only the last counts', cronOf({}, { lastScheduleTime: at(-30) }), 0, 10, []],
      ['many times missed', cronOf({}, { lastScheduleTime: at(-2000) }), 0, 10, ['TooManyMissedTimes']],
      ['too late', cronOf({ schedule: '25 * * * *', startingDeadlineSeconds: 60 }, {}, -60), undefined, 55, []],
      ['suspended', cronOf({ suspend: true }), undefined, undefined, []],
      ['a schedule that says nothing', cronOf({ schedule: 'soon' }), undefined, undefined, ['UnparseableSchedule']],
      ['a day that never comes', cronOf({ schedule: '0 0 30 2 *' }), undefined, undefined, ['InvalidSchedule']],
      ['no such place', cronOf({ timeZone: 'Moon/Base' }), undefined, undefined, ['UnknownTimeZone']],
      ['at home', cronOf({ schedule: '30 10 * * *', timeZone: 'Europe/Berlin' }), 0, 24 * 60, []],
      [
        'one runs',
        cronOf({ concurrencyPolicy: 'Forbid' }, active('a')),
        undefined,
        10,
        ['UnexpectedJob', 'JobAlreadyActive'],
      ],
    ]
  for (const [what, cronJob, make, again, told] of cases) {
    const todo = plan(cronJob, told.includes('UnexpectedJob') ? [jobOf('b')] : [], new Set(), now)
    assert.equal(todo.make, make === undefined ? undefined : now + make * 60_000, what)
    assert.equal(todo.again, again === undefined ? undefined : again * 60_000 + 100, what)
    assert.deepEqual(
      todo.told.map(({ reason }) => reason),
      told,
      what,
    )
  }
})

test('a job that still runs is replaced where that is asked for', () => {
  const todo = plan(cronOf({ concurrencyPolicy: 'Replace' }, active('a')), [jobOf('a')], new Set(), now)
  assert.deepEqual([todo.replace, todo.make], [[{ name: 'a', uid: 'a' }], now])
})

test('jobs that ended leave the status, and the oldest are forgotten', () => {
  const jobs = [
    jobOf('a', 'Complete', -50),
    jobOf('b', 'Complete', -40),
    jobOf('c', 'Failed', -30),
    jobOf('d', 'Failed', -20),
    jobOf('e', undefined, -10),
  ]
  const limits = { successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 0, suspend: true }
  const todo = plan(cronOf(limits, active('b', 'd', 'e', 'lost')), jobs, new Set(['lost']), now)
  assert.deepEqual(todo.status, { ...active('e'), lastSuccessfulTime: at(-40) })
  assert.deepEqual(
    todo.forget.map(({ metadata }) => metadata.name),
    ['a', 'c', 'd'],
  )
  assert.deepEqual(
    todo.told.map(({ message }) => message),
    [
      'Saw completed job: b, condition: Complete',
      'Saw completed job: d, condition: Failed',
      'Active job went missing: lost',
    ],
  )
})

test('times are told as the wall clock shows them', () => {
  const zone = (name: string) => openZone(name) ?? utc
  assert.equal(inZone(now, utc), '2026-01-31T09:30:00Z')
  assert.equal(inZone(now, zone('America/St_Johns')), '2026-01-31T06:00:00-03:30')
  assert.equal(inZone(now, zone('Asia/Kolkata')), '2026-01-31T15:00:00+05:30')
})
