import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawPod } from './pod.test-suite.ts'
import { podLimits, podRequests, type ResourceOptions } from './requests.ts'

const container = (name: string, requests: object, more: object = {}) => ({
  name,
  image: 'nginx',
  resources: { requests, limits: requests },
  ...more,
})
const sidecar = { restartPolicy: 'Always' }

const cases: [
  name: string,
  spec: Record<string, unknown>,
  expected: object,
  status?: Record<string, unknown>,
  options?: ResourceOptions,
][] = [
  [
    'containers are added up',
    { containers: [container('a', { cpu: '1' }), container('b', { cpu: '500m' })] },
    { cpu: '1500m' },
  ],
  [
    'the greatest init container counts when it needs more',
    {
      containers: [container('a', { cpu: '1', memory: '1Gi' })],
      initContainers: [container('i', { cpu: '2' }), container('j', { cpu: '1', memory: '512Mi' })],
    },
    { cpu: '2', memory: '1Gi' },
  ],
  [
    'sidecars run beside the containers, and beside init containers after them',
    {
      containers: [container('a', { cpu: '1' })],
      initContainers: [
        container('i', { cpu: '2' }),
        container('s', { cpu: '1' }, sidecar),
        container('j', { cpu: '2' }),
      ],
    },
    { cpu: '3' },
  ],
  [
    'overhead comes on top',
    { containers: [container('a', { cpu: '1' })], overhead: { cpu: '250m', memory: '64Mi' } },
    { cpu: '1250m', memory: '64Mi' },
  ],
  [
    'overhead can be left out',
    { containers: [container('a', { cpu: '1' })], overhead: { cpu: '250m' } },
    { cpu: '1' },
    {},
    { withoutOverhead: true },
  ],
  [
    'amounts of the pod go first; others stay those of the containers',
    {
      containers: [container('a', { cpu: '1', 'example.com/gpu': '1' })],
      resources: { requests: { cpu: '3', 'example.com/gpu': '5' } },
    },
    { cpu: '3', 'example.com/gpu': '1' },
  ],
  [
    'while a container is resized, the greater amount counts',
    { containers: [container('a', { cpu: '1' })] },
    { cpu: '2' },
    {
      containerStatuses: [{ name: 'a', allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '1500m' } } }],
    },
    { useStatus: true },
  ],
  [
    'a resize that can never be done does not count',
    { containers: [container('a', { cpu: '9' })] },
    { cpu: '2' },
    {
      conditions: [{ type: 'PodResizePending', status: 'True', reason: 'Infeasible' }],
      containerStatuses: [{ name: 'a', allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '1' } } }],
    },
    { useStatus: true },
  ],
  [
    'the status is left alone unless asked for',
    { containers: [container('a', { cpu: '1' })] },
    { cpu: '1' },
    {
      containerStatuses: [{ name: 'a', allocatedResources: { cpu: '2' }, resources: { requests: { cpu: '2' } } }],
    },
  ],
]

for (const [name, spec, expected, status = {}, options = {}] of cases)
  test(`requests: ${name}`, () => assert.deepEqual(podRequests(rawPod(spec, status), options), expected))

test('limits: overhead raises only limits that are there', () => {
  const spec = {
    containers: [container('a', { cpu: '1' }), container('b', { 'example.com/gpu': '2' })],
    overhead: { cpu: '100m', memory: '64Mi' },
  }
  assert.deepEqual(podLimits(rawPod(spec)), { cpu: '1100m', 'example.com/gpu': '2' })
})
