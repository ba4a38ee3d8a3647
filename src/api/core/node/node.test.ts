import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../../schema/rules/errors.ts'
import { nodeColumns, nodeRoles, nodeStatusText } from './columns.ts'
import { nodeOf } from './node.test-suite.ts'
import { nodeAddress, nodeReady } from './readiness.ts'
import { nodes } from './resource.ts'
import { nodeRules, nodeUpdateRules } from './rules.ts'

type Json = Record<string, unknown>

const ready = (status: string) => ({ conditions: [{ type: 'Ready', status }] })
const now = Date.parse('2026-01-01T00:00:00Z')

const words: [expected: string, spec: Json, status: Json][] = [
  ['Unknown', {}, {}],
  ['Ready', {}, ready('True')],
  ['NotReady', {}, ready('False')],
  ['NotReady', {}, ready('Unknown')],
  ['Ready,SchedulingDisabled', { unschedulable: true }, ready('True')],
  ['Unknown,SchedulingDisabled', { unschedulable: true }, {}],
]
for (const [expected, spec, status] of words)
  test(`status ${expected}`, () => assert.equal(nodeStatusText(nodeOf(spec, status)), expected))

test('a node is ready by its condition only', () => {
  assert.deepEqual(
    ['True', 'False', 'Unknown'].map(status => nodeReady(nodeOf({}, ready(status)))),
    [true, false, false],
  )
  assert.equal(nodeReady(nodeOf()), false)
})

test('roles come from both kinds of labels, sorted', () => {
  const labels = {
    'node-role.kubernetes.io/worker': '',
    'node-role.kubernetes.io/': '',
    'kubernetes.io/role': 'control-plane',
    other: 'x',
  }
  assert.deepEqual(nodeRoles(nodeOf({}, {}, { labels })), ['control-plane', 'worker'])
})

test('a row tells what the node is made of', () => {
  const status = {
    ...ready('True'),
    addresses: [
      { type: 'Hostname', address: 'n1' },
      { type: 'InternalIP', address: '10.0.0.1' },
    ],
    nodeInfo: {
      kubeletVersion: 'v1.36.0',
      osImage: 'Debian',
      kernelVersion: '6.1',
      architecture: 'amd64',
      containerRuntimeVersion: 'containerd://1.6.20',
    },
  }
  const row = (status: Json) => {
    const node = nodeOf({}, status, { creationTimestamp: '2025-12-31T23:59:00Z' })
    return nodeColumns.map(column => column.cell(node, now))
  }
  assert.deepEqual(row(status), [
    ...['n1', 'Ready', '<none>', '60s', 'v1.36.0', '10.0.0.1', '<none>', 'Debian', '6.1 (amd64)'],
    'containerd://1.6.20',
  ])
  const unknown = '<unknown>'
  assert.deepEqual(row({}), ['n1', 'Unknown', '<none>', '60s', '', '<none>', '<none>', unknown, unknown, unknown])
  assert.equal(nodeAddress(nodeOf({}, status), 'ExternalIP', 'InternalIP'), '10.0.0.1')
})

const rules: [name: string, expected: string[], spec: Json, status?: Json][] = [
  ['a plain node', [], {}],
  ['networks of both families', [], { podCIDRs: ['10.244.0.0/24', 'fd00::/64'] }],
  [
    'two networks of one family',
    [
      'spec.podCIDRs: Invalid value: ["10.244.0.0/24","10.244.1.0/24"]: may specify no more than one CIDR for each IP family',
    ],
    { podCIDRs: ['10.244.0.0/24', '10.244.1.0/24'] },
  ],
  [
    'a taint twice',
    [
      'metadata.taints[1]: Duplicate value: {"key":"a","value":"2","effect":"NoSchedule"}: taints must be unique by key and effect pair',
    ],
    {
      taints: [
        { key: 'a', value: '1', effect: 'NoSchedule' },
        { key: 'a', value: '2', effect: 'NoSchedule' },
      ],
    },
  ],
  [
    'amounts that make no sense',
    [
      'status.capacity.cpu: Invalid value: "-1": must be greater than or equal to 0',
      'status.capacity.pods: Invalid value: "500m": must be an integer',
    ],
    {},
    { capacity: { cpu: '-1', pods: '500m' } },
  ],
  [
    'declared features out of order',
    ['status.declaredFeatures[1]: Invalid value: "Alpha": list must be sorted alphabetically'],
    {},
    { declaredFeatures: ['Beta', 'Alpha'] },
  ],
]
for (const [name, expected, spec, status = {}] of rules)
  test(`rules: ${name}`, () => assert.deepEqual(nodeRules(nodeOf(spec, status)).map(describeError), expected))

const once = (field: string) => `node updates may not change ${field} except from "" to valid`
const updates: [name: string, expected: string[], before: Json, after: Json, status?: Json][] = [
  ['a network is given', [], {}, { podCIDRs: ['10.244.0.0/24'] }],
  ['a network is taken away', [`spec.podCIDRs: Forbidden: ${once('podCIDR')}`], { podCIDRs: ['10.244.0.0/24'] }, {}],
  ['another machine', [`spec.providerID: Forbidden: ${once('providerID')}`], { providerID: 'a' }, { providerID: 'b' }],
  ['cordoned and tainted', [], {}, { unschedulable: true, taints: [{ key: 'a', effect: 'NoSchedule' }] }],
  [
    'an address twice',
    ['status.addresses[1]: Duplicate value: {"type":"InternalIP","address":"10.0.0.1"}'],
    {},
    {},
    { addresses: [1, 2].map(() => ({ type: 'InternalIP', address: '10.0.0.1' })) },
  ],
]
for (const [name, expected, before, after, status = {}] of updates)
  test(`update: ${name}`, () =>
    assert.deepEqual(nodeUpdateRules(nodeOf(after, status), nodeOf(before)).map(describeError), expected))

test('podCIDR and podCIDRs agree, and allocatable follows capacity', () => {
  const defaulted = (spec: Json, status: Json = {}) => {
    const node = nodeOf(spec, status)
    nodes.defaults?.(node)
    return [node.spec.podCIDR, node.spec.podCIDRs, node.status.allocatable]
  }
  assert.deepEqual(defaulted({ podCIDR: 'a' }), ['a', ['a'], undefined])
  assert.deepEqual(defaulted({ podCIDRs: ['a', 'b'] }), ['a', ['a', 'b'], undefined])
  assert.deepEqual(defaulted({ podCIDR: 'x', podCIDRs: ['a', 'b'] }), ['x', ['x'], undefined])
  assert.deepEqual(defaulted({}, { capacity: { cpu: '1' } }), [undefined, undefined, { cpu: '1' }])
})

test('a node keeps the status it is made with', () => {
  const node = nodeOf({}, ready('True'))
  nodes.changes?.create?.(node, { now, user: { name: 'n', groups: [] }, timestamp: '' })
  assert.equal(nodeReady(node), true)
})
