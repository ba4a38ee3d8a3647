import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podColumns } from './columns.ts'
import { rawPod } from './pod.test-suite.ts'
import type { Pod } from './pod.ts'

const now = Date.parse('2026-01-01T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()

const row = (pod: Pod) => podColumns.map(column => column.cell(pod, now))
/** READY, STATUS and RESTARTS. */
const short = (pod: Pod) => row(pod).slice(1, 4).join(' ')

const named = (...names: string[]) => ({ containers: names.map(name => ({ name, image: 'nginx' })) })
const running = (name: string, more: object = {}) => ({
  name,
  ready: true,
  started: true,
  state: { running: { startedAt: ago(60) } },
  ...more,
})
const waiting = (name: string, reason: string) => ({ name, state: { waiting: { reason } } })
const ended = (name: string, terminated: object) => ({ name, state: { terminated: { exitCode: 0, ...terminated } } })
const restarted = (times: number, seconds: number) => ({
  restartCount: times,
  lastState: { terminated: { exitCode: 1, finishedAt: ago(seconds) } },
})
const withInit = (...restartPolicies: (string | undefined)[]) => ({
  ...named('a'),
  initContainers: restartPolicies.map((restartPolicy, i) => ({ name: `i${i}`, image: 'busybox', restartPolicy })),
})

const cases: [name: string, expected: string, pod: Pod][] = [
  ['a pod nobody has looked at', '0/1 Pending 0', rawPod({}, { phase: 'Pending' })],
  [
    'a pod behind a gate',
    '0/1 SchedulingGated 0',
    rawPod(
      {},
      { phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] },
    ),
  ],
  ['a pod with a reason', '0/1 Evicted 0', rawPod({}, { phase: 'Failed', reason: 'Evicted' })],
  ['a running pod', '1/1 Running 0', rawPod(named('a'), { phase: 'Running', containerStatuses: [running('a')] })],
  [
    'a pod being created',
    '0/1 ContainerCreating 0',
    rawPod(named('a'), { phase: 'Pending', containerStatuses: [waiting('a', 'ContainerCreating')] }),
  ],
  [
    'the first container that is in trouble gives the word',
    '1/3 CrashLoopBackOff 0',
    rawPod(named('a', 'b', 'c'), {
      phase: 'Running',
      containerStatuses: [running('a'), waiting('b', 'CrashLoopBackOff'), waiting('c', 'ErrImagePull')],
    }),
  ],
  [
    'restarts tell how often and when last',
    '2/2 Running 4 (5m ago)',
    rawPod(named('a', 'b'), {
      phase: 'Running',
      containerStatuses: [running('a', restarted(3, 300)), running('b', restarted(1, 7200))],
    }),
  ],
  [
    'a completed pod',
    '0/1 Completed 0',
    rawPod(named('a'), { phase: 'Succeeded', containerStatuses: [ended('a', { reason: 'Completed' })] }),
  ],
  [
    'one container completed, the other runs and the pod is ready',
    '1/2 Running 0',
    rawPod(named('a', 'b'), {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True' }],
      containerStatuses: [ended('a', { reason: 'Completed' }), running('b')],
    }),
  ],
  [
    'one container completed, the other runs and the pod is not ready',
    '1/2 NotReady 0',
    rawPod(named('a', 'b'), {
      phase: 'Running',
      containerStatuses: [ended('a', { reason: 'Completed' }), running('b')],
    }),
  ],
  [
    'a failure goes before a completion',
    '0/2 Error 0',
    rawPod(named('a', 'b'), {
      phase: 'Failed',
      containerStatuses: [ended('a', { reason: 'Completed' }), ended('b', { exitCode: 1, reason: 'Error' })],
    }),
  ],
  [
    'an end without a reason is told by its exit code',
    '0/1 ExitCode:3 0',
    rawPod(named('a'), { phase: 'Failed', containerStatuses: [ended('a', { exitCode: 3 })] }),
  ],
  [
    'or by its signal',
    '0/1 Signal:9 0',
    rawPod(named('a'), { phase: 'Failed', containerStatuses: [ended('a', { exitCode: 137, signal: 9 })] }),
  ],
  [
    'an init container that runs',
    '0/1 Init:1/2 0',
    rawPod(withInit(undefined, undefined), {
      phase: 'Pending',
      initContainerStatuses: [ended('i0', {}), { name: 'i1', state: { running: {} } }],
      containerStatuses: [waiting('a', 'PodInitializing')],
    }),
  ],
  [
    'an init container that failed, with its restarts',
    '0/1 Init:Error 2 (10s ago)',
    rawPod(withInit(undefined), {
      phase: 'Pending',
      initContainerStatuses: [{ ...ended('i0', { exitCode: 1, reason: 'Error' }), ...restarted(2, 10) }],
    }),
  ],
  [
    'an init container that failed without a reason',
    '0/1 Init:ExitCode:5 0',
    rawPod(withInit(undefined), { phase: 'Pending', initContainerStatuses: [ended('i0', { exitCode: 5 })] }),
  ],
  [
    'an init container that was killed',
    '0/1 Init:Signal:9 0',
    rawPod(withInit(undefined), {
      phase: 'Pending',
      initContainerStatuses: [ended('i0', { exitCode: 137, signal: 9 })],
    }),
  ],
  [
    'an init container that waits',
    '0/1 Init:ImagePullBackOff 0',
    rawPod(withInit(undefined), { phase: 'Pending', initContainerStatuses: [waiting('i0', 'ImagePullBackOff')] }),
  ],
  [
    'sidecars count among the containers, restarts of other init containers do not',
    '2/2 Running 1 (30s ago)',
    rawPod(withInit('Always', undefined), {
      phase: 'Running',
      initContainerStatuses: [running('i0', restarted(1, 30)), { ...ended('i1', {}), ...restarted(7, 5) }],
      containerStatuses: [running('a')],
    }),
  ],
  [
    'a deleted pod',
    '1/1 Terminating 0',
    rawPod(named('a'), { phase: 'Running', containerStatuses: [running('a')] }, { deletionTimestamp: ago(1) }),
  ],
  [
    'a deleted pod that has ended is told by its end',
    '0/1 Completed 0',
    rawPod(
      named('a'),
      { phase: 'Succeeded', containerStatuses: [ended('a', { reason: 'Completed' })] },
      {
        deletionTimestamp: ago(1),
      },
    ),
  ],
  [
    'a deleted pod on a lost node',
    '1/1 Unknown 0',
    rawPod(
      named('a'),
      { phase: 'Running', reason: 'NodeLost', containerStatuses: [running('a')] },
      {
        deletionTimestamp: ago(1),
      },
    ),
  ],
]

