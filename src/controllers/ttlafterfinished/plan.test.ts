import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Job } from '../../api/batch/jobType.ts'
import { jobs } from '../../api/index.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { ttlafterfinished } from './index.ts'
import { timeLeft } from './plan.ts'

const now = Date.UTC(2026, 0, 31, 9, 30)

test('a job is deleted so long after its end', () => {
  const job = (seconds: number | undefined, type: string, metadata: object = {}): Job =>
    ({
      metadata,
      spec: { ttlSecondsAfterFinished: seconds },
      status: { conditions: [{ type, status: 'True', lastTransitionTime: formatTime(now - 20_000) }] },
    }) as unknown as Job
  assert.equal(timeLeft(job(30, 'Complete'), now), 10_000)
  assert.equal(timeLeft(job(0, 'Failed'), now), 0)
  assert.equal(timeLeft(job(30, 'FailureTarget'), now), undefined)
  assert.equal(timeLeft(job(undefined, 'Complete'), now), undefined)
  assert.equal(timeLeft(job(0, 'Complete', { deletionTimestamp: formatTime(now) }), now), undefined)
})

test('a job that ended goes by itself', async () => {
  const cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [ttlafterfinished] })
  try {
    const client = cluster.client.of(jobs)
    const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
    const job = await client.create({
      metadata: { name: 'brief', namespace: 'default' },
      spec: { template, ttlSecondsAfterFinished: 0 },
    } as never)
    const time = formatTime(cluster.clock.now())
    const conditions = ['SuccessCriteriaMet', 'Complete'].map(type => ({
      type,
      status: 'True',
      lastProbeTime: time,
      lastTransitionTime: time,
    }))
    await client.updateStatus({ ...job, status: { startTime: time, completionTime: time, conditions } })
    // The garbage collector would take the last step: deleting waits for the pods.
    const going = await eventually(async () => {
      const found = await client.get('brief', { namespace: 'default' })
      return found.metadata.deletionTimestamp !== undefined && found
    })
    assert.deepEqual(going.metadata.finalizers, ['foregroundDeletion'])
  } finally {
    await cluster.stop()
  }
})
