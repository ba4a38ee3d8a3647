import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jobIndexLabel, trackingFinalizer } from '../../api/batch/jobSelector.ts'
import type { Job, JobSpec, JobStatus } from '../../api/batch/jobType.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Draft } from '../../schema/types.ts'
import { afterPods, type Backoff, finishedAt, noBackoff, remaining } from './backoff.ts'
import { factsOf } from './facts.ts'
import { has, missing, readIndexes, setOf, shared, union } from './indexes.ts'
import { plan } from './plan.ts'
import { report } from './report.ts'

const now = Date.UTC(2026, 0, 31, 9, 30)
const at = (seconds: number) => formatTime(now + seconds * 1000)

const jobOf = (spec: Draft<JobSpec>, status: JobStatus = {}): Job =>
  ({
    metadata: { name: 'j', namespace: 'default', uid: 'u' },
    spec: { parallelism: 1, backoffLimit: 6, template: { metadata: {}, spec: { containers: [] } }, ...spec },
    status: { startTime: at(-60), ...status },
  }) as Job

interface Given {
  phase?: string
  index?: number
  going?: boolean
  failures?: number
  ready?: boolean
  seconds?: number
  restarts?: number
}
let count = 0
const podOf = ({ phase = 'Running', index, going, failures, ready, seconds = 0, restarts }: Given): Pod => {
  count++
  const annotations = {
    ...(index === undefined ? {} : { [jobIndexLabel]: String(index) }),
    ...(failures === undefined ? {} : { 'batch.kubernetes.io/job-index-failure-count': String(failures) }),
  }
  return {
    metadata: {
      name: `p${count}`,
      uid: `p${count}`,
      annotations,
      creationTimestamp: at(seconds),
      finalizers: [trackingFinalizer],
      ...(going ? { deletionTimestamp: at(0) } : {}),
    },
    spec: { containers: [], nodeName: 'n' },
    status: {
      phase,
      conditions: ready ? [{ type: 'Ready', status: 'True', lastProbeTime: '', lastTransitionTime: at(seconds) }] : [],
      ...(restarts ? { containerStatuses: [{ name: 'c', restartCount: restarts }] } : {}),
    },
  } as unknown as Pod
}

const planned = (spec: Draft<JobSpec>, given: Given[], status?: JobStatus, backoff: Backoff = noBackoff) => {
  const job = jobOf(spec, status)
  const pods = given.map(podOf)
  const facts = factsOf({ job, pods, released: new Set(), now })
  const todo = plan(job, pods, facts, backoff, true, now)
  return {
    remove: todo.remove.map(pod => pods.indexOf(pod)),
    create: todo.create.map(({ index }) => index ?? -1),
    ...(todo.ending ? { ending: todo.ending.reason } : {}),
    ...(todo.again === undefined ? {} : { again: todo.again }),
  }
}
const indexed = { completionMode: 'Indexed' as const, completions: 3, parallelism: 3 }

test('as many pods run as may, and no more than are still needed', () => {
  const cases: [spec: Draft<JobSpec>, pods: Given[], plan: object, status?: JobStatus, backoff?: Backoff][] = [
    [{ parallelism: 2 }, [], { remove: [], create: [-1, -1] }],
    [{ parallelism: 2, completions: 3 }, [{}], { remove: [], create: [-1] }, { succeeded: 1 }],
    [{ parallelism: 2, completions: 3 }, [{}], { remove: [], create: [] }, { succeeded: 2 }],
    // Once a pod of a job without completions has succeeded, nothing is begun.
    [{ parallelism: 3 }, [{ phase: 'Succeeded' }, {}], { remove: [], create: [] }],
    // Of too many, the one goes that is furthest from being done.
    [{ parallelism: 1 }, [{ ready: true }, { phase: 'Pending' }], { remove: [1], create: [] }],
    [{ suspend: true, parallelism: 2 }, [{}, {}], { remove: [0, 1], create: [] }],
    // A failed pod is replaced later and later.
    [{ parallelism: 2 }, [{}], { remove: [], create: [], again: 17_000 }, {}, { failures: 2, lastFailure: now - 3000 }],
    // Pods that are going count as there only for patient jobs.
    [{ parallelism: 1 }, [{ going: true }], { remove: [], create: [-1] }],
    [{ parallelism: 1, podReplacementPolicy: 'Failed' }, [{ going: true }], { remove: [], create: [] }],
    // Indexes: each once, and only those below the number of completions.
    [indexed, [{ index: 1 }], { remove: [], create: [0, 2] }],
    [indexed, [{ index: 0 }], { remove: [], create: [] }, { completedIndexes: '1-2' }],
    [indexed, [{ index: 0 }, { index: 0, ready: true }, { index: 7 }, {}], { remove: [2, 3, 0], create: [] }],
    [
      { ...indexed, backoffLimitPerIndex: 2 },
      [{ phase: 'Failed', index: 1, failures: 0, seconds: -4 }, { index: 0 }, { index: 2 }],
      { remove: [], create: [], again: 6000 },
    ],
    [
      { ...indexed, backoffLimitPerIndex: 2 },
      [{ phase: 'Failed', index: 1, failures: 0, seconds: -11 }, { index: 0 }, { index: 2 }],
      { remove: [], create: [1] },
    ],
  ]
  for (const [spec, pods, expected, status, backoff] of cases)
    assert.deepEqual(planned(spec, pods, status, backoff), expected, JSON.stringify([spec, pods]))
})

