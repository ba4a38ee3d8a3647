import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod, PodStatus } from '../pod.ts'
import type { ContainerRecord, PodState } from '../sync/state.ts'
import { computeStatus, type StatusInput } from './compute.ts'
import { statusPatch } from './writer.ts'

const now = Date.parse('2026-01-01T00:01:00Z')
const container = (name: string, more: object = {}): Container =>
  ({ name, image: name, resources: {}, ...more }) as Container
const podOf = (spec: object = {}, status: object = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'ns', uid: 'u', generation: 2 },
    spec: { restartPolicy: 'Always', containers: [container('b'), container('a')], ...spec },
    status,
  }) as unknown as Pod
const record = (name: string, more: Partial<ContainerRecord> = {}): ContainerRecord =>
  ({
    id: `${name}1`,
    name,
    sandboxId: 's',
    phase: 'running',
    startedAt: now - 30_000,
    createdAt: now,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: `docker.io/${name}`,
    imageId: 'sha256:1',
    restartCount: 0,
    mounts: [],
    ...more,
  }) as unknown as ContainerRecord
const exited = (name: string, exitCode: number, more: Partial<ContainerRecord> = {}) =>
  record(name, { phase: 'exited', exitCode, reason: exitCode ? 'Error' : 'Completed', finishedAt: now - 1000, ...more })
const sandbox = { id: 's', attempt: 0, ready: true, createdAt: 0, hostNetwork: false, ips: ['10.0.0.1'] }
const state = (...containers: ContainerRecord[]): PodState => ({ sandboxes: [sandbox], containers })

const compute = (pod: Pod, of: PodState, more: Partial<StatusInput> = {}): PodStatus =>
  computeStatus({
    pod,
    previous: pod.status,
    state: of,
    waiting: new Map(),
    started: () => true,
    ready: () => true,
    runtimeName: 'containerd',
    hostIPs: ['192.0.2.1'],
    now,
    over: false,
    final: false,
    ...more,
  })
/** Phase, conditions that hold, and what each container does. */
const short = ({ phase, conditions = [], initContainerStatuses = [], containerStatuses = [] }: PodStatus) => [
  phase,
  conditions
    .filter(({ status }) => status === 'True')
    .map(({ type }) => type)
    .join(' '),
  [...initContainerStatuses, ...containerStatuses]
    .map(
      ({ name, state: { waiting, running, terminated } }) =>
        `${name}:${waiting?.reason ?? (running ? 'running' : `${terminated?.reason}(${terminated?.exitCode})`)}`,
    )
    .join(' '),
]

test('a new pod is pending, its containers are being made', () => {
  const status = compute(podOf(), { sandboxes: [], containers: [] })
  assert.deepEqual(short(status), ['Pending', 'Initialized PodScheduled', 'a:ContainerCreating b:ContainerCreating'])
  assert.equal(status.startTime, '2026-01-01T00:01:00Z')
  const ready = status.conditions?.find(({ type }) => type === 'Ready')
  assert.deepEqual([ready?.reason, ready?.message], ['ContainersNotReady', 'containers with unready status: [b a]'])
})

test('situations of containers and the phases they make', () => {
  const inits = { initContainers: [container('i')] }
  const sidecar = { initContainers: [container('s', { restartPolicy: 'Always' })] }
  const everything = 'PodReadyToStartContainers Initialized Ready ContainersReady PodScheduled'
  const begun = 'PodReadyToStartContainers Initialized PodScheduled'
  const cases: [string, Pod, PodState, Partial<StatusInput>, unknown[]][] = [
    ['all run', podOf(), state(record('a'), record('b')), {}, ['Running', everything, 'a:running b:running']],
    [
      'one is not ready',
      podOf(),
      state(record('a'), record('b')),
      { ready: ({ name }) => name === 'a' },
      ['Running', begun, 'a:running b:running'],
    ],
    [
      'one has not started',
      podOf(),
      state(record('a'), record('b')),
      { started: ({ name }) => name === 'a' },
      ['Running', begun, 'a:running b:running'],
    ],
    [
      'one is held back',
      podOf(),
      state(record('a'), exited('b', 1)),
      { waiting: new Map([['b', { reason: 'CrashLoopBackOff', message: 'm' }]]) },
      ['Running', begun, 'a:running b:CrashLoopBackOff'],
    ],
    [
      'an image cannot be pulled',
      podOf(),
      state(record('a')),
      { waiting: new Map([['b', { reason: 'ErrImagePull', message: 'm' }]]) },
      ['Pending', begun, 'a:running b:ErrImagePull'],
    ],
    [
      'init runs',
      podOf(inits),
      state(record('i')),
      {},
      ['Pending', 'PodReadyToStartContainers PodScheduled', 'i:running a:PodInitializing b:PodInitializing'],
    ],
    [
      'init is done',
      podOf(inits),
      state(exited('i', 0)),
      {},
      ['Pending', begun, 'i:Completed(0) a:ContainerCreating b:ContainerCreating'],
    ],
    [
      'init failed for good',
      podOf({ ...inits, restartPolicy: 'Never' }),
      state(exited('i', 1)),
      {},
      ['Failed', 'PodReadyToStartContainers PodScheduled', 'i:Error(1) a:PodInitializing b:PodInitializing'],
    ],
    [
      'a sidecar runs beside',
      podOf(sidecar),
      state(record('s'), record('a'), record('b')),
      {},
      ['Running', everything, 's:running a:running b:running'],
    ],
    [
      'all succeeded',
      podOf({ restartPolicy: 'Never' }),
      state(exited('a', 0), exited('b', 0)),
      {},
      ['Succeeded', begun, 'a:Completed(0) b:Completed(0)'],
    ],
    [
      'one failed, none restarts',
      podOf({ restartPolicy: 'Never' }),
      state(exited('a', 0), exited('b', 2)),
      {},
      ['Failed', begun, 'a:Completed(0) b:Error(2)'],
    ],
    [
      'one failed and restarts',
      podOf({ restartPolicy: 'OnFailure' }),
      state(exited('a', 0), exited('b', 2)),
      {},
      ['Running', begun, 'a:Completed(0) b:Error(2)'],
    ],
    [
      'it is being ended',
      podOf(),
      state(exited('a', 0), exited('b', 137)),
      { over: true },
      ['Failed', begun, 'a:Completed(0) b:Error(137)'],
    ],
    [
      'it was ended before it began',
      podOf(),
      { sandboxes: [], containers: [] },
      { over: true, final: true },
      ['Failed', 'Initialized PodScheduled', 'a:ContainerStatusUnknown(137) b:ContainerStatusUnknown(137)'],
    ],
  ]
  for (const [name, pod, of, more, expected] of cases) assert.deepEqual(short(compute(pod, of, more)), expected, name)
})

