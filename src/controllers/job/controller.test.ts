import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Job, JobSpec } from '../../api/batch/jobType.ts'
import type { PodStatus } from '../../api/core/pod/status.ts'
import { jobs, type Pod, pods } from '../../api/index.ts'
import type { Draft } from '../../schema/types.ts'
import { type Cluster, startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { serviceaccount } from '../serviceaccount/index.ts'
import { job as module } from './index.ts'

let cluster: Cluster
before(async () => {
  cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [serviceaccount, module] })
})
after(() => cluster.stop())

const namespace = 'default'
const template = { spec: { restartPolicy: 'Never' as const, containers: [{ name: 'c', image: 'i' }] } }
const make = (name: string, spec: Draft<JobSpec> = {}) =>
  cluster.client.of(jobs).create({ metadata: { name, namespace }, spec: { template, ...spec } } as never)
const get = (name: string): Promise<Job> => cluster.client.of(jobs).get(name, { namespace })
const podsOf = async (name: string): Promise<Pod[]> =>
  (await cluster.client.of(pods).list({ namespace, labelSelector: `job-name=${name}` })).items

/** Waits for so many pods that have not ended. */
const running = (name: string, count: number): Promise<Pod[]> =>
  eventually(async () => {
    const found = (await podsOf(name)).filter(
      ({ status, metadata }) => status.phase === 'Pending' && !metadata.deletionTimestamp,
    )
    return found.length === count && found
  })

/** Reports a pod as ended. */
const end = (pod: Pod, phase: 'Succeeded' | 'Failed', more: Partial<PodStatus> = {}) =>
  cluster.client.of(pods).updateStatus({ ...pod, status: { ...pod.status, phase, ...more } })

const finished = (name: string, type: string): Promise<Job> =>
  eventually(async () => {
    const job = await get(name)
    return job.status.conditions?.some(one => one.type === type && one.status === 'True') && job
  })
const told = ({ status: { conditions = [] } }: Job) =>
  conditions.map(({ type, status, reason }) => `${type}=${status} ${reason}`)

test('a job runs pods until enough have succeeded, and counts each once', async () => {
  await make('work', { completions: 3, parallelism: 2 })
  const first = await running('work', 2)
  assert.deepEqual(first[0]?.metadata.finalizers, ['batch.kubernetes.io/job-tracking'])
  for (const pod of first) await end(pod, 'Succeeded')
  const [last] = await running('work', 1)
  assert.ok(last)
  await end(last, 'Succeeded')
  const job = await finished('work', 'Complete')
  assert.deepEqual(told(job), ['SuccessCriteriaMet=True CompletionsReached', 'Complete=True CompletionsReached'])
  const { succeeded, active, ready, terminating, uncountedTerminatedPods, completionTime } = job.status
  assert.deepEqual([succeeded, active, ready, terminating, uncountedTerminatedPods], [3, undefined, 0, 0, {}])
  assert.ok(completionTime)
  await eventually(async () => (await podsOf('work')).every(({ metadata }) => !metadata.finalizers?.length))
})

test('a job fails once its pods have failed too often', async () => {
  await make('broken', { backoffLimit: 0, parallelism: 2, completions: 2 })
  const [bad] = await running('broken', 2)
  assert.ok(bad)
  await end(bad, 'Failed')
  const job = await finished('broken', 'Failed')
  assert.deepEqual(told(job), ['FailureTarget=True BackoffLimitExceeded', 'Failed=True BackoffLimitExceeded'])
  assert.deepEqual([job.status.failed, job.status.active], [2, undefined])
  await eventually(async () => (await podsOf('broken')).length === 1)
})