test('a job ends for one of these reasons', () => {
  const failed: Given = { phase: 'Failed' }
  const cases: [spec: Draft<JobSpec>, pods: Given[], ending: string | undefined, status?: JobStatus][] = [
    [{ backoffLimit: 1 }, [failed], undefined],
    [{ backoffLimit: 1 }, [failed, failed], 'BackoffLimitExceeded'],
    [{ backoffLimit: 1 }, [failed], 'BackoffLimitExceeded', { failed: 1 }],
    [
      { backoffLimit: 2, template: { spec: { restartPolicy: 'OnFailure', containers: [] } } },
      [{ restarts: 2 }],
      'BackoffLimitExceeded',
    ],
    [{ activeDeadlineSeconds: 60 }, [{}], 'DeadlineExceeded', { startTime: at(-60) }],
    [{ activeDeadlineSeconds: 60, suspend: true }, [{}], undefined, { startTime: at(-90) }],
    [
      { ...indexed, backoffLimitPerIndex: 0, maxFailedIndexes: 0 },
      [{ phase: 'Failed', index: 0 }],
      'MaxFailedIndexesExceeded',
    ],
    [
      { ...indexed, backoffLimitPerIndex: 0 },
      [{ phase: 'Failed', index: 0 }],
      'FailedIndexes',
      { completedIndexes: '1,2' },
    ],
    [
      { ...indexed, successPolicy: { rules: [{ succeededIndexes: '0-1', succeededCount: 1 }] } },
      [{ phase: 'Succeeded', index: 1 }],
      'SuccessPolicy',
    ],
  ]
  for (const [spec, pods, ending, status] of cases)
    assert.equal(planned(spec, pods, status).ending, ending, JSON.stringify([spec, pods]))
  assert.equal(planned({ activeDeadlineSeconds: 90 }, [{}]).again, 30_000)
})

test('a pod that ended is named in the status before it is let go of', () => {
  const job = jobOf({ completions: 2, parallelism: 2 }, { uncountedTerminatedPods: { failed: ['gone'] }, failed: 1 })
  const pods = [podOf({ phase: 'Succeeded' }), podOf({ phase: 'Failed' }), podOf({ ready: true })]
  const facts = factsOf({ job, pods, released: new Set(), now })
  const todo = { remove: [], create: [], managed: true }
  const told = report(job, facts, todo, { removed: [], created: 0 }, true, now)
  assert.deepEqual(told.status, {
    startTime: at(-60),
    active: 1,
    ready: 1,
    terminating: 0,
    failed: 2,
    uncountedTerminatedPods: { succeeded: [pods[0]?.metadata.uid], failed: [pods[1]?.metadata.uid] },
  })
  assert.deepEqual(told.release, pods.slice(0, 2))
  assert.equal(told.finish, undefined)
})

test('failures in a row double the wait, and a success forgets those before it', () => {
  const waits = [0, 1, 2, 3, 7, 40].map(failures => remaining({ failures, lastFailure: now }, now) / 1000)
  assert.deepEqual(waits, [0, 10, 20, 40, 600, 600])
  const [early, middle, late] = [-30, -20, -10].map(seconds => podOf({ seconds })) as [Pod, Pod, Pod]
  assert.equal(finishedAt(early), now - 30_000)
  assert.deepEqual(afterPods({ failures: 2, lastFailure: 1 }, [], [early]), { failures: 3, lastFailure: now - 30_000 })
  assert.deepEqual(afterPods({ failures: 2 }, [middle], [early, late]), { failures: 1, lastFailure: now - 10_000 })
  assert.deepEqual(afterPods({ failures: 2 }, [late], [early]), noBackoff)
})

test('sets of indexes are kept as intervals', () => {
  const set = readIndexes('0,2-4,x,7-99', 9)
  assert.deepEqual(set, [
    [0, 0],
    [2, 4],
    [7, 8],
  ])
  assert.deepEqual(union(set, setOf([1, 5])), [
    [0, 5],
    [7, 8],
  ])
  assert.deepEqual(
    [0, 1, 4, 5, 8, 9].map(index => has(set, index)),
    [true, false, true, false, true, false],
  )
  assert.deepEqual(missing(set, 2, 9), [1, 5])
  assert.deepEqual(missing(set, 9, 7), [1, 5, 6])
  assert.equal(shared(set, [[3, 7]]), 3)
})
