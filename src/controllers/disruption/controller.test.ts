import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Pod, podDisruptionBudgets, pods, replicaSets } from '../../api/index.ts'
import { StatusError } from '../../api/meta/statusError.ts'
import { type Cluster, startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { replicaset } from '../replicaset/index.ts'
import { serviceaccount } from '../serviceaccount/index.ts'
import { disruption } from './index.ts'

let cluster: Cluster
before(async () => {
  cluster = await startCluster({
    nodes: 0,
    scheduler: false,
    controllers: [serviceaccount, replicaset, disruption],
  })
})
after(() => cluster.stop())

const namespace = 'default'
const workload = (name: string, replicas: number) =>
  cluster.client.of(replicaSets).create({
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  } as never)
const budget = (name: string, spec: object, app = name) =>
  cluster.client
    .of(podDisruptionBudgets)
    .create({ metadata: { name, namespace }, spec: { selector: { matchLabels: { app } }, ...spec } } as never)

/** Waits for so many pods, and reports them as running, the first `ready` of them as ready. */
const running = async (app: string, count: number, ready = count): Promise<[Pod, Pod, Pod]> => {
  const found = await eventually(async () => {
    const { items } = await cluster.client.of(pods).list({ namespace, labelSelector: `app=${app}` })
    return items.length === count && items
  })
  const reported = await Promise.all(
    found.map((pod, i) => {
      const condition = {
        type: 'Ready',
        status: i < ready ? 'True' : 'False',
        lastProbeTime: '',
        lastTransitionTime: '2026-01-31T09:30:00Z',
      }
      return cluster.client
        .of(pods)
        .updateStatus({ ...pod, status: { ...pod.status, phase: 'Running', conditions: [condition] } } as never)
    }),
  )
  return reported as [Pod, Pod, Pod]
}
const allowed = (name: string, count: number) =>
  eventually(async () => {
    const { status } = await cluster.client.of(podDisruptionBudgets).get(name, { namespace })
    return status.disruptionsAllowed === count && status.observedGeneration === 1 && status
  })
const evict = ({ metadata: { name = '' } }: Pod, deleteOptions: object = {}, apiVersion = 'policy/v1') =>
  cluster.client
    .of(pods)
    .post(name, 'eviction', { apiVersion, kind: 'Eviction', metadata: { name }, deleteOptions }, { namespace })
const refused = async (pod: Pod): Promise<StatusError> => {
  try {
    await evict(pod)
  } catch (error) {
    assert.ok(error instanceof StatusError)
    return error
  }
  throw new assert.AssertionError({ message: 'the eviction was granted' })
}

test('pods are evicted as long as their budget allows it', async () => {
  await workload('web', 3)
  const all = await running('web', 3)
  await budget('web', { maxUnavailable: '34%' })
  const status = await allowed('web', 2)
  assert.deepEqual(
    [status.currentHealthy, status.desiredHealthy, status.expectedPods, status.conditions?.[0]?.reason],
    [3, 1, 3, 'SufficientPods'],
  )
  await evict(all[0], { dryRun: ['All'] })
  await evict(all[0])
  await evict(all[1])
  // What is told of the budget is what was counted last.
  await eventually(async () => {
    const { status } = await cluster.client.of(podDisruptionBudgets).get('web', { namespace })
    return status.currentHealthy === 1
  })
  const error = await refused(all[2])
  assert.deepEqual(
    [error.code, error.reason, error.message],
    [429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget."],
  )
  assert.deepEqual(error.body.details?.causes, [
    { reason: 'DisruptionBudget', message: 'The disruption budget web needs 1 healthy pods and has 1 currently' },
  ])
})

test('pods that are not healthy may go while enough others are', async () => {
  await workload('sick', 3)
  const all = await running('sick', 3, 2)
  await budget('sick', { minAvailable: 2 })
  await allowed('sick', 0)
  assert.equal((await refused(all[0])).code, 429)
  await evict(all[2])
})

test('pods that are not healthy may always go when that is asked for', async () => {
  await workload('ill', 2)
  const all = await running('ill', 2, 0)
  await budget('ill', { minAvailable: 2, unhealthyPodEvictionPolicy: 'AlwaysAllow' })
  await allowed('ill', 0)
  await evict(all[0], {}, 'policy/v1beta1')
})

test('a pod may have one budget only', async () => {
  await workload('twice', 1)
  const [pod] = await running('twice', 1)
  await budget('twice', { minAvailable: 0 })
  await budget('again', { minAvailable: 0 }, 'twice')
  await allowed('twice', 1)
  const error = await refused(pod)
  assert.deepEqual(
    [error.code, error.message],
    [500, 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.'],
  )
})

test('a budget that cannot be counted allows nothing', async () => {
  const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'y', controller: true }
  await cluster.client.of(pods).create({
    metadata: { name: 'odd', namespace, labels: { app: 'odd' }, ownerReferences: [owner] },
    spec: { containers: [{ name: 'c', image: 'i' }] },
  } as never)
  await budget('odd', { maxUnavailable: 1 })
  const { conditions } = await eventually(async () => {
    const { status } = await cluster.client.of(podDisruptionBudgets).get('odd', { namespace })
    return status.conditions && status
  })
  assert.deepEqual(
    conditions?.map(({ status, reason, message }) => [status, reason, message]),
    [['False', 'SyncFailed', 'configmaps does not implement the scale subresource']],
  )
})