test('a terminal phase is never left, and a verdict makes one', () => {
  const done = podOf({}, { phase: 'Succeeded' })
  assert.equal(compute(done, state(record('a'), record('b'))).phase, 'Succeeded')
  const evicted = compute(podOf(), state(record('a'), record('b')), { verdict: { reason: 'Evicted', message: 'm' } })
  assert.deepEqual([evicted.phase, evicted.reason, evicted.message], ['Failed', 'Evicted', 'm'])
})

test('runs before are remembered, and one that vanished counts as lost', () => {
  const again = compute(podOf(), state(record('a', { restartCount: 1 }), record('b'), exited('a', 3, { id: 'a0' })))
  const [a] = again.containerStatuses ?? []
  assert.deepEqual(
    [a?.restartCount, a?.lastState.terminated?.exitCode, a?.lastState.terminated?.containerID],
    [1, 3, 'containerd://a0'],
  )
  const lost = compute(podOf({}, again), state(record('b')))
  const [gone] = lost.containerStatuses ?? []
  assert.deepEqual([gone?.restartCount, gone?.lastState.terminated?.reason], [2, 'ContainerStatusUnknown'])
})

test('the time of a condition changes only with its status', () => {
  const first = compute(podOf(), state(record('a'), record('b')))
  const later = compute(podOf({}, first), state(record('a'), record('b')), { now: now + 60_000 })
  assert.deepEqual(later.conditions, first.conditions)
  const unready = compute(podOf({}, first), state(record('a'), record('b')), { now: now + 60_000, ready: () => false })
  const of = (type: string) => unready.conditions?.find(each => each.type === type)?.lastTransitionTime
  assert.deepEqual([of('Ready'), of('Initialized')], ['2026-01-01T00:02:00Z', '2026-01-01T00:01:00Z'])
})

test('readiness gates are part of being ready', () => {
  const gates = { readinessGates: [{ conditionType: 'x/y' }] }
  const ready = (conditions: object[]) => {
    const found = compute(podOf(gates, { conditions }), state(record('a'), record('b'))).conditions
    return found?.find(({ type }) => type === 'Ready')
  }
  assert.match(ready([])?.message ?? '', /readiness gate "x\/y" does not exist/)
  assert.equal(ready([{ type: 'x/y', status: 'False' }])?.reason, 'ReadinessGatesNotReady')
  assert.equal(ready([{ type: 'x/y', status: 'True' }])?.status, 'True')
})

test('only what changed is sent, and what is others’ is left alone', () => {
  const before = compute(podOf(), { sandboxes: [], containers: [] })
  assert.equal(statusPatch(before, before), undefined)
  const after = compute(podOf({}, before), state(record('a'), record('b')))
  const patch = statusPatch(before, after)
  assert.deepEqual(Object.keys(patch ?? {}).sort(), ['conditions', 'containerStatuses', 'phase', 'podIP', 'podIPs'])
  assert.deepEqual(patch?.podIPs, [{ ip: '10.0.0.1' }, { $patch: 'replace' }])
  assert.deepEqual(
    (patch?.conditions as { type: string }[] | undefined)?.map(({ type }) => type),
    ['PodReadyToStartContainers', 'Ready', 'ContainersReady'],
  )
  const theirs = { ...after, conditions: [...(after.conditions ?? []), { type: 'x/y', status: 'True' } as never] }
  assert.equal(statusPatch(theirs, after), undefined)
})