test('pods of an indexed job know their index, and a failed one is replaced under the same', async () => {
  await make('indexed', { completionMode: 'Indexed', completions: 3, parallelism: 3, backoffLimitPerIndex: 1 })
  const all = await running('indexed', 3)
  const sorted = all.sort((a, b) => ((a.spec.hostname ?? '') < (b.spec.hostname ?? '') ? -1 : 1))
  assert.deepEqual(
    sorted.map(({ metadata, spec }) => [
      metadata.name?.slice(0, -5),
      metadata.labels?.['batch.kubernetes.io/job-completion-index'],
      metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'],
      spec.hostname,
      spec.containers[0]?.env?.[0]?.valueFrom?.fieldRef?.fieldPath,
    ]),
    [0, 1, 2].map(index => [
      `indexed-${index}-`,
      String(index),
      '0',
      `indexed-${index}`,
      "metadata.labels['batch.kubernetes.io/job-completion-index']",
    ]),
  )
  await end(sorted[0] as Pod, 'Succeeded')
  await end(sorted[2] as Pod, 'Succeeded')
  const partly = await eventually(async () => {
    const job = await get('indexed')
    return job.status.succeeded === 2 && job
  })
  assert.deepEqual([partly.status.completedIndexes, partly.status.failedIndexes], ['0,2', ''])
})

test('a success policy ends a job before all of it is done', async () => {
  const rules = [{ succeededIndexes: '1' }]
  await make('leader', { completionMode: 'Indexed', completions: 2, parallelism: 2, successPolicy: { rules } })
  const leader = (await running('leader', 2)).find(({ spec }) => spec.hostname === 'leader-1')
  assert.ok(leader)
  await end(leader, 'Succeeded')
  const job = await finished('leader', 'Complete')
  assert.deepEqual(told(job), ['SuccessCriteriaMet=True SuccessPolicy', 'Complete=True SuccessPolicy'])
  assert.equal(job.status.conditions?.[1]?.message, 'Matched rules at index 0')
  assert.equal((await podsOf('leader')).length, 1)
})

test('a rule about exit codes fails the job at once', async () => {
  const rules = [{ action: 'FailJob' as const, onExitCodes: { operator: 'In' as const, values: [42] } }]
  await make('ruled', { backoffLimit: 5, podFailurePolicy: { rules } })
  const [pod] = await running('ruled', 1)
  assert.ok(pod)
  const terminated = { exitCode: 42, reason: 'Error', startedAt: '', finishedAt: '' }
  await end(pod, 'Failed', {
    containerStatuses: [{ name: 'c', image: 'i', imageID: '', ready: false, restartCount: 0, state: { terminated } }],
  } as never)
  const job = await finished('ruled', 'Failed')
  assert.match(
    job.status.conditions?.[1]?.message ?? '',
    /^Container c for pod default\/ruled-\w+ failed with exit code 42 matching FailJob rule at index 0$/,
  )
})

test('a suspended job has no pods, and goes on when it is resumed', async () => {
  await make('paused', { suspend: true })
  const paused = await finished('paused', 'Suspended')
  assert.deepEqual([await podsOf('paused'), paused.status.startTime], [[], undefined])
  const patch = (suspend: boolean) =>
    cluster.client.of(jobs).patch('paused', 'merge', { spec: { suspend } }, { namespace })
  await patch(false)
  await running('paused', 1)
  await eventually(async () => told(await get('paused')).includes('Suspended=False JobResumed'))
  await patch(true)
  await eventually(async () => (await podsOf('paused')).length === 0)
  const again = await finished('paused', 'Suspended')
  assert.equal(again.status.failed, undefined)
})

test('pods of a job that is deleted are let go of', async () => {
  await make('gone')
  const [pod] = await running('gone', 1)
  assert.ok(pod)
  await cluster.client.of(jobs).delete('gone', { namespace, propagationPolicy: 'Background' })
  await eventually(async () => (await podsOf('gone')).every(({ metadata }) => !metadata.finalizers?.length))
})

test('jobs that somebody else manages are left alone', async () => {
  await make('foreign', { managedBy: 'acme.io/jobs' })
  await make('own')
  await running('own', 1)
  assert.deepEqual([await podsOf('foreign'), (await get('foreign')).status], [[], {}])
})

test('a job without completions is over when one pod has succeeded and none runs', async () => {
  await make('queue', { parallelism: 2 })
  const [one, two] = await running('queue', 2)
  await end(one as Pod, 'Succeeded')
  await eventually(async () => (await get('queue')).status.succeeded === 1)
  assert.equal((await get('queue')).status.active, 1)
  await end(two as Pod, 'Succeeded')
  assert.equal((await finished('queue', 'Complete')).status.succeeded, 2)
})
