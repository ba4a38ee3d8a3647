import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf, told } from '../pod.test-suite.ts'
import { resizeRules } from './resize.ts'

type Json = Record<string, unknown>

const sized = (requests: Json, limits?: Json, more: Json = {}) => ({
  containers: [{ name: 'main', image: 'nginx', resources: { requests, ...(limits ? { limits } : {}) } }],
  ...more,
})
const both = { cpu: '1', memory: '1Gi' }

const cases: [name: string, expected: string[], before: Json, after: Json, status?: Json][] = [
  ['more of both', [], sized(both), sized({ cpu: '2', memory: '2Gi' })],
  [
    'another QoS class',
    ['spec: Invalid value: "Guaranteed": Pod QOS Class may not change as a result of resizing'],
    sized(both, both),
    sized(both, { cpu: '2', memory: '1Gi' }),
    { qosClass: 'Guaranteed' },
  ],
  [
    'a request taken away',
    ['spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
    sized(both),
    sized({ cpu: '1' }),
  ],
  [
    'another resource',
    ['spec: Forbidden: only cpu and memory resources are mutable'],
    sized(both),
    sized({ ...both, 'ephemeral-storage': '1Gi' }),
  ],
  [
    'a container more',
    ['spec.containers: Forbidden: containers may not be added or removed on resize'],
    sized(both),
    { containers: [...sized(both).containers, { name: 'b', image: 'b' }] },
  ],
  [
    'a container renamed',
    ['spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize'],
    sized(both),
    { containers: [{ ...sized(both).containers[0], name: 'b' }] },
  ],
  [
    'another field',
    ['spec: Forbidden: only cpu and memory resources are mutable'],
    sized(both),
    sized(both, undefined, { dnsPolicy: 'Default' }),
  ],
  [
    'a node that tells nothing of resources',
    ['spec: Forbidden: Pod running on node without support for resize'],
    sized(both),
    sized({ cpu: '2', memory: '1Gi' }),
    { containerStatuses: [{ name: 'main', state: { running: {} } }] },
  ],
  [
    'amounts of the pod',
    [],
    sized(both, undefined, { resources: { requests: both } }),
    sized(both, undefined, { resources: { requests: { cpu: '2', memory: '1Gi' } } }),
  ],
  [
    'amounts of the pod, taken away',
    ['spec.resources: Forbidden: pod-level resources cannot be removed'],
    sized(both, undefined, { resources: { requests: both } }),
    sized(both),
  ],
  ['a Windows pod', [': Forbidden: windows pods cannot be resized'], { os: { name: 'windows' } }, {}],
]

for (const [name, expected, before, after, status = {}] of cases)
  test(`resize: ${name}`, () =>
    assert.deepEqual(told(resizeRules(podOf(after, status), podOf(before, status))), expected))
