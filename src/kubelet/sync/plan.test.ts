import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Container, Pod } from '../pod.ts'
import { containerHash } from './labels.ts'
import { type Health, type Plan, planPod } from './plan.ts'
import type { ContainerRecord, PodState } from './state.ts'

const minute = 60_000
const now = 100 * minute

type Spec = Partial<Pod['spec']>
const container = (name: string, more: Partial<Container> = {}): Container => ({
  name,
  image: 'i',
  resources: {},
  ...more,
})
const podOf = (spec: Spec = {}): Pod =>
  ({
    metadata: { name: 'p', namespace: 'ns', uid: 'u' },
    spec: { restartPolicy: 'Always', containers: [container('a'), container('b')], ...spec },
    status: {},
  }) as Pod

const record = (name: string, more: Partial<ContainerRecord> = {}): ContainerRecord => ({
  id: `${name}-1`,
  name,
  sandboxId: 's0',
  phase: 'running',
  createdAt: now - minute,
  startedAt: now - minute,
  finishedAt: 0,
  exitCode: 0,
  reason: '',
  message: '',
  image: 'i',
  imageId: 'i',
  hash: containerHash(container(name)),
  restartCount: 0,
  messagePath: '',
  messagePolicy: '',
  mounts: [],
  logPath: '',
  resources: undefined,
  user: undefined,
  ...more,
})
const exited = (name: string, exitCode: number, more: Partial<ContainerRecord> = {}) =>
  record(name, { phase: 'exited', exitCode, finishedAt: now - 1000, ...more })
const ready = { id: 's0', attempt: 0, ready: true, createdAt: 0, hostNetwork: false, ips: ['10.0.0.1'] }
const running = (...containers: ContainerRecord[]): PodState => ({ sandboxes: [ready], containers })

/** The plan in short: what is ended, made, killed and started. */
function short({ end, sandbox, kill, start, recheckAt }: Plan) {
  if (end) return 'end'
  return [
    ...(sandbox ? [`sandbox ${sandbox.attempt}${sandbox.replaces ? ' in place of another' : ''}`] : []),
    ...kill.map(each => `kill ${each.record.id}: ${each.message}`),
    ...start.map(each => `start ${each.container.name}${each.until === undefined ? '' : ` in ${each.until - now} ms`}`),
    ...(recheckAt === undefined ? [] : [`look again in ${recheckAt - now} ms`]),
  ].join('; ')
}

interface Case {
  readonly when: string
  readonly pod?: Spec
  readonly deleted?: true
  readonly state: PodState
  readonly health?: Record<string, Health>
  readonly crashes?: Record<string, { delay: number; at: number }>
  readonly so: string
}

const inits: Spec = { initContainers: [container('i1'), container('i2')] }
const sidecars: Spec = { initContainers: [container('s', { restartPolicy: 'Always' }), container('i2')] }

