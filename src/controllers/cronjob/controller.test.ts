import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { CronJobSpec } from '../../api/batch/cronJobType.ts'
import { cronJobs, type Job, jobs } from '../../api/index.ts'
import { createVirtualClock, type VirtualClock } from '../../base/virtualClock.ts'
import type { Draft } from '../../schema/types.ts'
import { type Cluster, startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { cronjob } from './index.ts'

const minute = 60_000
const start = Date.UTC(2026, 0, 31, 9, 29, 30)
let clock: VirtualClock
let cluster: Cluster
before(async () => {
  clock = createVirtualClock(start)
  cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [cronjob], clock })
})
after(() => cluster.stop())

const namespace = 'default'
const jobTemplate = {
  metadata: { labels: { made: 'by-tick' } },
  spec: { template: { spec: { restartPolicy: 'Never' as const, containers: [{ name: 'c', image: 'i' }] } } },
}
const make = (name: string, spec: Draft<CronJobSpec>) =>
  cluster.client
    .of(cronJobs)
    .create({ metadata: { name, namespace }, spec: { schedule: '* * * * *', jobTemplate, ...spec } } as never)
const get = (name: string) => cluster.client.of(cronJobs).get(name, { namespace })
const jobsOf = async (name: string): Promise<Job[]> =>
  (await cluster.client.of(jobs).list({ namespace })).items.filter(
    ({ metadata }) => metadata.ownerReferences?.[0]?.name === name,
  )
/** Moves time until something holds. */
const whenStill = <T>(check: () => Promise<T>) =>
  eventually(async () => {
    await clock.settle()
    return check()
  })

test('a job is made when it is due, and named in the status', async () => {
  await make('tick', { timeZone: 'Europe/Berlin' })
  await clock.settle()
  await clock.advance(minute)
  const [job] = await whenStill(async () => {
    const found = await jobsOf('tick')
    return found.length === 1 && found
  })
  assert.ok(job)
  const { name, uid, labels, annotations } = job.metadata
  const due = Date.UTC(2026, 0, 31, 9, 30)
  assert.deepEqual(
    [name, labels, annotations],
    [
      `tick-${due / minute}`,
      { made: 'by-tick' },
      { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-31T10:30:00+01:00' },
    ],
  )
  const { status } = await whenStill(async () => {
    const found = await get('tick')
    return found.status.active?.length === 1 && found
  })
  assert.deepEqual([status.lastScheduleTime, status.active?.[0]?.uid], ['2026-01-31T09:30:00Z', uid])

  const done = await cluster.client.of(jobs).get(name ?? '', { namespace })
  const [startTime, completionTime] = ['2026-01-31T09:30:00Z', '2026-01-31T09:30:20Z']
  const conditions = ['SuccessCriteriaMet', 'Complete'].map(type => ({
    type,
    status: 'True',
    lastProbeTime: '',
    lastTransitionTime: '',
  }))
  await cluster.client.of(jobs).updateStatus({ ...done, status: { startTime, completionTime, conditions } })
  await whenStill(async () => {
    const found = await get('tick')
    return found.status.lastSuccessfulTime === completionTime && !found.status.active
  })
  await cluster.client.of(cronJobs).delete('tick', { namespace })
})

test('with Replace the last job gives way to the next, with Forbid it keeps the next out', async () => {
  await make('replace', { concurrencyPolicy: 'Replace' })
  await make('forbid', { concurrencyPolicy: 'Forbid' })
  await clock.settle()
  await clock.advance(minute)
  const first = await whenStill(async () => {
    const [replace, forbid] = [await jobsOf('replace'), await jobsOf('forbid')]
    return replace.length === 1 && forbid.length === 1 && [replace[0]?.metadata.uid, forbid[0]?.metadata.uid]
  })
  await whenStill(async () => (await get('replace')).status.active && (await get('forbid')).status.active)
  await clock.advance(minute)
  await whenStill(async () => {
    const [next] = await jobsOf('replace')
    return next !== undefined && next.metadata.uid !== first[0]
  })
  assert.deepEqual(
    [(await jobsOf('replace')).length, (await jobsOf('forbid')).map(({ metadata }) => metadata.uid)],
    [1, [first[1]]],
  )
})
