import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '../api/core/node/node.ts'
import type { Pod } from '../api/core/pod/pod.ts'
import { createVirtualClock } from '../base/virtualClock.ts'
import type { Draft } from '../schema/types.ts'
import { podInfo } from './cache/podInfo.ts'
import { createSchedulerCache } from './cache/snapshot.ts'
import { runCycle } from './cycle.ts'
import { failedMessage } from './message.ts'
import { plugins } from './plugins/index.ts'
import { findVictims } from './preemption/preempt.ts'
import { createSchedulingQueue } from './queue/queue.ts'

const node = (name: string, more: Draft<Node> = {}) =>
  ({
    spec: {},
    ...more,
    metadata: { name, ...more.metadata, labels: { 'kubernetes.io/hostname': name, ...more.metadata?.labels } },
    status: { allocatable: { cpu: '4', memory: '8Gi', pods: '10' }, ...more.status },
  }) as Node
let serial = 0
const pod = (spec: Draft<Pod['spec']> = {}, metadata: Draft<Pod['metadata']> = {}) =>
  ({
    metadata: { name: `pod-${++serial}`, namespace: 'default', uid: `uid-${serial}`, ...metadata },
    spec: { containers: [{ name: 'c', resources: {} }], ...spec },
    status: {},
  }) as Pod
const asking = (cpu: string, more: Draft<Pod['spec']> = {}) =>
  pod({ containers: [{ name: 'c', resources: { requests: { cpu } } }], ...more })

/** Where a pod goes, or why it goes nowhere. */
function place(wanted: Pod, nodes: readonly Node[], there: readonly Pod[] = []): string {
  const cache = createSchedulerCache()
  for (const each of nodes) cache.setNode(each)
  for (const each of there) cache.setPod(each)
  const result = runCycle(plugins, podInfo(wanted), cache, 0, () => 0)
  if (result.outcome === 'node') return result.node.name
  return failedMessage(
    cache.nodes.length,
    [...result.rejections.values()].flat().map(each => each.reason),
    '',
  )
}

const onNode = (name: string, spec: Draft<Pod['spec']> = {}, labels = {}) =>
  pod({ ...spec, nodeName: name }, { labels })
const hostPort = { containers: [{ name: 'c', resources: {}, ports: [{ containerPort: 80, hostPort: 8080 }] }] }
const needs = (key: string, operator: 'In' | 'Exists' | 'Gt', values: string[] = []) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }],
      },
    },
  },
})
const apart = {
  affinity: {
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } },
      ],
    },
  },
}
const together = {
  affinity: {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'x' } } },
      ],
    },
  },
}

const cases: readonly [what: string, wanted: Pod, nodes: readonly Node[], there: readonly Pod[], where: string][] = [
  ['the only node', pod(), [node('a')], [], 'a'],
  [
    'the node with more left',
    asking('1'),
    [node('a'), node('b')],
    [{ ...asking('3'), spec: { ...asking('3').spec, nodeName: 'a' } }],
    'b',
  ],
  ['no node with too little CPU', asking('5'), [node('a')], [], '0/1 nodes are available: 1 Insufficient cpu.'],
  [
    'no node that is full',
    pod(),
    [node('a', { status: { allocatable: { cpu: '4', memory: '8Gi', pods: '1' } } })],
    [onNode('a')],
    '0/1 nodes are available: 1 Too many pods.',
  ],
  [
    'no cordoned node',
    pod(),
    [node('a', { spec: { unschedulable: true } })],
    [],
    '0/1 nodes are available: 1 node(s) were unschedulable.',
  ],
  [
    'no tainted node',
    pod(),
    [node('a', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })],
    [],
    '0/1 nodes are available: 1 node(s) had untolerated taint(s).',
  ],
  [
    'a tainted node it tolerates',
    pod({ tolerations: [{ key: 'k', operator: 'Exists' }] }),
    [node('a', { spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } })],
    [],
    'a',
  ],
  [
    'rather a node without a soft taint',
    pod(),
    [node('a', { spec: { taints: [{ key: 'k', effect: 'PreferNoSchedule' }] } }), node('b')],
    [],
    'b',
  ],
  [
    'the node its selector names',
    pod({ nodeSelector: { disk: 'ssd' } }),
    [node('a'), node('b', { metadata: { labels: { disk: 'ssd' } } })],
    [],
    'b',
  ],
  [
    'no node its selector does not name',
    pod({ nodeSelector: { disk: 'ssd' } }),
    [node('a')],
    [],
    "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.",
  ],
  [
    'the node its affinity asks for',
    pod(needs('zone', 'In', ['x'])),
    [node('a'), node('b', { metadata: { labels: { zone: 'x' } } })],
    [],
    'b',
  ],
  [
    'a node with a label greater than asked',
    pod(needs('cores', 'Gt', ['4'])),
    [node('a', { metadata: { labels: { cores: '4' } } }), node('b', { metadata: { labels: { cores: '8' } } })],
    [],
    'b',
  ],
  [
    'no node where its host port is taken',
    pod(hostPort),
    [node('a')],
    [onNode('a', hostPort)],
    "0/1 nodes are available: 1 node(s) didn't have free ports for the requested pod ports.",
  ],
  [
    'another node than those it keeps away from',
    pod(apart),
    [node('a'), node('b')],
    [onNode('a', {}, { app: 'x' })],
    'b',
  ],
  [
    'no node whose pods keep it away',
    pod({}, { labels: { app: 'x' } }),
    [node('a')],
    [onNode('a', apart)],
    "0/1 nodes are available: 1 node(s) didn't satisfy existing pods anti-affinity rules.",
  ],
  [
    'the node of those it wants to be with',
    pod(together),
    [node('a'), node('b')],
    [onNode('b', {}, { app: 'x' })],
    'b',
  ],
  ['anywhere, as the first of its own group', pod(together, { labels: { app: 'x' } }), [node('a')], [], 'a'],
  [
    'the emptier side of a spread',
    pod(
      {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'kubernetes.io/hostname',
            whenUnsatisfiable: 'DoNotSchedule',
            labelSelector: { matchLabels: { app: 'x' } },
          },
        ],
      },
      { labels: { app: 'x' } },
    ),
    [node('a'), node('b')],
    [onNode('a', {}, { app: 'x' })],
    'b',
  ],
]
for (const [what, wanted, nodes, there, where] of cases)
  test(`a pod gets ${what}`, () => assert.equal(place(wanted, nodes, there), where))

