import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ChangeContext } from '../../resource.ts'
import { ephemeralcontainers, podChanges, resize, statusOnly } from './changes.ts'
import { podOf } from './pod.test-suite.ts'
import { pods } from './resource.ts'

const context: ChangeContext = { now: 0, user: { name: 'somebody', groups: [] }, timestamp: '2026-01-01T00:00:00Z' }
type Args = Parameters<typeof podOf>

function created(...args: Args) {
  const pod = podOf(...args)
  podChanges.create?.(pod, context)
  return pod
}

test('a new pod is pending, whatever its writer says, and has its QoS class', () => {
  const pod = created({}, { phase: 'Running', podIP: '10.0.0.1' })
  assert.deepEqual(pod.status, { phase: 'Pending', qosClass: 'BestEffort' })
})

test('a new pod behind a gate says so', () => {
  assert.deepEqual(created({ schedulingGates: [{ name: 'example.com/wait' }] }).status.conditions, [
    {
      type: 'PodScheduled',
      status: 'False',
      reason: 'SchedulingGated',
      message: 'Scheduling is blocked due to non-empty scheduling gates',
      lastProbeTime: '',
      lastTransitionTime: context.timestamp,
    },
  ])
})

test('label keys of affinity and spread become requirements of their selectors', () => {
  const labelSelector = { matchLabels: { app: 'web' } }
  const term = { topologyKey: 'zone', labelSelector, matchLabelKeys: ['hash'], mismatchLabelKeys: ['tenant', 'none'] }
  const { spec } = created(
    {
      affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector,
          matchLabelKeys: ['hash'],
        },
      ],
    },
    {},
    { labels: { app: 'web', hash: 'h1', tenant: 't1' } },
  )
  const hash = { key: 'hash', operator: 'In', values: ['h1'] }
  const tenant = { key: 'tenant', operator: 'NotIn', values: ['t1'] }
  const [antiAffinity] = spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  assert.deepEqual(antiAffinity?.labelSelector?.matchExpressions, [hash, tenant])
  assert.deepEqual(spec.topologySpreadConstraints?.[0]?.labelSelector?.matchExpressions, [hash])
})

test('an AppArmor annotation gets its field', () => {
  const annotation = (value: string) => ({ 'container.apparmor.security.beta.kubernetes.io/main': value })
  const profile = (value: string) =>
    created({}, {}, { annotations: annotation(value) }).spec.containers[0]?.securityContext?.appArmorProfile
  assert.deepEqual(profile('unconfined'), { type: 'Unconfined' })
  assert.deepEqual(profile('localhost/strict'), { type: 'Localhost', localhostProfile: 'strict' })
  assert.equal(profile('nonsense'), undefined)
})

test('fields of features that are off are dropped', () => {
  const { spec } = created({
    os: { name: 'linux' },
    schedulingGroup: { podGroupName: 'g' },
    containers: [{ name: 'main', image: 'a', lifecycle: { stopSignal: 'SIGUSR1' } }],
  })
  assert.equal(spec.schedulingGroup, undefined)
  assert.deepEqual(spec.containers[0]?.lifecycle, {})
})

test('an update leaves the status alone', () => {
  const old = podOf({}, { phase: 'Running' })
  const pod = podOf({}, { phase: 'Failed' })
  podChanges.update?.(pod, old, context)
  assert.equal(pod.status.phase, 'Running')
})

test('the status view leaves spec and owners alone and keeps what is left out', () => {
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'n', uid: '1' }
  const condition = { type: 'Ready', status: 'False', observedGeneration: 4 }
  const old = podOf(
    {},
    { qosClass: 'BestEffort', observedGeneration: 3, conditions: [condition] },
    { ownerReferences: [owner] },
  )
  const pod = podOf({ nodeName: 'elsewhere' }, { conditions: [{ type: 'Ready', status: 'True' }] })
  statusOnly.update?.(pod, old, context)
  assert.equal(pod.spec, old.spec)
  assert.deepEqual(pod.metadata.ownerReferences, [owner])
  assert.equal(pod.status.qosClass, 'BestEffort')
  assert.equal(pod.status.observedGeneration, 3)
  assert.deepEqual(
    pod.status.conditions?.map(({ status, observedGeneration }) => [status, observedGeneration]),
    [['True', 4]],
  )
})

test('the ephemeralcontainers view takes nothing else from the writer', () => {
  const old = podOf({}, { phase: 'Running' }, { labels: { app: 'web' }, resourceVersion: '7' })
  const debug = { name: 'debug', image: 'busybox' }
  const pod = podOf({ nodeName: 'elsewhere', ephemeralContainers: [debug] }, {}, { labels: {}, resourceVersion: '7' })
  const { ephemeralContainers } = pod.spec
  ephemeralcontainers.update?.(pod, old, context)
  assert.deepEqual(pod.spec, { ...old.spec, ephemeralContainers })
  assert.deepEqual(pod.metadata, old.metadata)
  assert.equal(pod.status, old.status)
})

test('the resize view takes resources and resize policies only', () => {
  const old = podOf({}, { phase: 'Running' })
  const pod = podOf({
    dnsPolicy: 'None',
    containers: [{ name: 'main', image: 'other', resources: { requests: { cpu: '2' } } }],
  })
  resize.update?.(pod, old, context)
  const [container] = old.spec.containers
  assert.deepEqual(pod.spec, { ...old.spec, containers: [{ ...container, resources: { requests: { cpu: '2' } } }] })
})

test('a resize that renames containers is left for the rules to refuse', () => {
  const pod = podOf({ containers: [{ name: 'other', image: 'nginx' }] })
  resize.update?.(pod, podOf(), context)
  assert.equal(pod.spec.containers[0]?.name, 'other')
})

const graces: [name: string, expected: number, pod: ReturnType<typeof podOf>, asked: number | undefined][] = [
  ['as its spec says', 30, podOf({ nodeName: 'n' }), undefined],
  ['as asked', 5, podOf({ nodeName: 'n' }), 5],
  ['at once when asked', 0, podOf({ nodeName: 'n' }), 0],
  ['a negative wish means a second', 1, podOf({ nodeName: 'n' }), -1],
  ['at once when no node has it', 0, podOf(), 30],
  ['at once when it has ended', 0, podOf({ nodeName: 'n' }, { phase: 'Succeeded' }), 30],
]
for (const [name, expected, pod, asked] of graces)
  test(`deletion gives ${expected} s: ${name}`, () => assert.equal(pods.grace?.(pod, asked), expected))

test('a pod can be selected by where it is and what it does', () => {
  const pod = podOf(
    { nodeName: 'n', serviceAccountName: 's', hostNetwork: true },
    { phase: 'Running', podIP: '10.0.0.1' },
  )
  const read = Object.fromEntries(Object.entries(pods.select ?? {}).map(([field, of]) => [field, of(pod)]))
  assert.deepEqual(read, {
    'spec.nodeName': 'n',
    'spec.restartPolicy': 'Always',
    'spec.schedulerName': 'default-scheduler',
    'spec.serviceAccountName': 's',
    'spec.hostNetwork': 'true',
    'status.phase': 'Running',
    'status.podIP': '10.0.0.1',
    'status.nominatedNodeName': '',
  })
})
