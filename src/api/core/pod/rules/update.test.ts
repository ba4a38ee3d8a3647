import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf, told } from '../pod.test-suite.ts'
import { podUpdateRules } from './update.ts'

type Json = Record<string, unknown>

const fixed =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n'
const image = (image: string) => ({ containers: [{ name: 'main', image }] })
const gate = { schedulingGates: [{ name: 'a' }] }
const nodes = (...terms: Json[]) => ({
  affinity: {
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
  },
})
const zone = (...values: string[]) => ({ matchExpressions: [{ key: 'zone', operator: 'In', values }] })

const cases: [name: string, before: Json, after: Json, expected: string[]][] = [
  ['nothing', {}, {}, []],
  ['an image', image('nginx:1'), image('nginx:2'), []],
  ['a toleration more', {}, { tolerations: [{ operator: 'Exists' }] }, []],
  [
    'how long a taint is tolerated',
    { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }] },
    { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 9 }] },
    [],
  ],
  [
    'a toleration less',
    { tolerations: [{ operator: 'Exists' }] },
    {},
    ['spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds'],
  ],
  ['a deadline, set', {}, { activeDeadlineSeconds: 60 }, []],
  ['a deadline, shortened', { activeDeadlineSeconds: 60 }, { activeDeadlineSeconds: 30 }, []],
  [
    'a deadline, put off',
    { activeDeadlineSeconds: 60 },
    { activeDeadlineSeconds: 90 },
    ['spec.activeDeadlineSeconds: Invalid value: 90: must be less than or equal to previous value'],
  ],
  [
    'a deadline, taken away',
    { activeDeadlineSeconds: 60 },
    {},
    ['spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value'],
  ],
  [
    'a container more',
    {},
    {
      containers: [
        { name: 'main', image: 'nginx' },
        { name: 'b', image: 'b' },
      ],
    },
    ['spec.containers: Forbidden: pod updates may not add or remove containers'],
  ],
  [
    'another field',
    {},
    { dnsPolicy: 'Default' },
    [`${fixed}- spec.dnsPolicy: "ClusterFirst"\n+ spec.dnsPolicy: "Default"`],
  ],
  [
    'a field of a container',
    {},
    { containers: [{ name: 'main', image: 'nginx', command: ['sh'] }] },
    [`${fixed}+ spec.containers[0].command: ["sh"]`],
  ],
  [
    'amounts in other words',
    { containers: [{ name: 'main', image: 'a', resources: { limits: { cpu: '1000m' } } }] },
    { containers: [{ name: 'main', image: 'a', resources: { limits: { cpu: '1' } } }] },
    [],
  ],
  ['a gate, opened', gate, {}, []],
  [
    'a gate, put up',
    {},
    gate,
    ["spec.schedulingGates[0].name: Forbidden: only deletion is allowed, but found new scheduling gate 'a'"],
  ],
  [
    'the choice of nodes, narrowed behind a gate',
    gate,
    { ...gate, nodeSelector: { disk: 'ssd' }, ...nodes(zone('a')) },
    [],
  ],
  [
    'the choice of nodes, changed behind a gate',
    { ...gate, nodeSelector: { disk: 'ssd' }, ...nodes(zone('a')) },
    { ...gate, nodeSelector: { disk: 'hdd' }, ...nodes(zone('b')) },
    [
      'spec.nodeSelector: Invalid value: {"disk":"hdd"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]: Invalid value: {"matchExpressions":[{"key":"zone","operator":"In","values":["b"]}]}: only additions are allowed (no mutations or deletions)',
    ],
  ],
  [
    'the choice of nodes, without a gate',
    {},
    { nodeSelector: { disk: 'ssd' } },
    [`${fixed}+ spec.nodeSelector: {"disk":"ssd"}`],
  ],
]

for (const [name, before, after, expected] of cases)
  test(`update: ${name}`, () => assert.deepEqual(told(podUpdateRules(podOf(after), podOf(before))), expected))

test('annotations that the kubelet relies on stay', () => {
  const mirror = (value: string) => podOf({}, {}, { annotations: { 'kubernetes.io/config.mirror': value } })
  const path = 'metadata.annotations[kubernetes.io/config.mirror]: Forbidden:'
  assert.deepEqual(told(podUpdateRules(mirror('b'), mirror('a'))), [
    `${path} may not remove or update mirror pod annotation`,
  ])
  assert.deepEqual(told(podUpdateRules(mirror('b'), podOf())), [`${path} may not add mirror pod annotation`])
})