test('reasons are counted over the nodes and sorted', () => {
  const reasons = ['Insufficient memory', 'Insufficient cpu', 'Insufficient cpu']
  assert.equal(
    failedMessage(3, reasons, 'preemption: x'),
    '0/3 nodes are available: 1 Insufficient memory, 2 Insufficient cpu. preemption: x',
  )
})

test('preemption takes the least important pods, and no more than needed', () => {
  const cache = createSchedulerCache()
  cache.setNode(node('a'))
  const low = { ...asking('2', { priority: 1 }), spec: { ...asking('2', { priority: 1 }).spec, nodeName: 'a' } } as Pod
  const middle = {
    ...asking('2', { priority: 5 }),
    spec: { ...asking('2', { priority: 5 }).spec, nodeName: 'a' },
  } as Pod
  for (const each of [low, middle]) cache.setPod(each)
  const wanted = podInfo(asking('2', { priority: 10 }))
  const result = runCycle(plugins, wanted, cache, 0, () => 0)
  assert.ok(result.outcome === 'none')
  const found = findVictims(plugins, wanted, cache, result.rejections)
  assert.deepEqual(found.outcome === 'victims' && found.victims.map(victim => victim.uid), [low.metadata.uid])
  const weak = findVictims(plugins, podInfo(asking('2', { priority: 0 })), cache, result.rejections)
  assert.deepEqual(weak, {
    outcome: 'none',
    message: 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  })
})

test('the queue gives the most important pod first, then the oldest', async () => {
  const clock = createVirtualClock(0)
  const queue = createSchedulingQueue(clock, new AbortController().signal)
  const [first, second, important] = [pod(), pod(), pod({ priority: 1 })]
  for (const each of [first, second, important]) {
    queue.add(each)
    await clock.advance(1)
  }
  const order = [await queue.next(), await queue.next(), await queue.next()].map(entry => entry?.uid)
  assert.deepEqual(
    order,
    [important, first, second].map(each => each.metadata.uid),
  )
})

test('a pod that fits nowhere waits for an event that could help, and for its back-off', async () => {
  const clock = createVirtualClock(0)
  const queue = createSchedulingQueue(clock, new AbortController().signal)
  queue.add(pod())
  const entry = await queue.next()
  assert.ok(entry)
  queue.failed(entry, ['node-added'])
  queue.wake('pod-removed')
  let taken: string | undefined
  void queue.next().then(next => {
    taken = next?.uid
  })
  await clock.advance(5000)
  assert.equal(taken, undefined)
  queue.wake('node-added')
  await clock.advance(0)
  assert.equal(taken, entry.uid)
})

test('an event during a try is not lost', async () => {
  const clock = createVirtualClock(0)
  const queue = createSchedulingQueue(clock, new AbortController().signal)
  queue.add(pod())
  const entry = await queue.next()
  assert.ok(entry)
  queue.wake('node-added')
  queue.failed(entry, ['node-added'])
  const next = queue.next()
  await clock.advance(1000)
  assert.equal((await next)?.uid, entry.uid)
})