for (const [name, expected, pod] of cases) test(`row of ${name}`, () => assert.equal(short(pod), expected))

test('wide columns tell where the pod is', () => {
  const pod = rawPod(
    { nodeName: 'node-1', readinessGates: [{ conditionType: 'example.com/a' }, { conditionType: 'example.com/b' }] },
    {
      phase: 'Running',
      podIP: '10.0.0.7',
      podIPs: [{ ip: '10.0.0.7' }],
      nominatedNodeName: 'node-2',
      conditions: [{ type: 'example.com/b', status: 'True' }],
    },
    { creationTimestamp: ago(90) },
  )
  assert.deepEqual(row(pod), ['web', '0/1', 'Running', '0', '90s', '10.0.0.7', 'node-1', 'node-2', '1/2'])
  const bare = ['web', '0/1', '', '0', '<unknown>', '<none>', '<none>', '<none>', '<none>']
  assert.deepEqual(row(rawPod()), bare)
})

test('columns are named and ranked as users know them', () => {
  assert.deepEqual(
    podColumns.map(({ name, priority = 0 }) => `${name}:${priority}`),
    ['Name:0', 'Ready:0', 'Status:0', 'Restarts:0', 'Age:0', 'IP:1', 'Node:1', 'Nominated Node:1', 'Readiness Gates:1'],
  )
})