const cases: Case[] = [
  { when: 'a pod is new', state: { sandboxes: [], containers: [] }, so: 'sandbox 0; start a; start b' },
  { when: 'everything runs', state: running(record('a'), record('b')), so: '' },
  { when: 'a container was never started', state: running(record('a')), so: 'start b' },
  { when: 'a container ended and restarts always', state: running(record('a'), exited('b', 0)), so: 'start b' },
  {
    when: 'it restarts too often',
    state: running(record('a'), exited('b', 1)),
    crashes: { b: { delay: 20_000, at: now - 5000 } },
    so: 'start b in 19000 ms; look again in 19000 ms',
  },
  {
    when: 'it ended long after its last restart',
    state: running(record('a'), exited('b', 1)),
    crashes: { b: { delay: 300_000, at: now - 30 * minute } },
    so: 'start b',
  },
  {
    when: 'policy OnFailure and one succeeded, one failed',
    pod: { restartPolicy: 'OnFailure' },
    state: running(exited('a', 0), exited('b', 2)),
    so: 'start b',
  },
  {
    when: 'policy Never and one is left running',
    pod: { restartPolicy: 'Never' },
    state: running(exited('a', 1), record('b')),
    so: '',
  },
  {
    when: 'policy Never and all ended',
    pod: { restartPolicy: 'Never' },
    state: running(exited('a', 1), exited('b', 0)),
    so: 'end',
  },
  {
    when: 'policy OnFailure and all succeeded',
    pod: { restartPolicy: 'OnFailure' },
    state: running(exited('a', 0), exited('b', 0)),
    so: 'end',
  },
  {
    when: 'a container has a policy of its own',
    pod: { restartPolicy: 'Never', containers: [container('a', { restartPolicy: 'OnFailure' as never })] },
    state: running(exited('a', 1)),
    so: 'start a',
  },
  {
    when: 'a rule restarts for this exit code',
    pod: {
      restartPolicy: 'Never',
      containers: [
        container('a', { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }] }),
      ],
    },
    state: running(exited('a', 42)),
    so: 'start a',
  },
  {
    when: 'liveness failed',
    state: running(record('a'), record('b')),
    health: { 'b-1': { failedLiveness: true } },
    so: 'kill b-1: Container b failed liveness probe, will be restarted; start b',
  },
  {
    when: 'startup failed and nothing restarts',
    pod: { restartPolicy: 'Never' },
    state: running(record('a'), record('b')),
    health: { 'b-1': { failedStartup: true } },
    so: 'kill b-1: Container b failed startup probe',
  },
  {
    when: 'the image was changed, whatever the policy',
    pod: { restartPolicy: 'Never', containers: [container('a', { image: 'other' })] },
    state: running(record('a')),
    so: 'kill a-1: Container a definition changed, will be restarted; start a',
  },
  {
    when: 'the runtime lost track of a container',
    state: running(record('a'), record('b', { phase: 'unknown' })),
    so: 'kill b-1: Container is in "unknown" state, try killing it before restart; start b',
  },
  {
    when: 'a container was made but not started',
    state: running(record('a'), record('b', { phase: 'created' })),
    so: 'start b',
  },
  {
    when: 'the sandbox died',
    state: { sandboxes: [{ ...ready, ready: false, attempt: 3 }], containers: [record('a'), record('b')] },
    so: 'sandbox 4 in place of another; start a; start b',
  },
  {
    when: 'the sandbox has no address',
    state: { sandboxes: [{ ...ready, ips: [] }], containers: [] },
    so: 'sandbox 1 in place of another; start a; start b',
  },
  {
    when: 'the sandbox has no address and needs none',
    pod: { hostNetwork: true },
    state: { sandboxes: [{ ...ready, ips: [], hostNetwork: true }], containers: [] },
    so: 'start a; start b',
  },
  {
    when: 'the sandbox died and nothing restarts',
    pod: { restartPolicy: 'Never' },
    state: { sandboxes: [{ ...ready, ready: false }], containers: [exited('a', 0)] },
    so: 'end',
  },
  {
    when: 'the sandbox died and what succeeded is not run again',
    pod: { restartPolicy: 'OnFailure' },
    state: { sandboxes: [{ ...ready, ready: false }], containers: [exited('a', 0), exited('b', 1)] },
    so: 'sandbox 1 in place of another; start b',
  },
  {
    when: 'nothing of the pod has run yet and it has init containers',
    pod: inits,
    state: { sandboxes: [], containers: [] },
    so: 'sandbox 0; start i1',
  },
  { when: 'no init container has run', pod: inits, state: running(), so: 'start i1' },
  { when: 'the first init container runs', pod: inits, state: running(record('i1')), so: '' },
  { when: 'the first init container is done', pod: inits, state: running(exited('i1', 0)), so: 'start i2' },
  {
    when: 'the last init container is done',
    pod: inits,
    state: running(exited('i2', 0), exited('i1', 0)),
    so: 'start a; start b',
  },
  {
    when: 'an earlier init container was cleared away',
    pod: inits,
    state: running(exited('i2', 0)),
    so: 'start a; start b',
  },
  { when: 'an init container failed', pod: inits, state: running(exited('i1', 1)), so: 'start i1' },
  {
    when: 'an init container failed for good',
    pod: { ...inits, restartPolicy: 'Never' },
    state: running(exited('i1', 1)),
    so: 'end',
  },
  {
    when: 'the init containers are done and forgotten',
    pod: inits,
    state: running(record('a'), record('b')),
    so: '',
  },
  {
    when: 'init containers ran in another sandbox',
    pod: inits,
    state: running(exited('i1', 0, { sandboxId: 'old' }), exited('a', 0, { sandboxId: 'old' })),
    so: 'start i1',
  },
  {
    when: 'a sidecar runs: the next init container begins',
    pod: sidecars,
    state: running(record('s')),
    so: 'start i2',
  },
  {
    when: 'a sidecar has not passed its startup probe',
    pod: { initContainers: [container('s', { restartPolicy: 'Always', startupProbe: {} }), container('i2')] },
    state: running(record('s')),
    so: '',
  },
  {
    when: 'a sidecar has passed its startup probe',
    pod: { initContainers: [container('s', { restartPolicy: 'Always', startupProbe: {} }), container('i2')] },
    state: running(record('s')),
    health: { 's-1': { started: true } },
    so: 'start i2',
  },
  {
    when: 'a sidecar ended while the pod runs',
    pod: sidecars,
    state: running(exited('s', 0), exited('i2', 0), record('a'), record('b')),
    so: 'start s',
  },
  {
    when: 'all but the sidecar are over',
    pod: { ...sidecars, restartPolicy: 'Never' },
    state: running(record('s'), exited('i2', 0), exited('a', 0), exited('b', 0)),
    so: 'end',
  },
  {
    when: 'an ephemeral container was added',
    pod: { ephemeralContainers: [container('debug') as never] },
    state: running(record('a'), record('b')),
    so: 'start debug',
  },
  {
    when: 'an ephemeral container ended',
    pod: { ephemeralContainers: [container('debug') as never] },
    state: running(record('a'), record('b'), exited('debug', 1)),
    so: '',
  },
]

for (const { when, pod, state, health = {}, crashes = {}, so } of cases) {
  test(`when ${when}`, () => {
    const plan = planPod({
      pod: podOf(pod),
      state,
      now,
      health: id => health[id] ?? {},
      crashes: new Map(Object.entries(crashes)),
    })
    assert.equal(short(plan), so)
  })
}
