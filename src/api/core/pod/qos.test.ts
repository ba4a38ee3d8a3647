import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rawPod } from './pod.test-suite.ts'
import { computeQos, qosOf } from './qos.ts'

const container = (name: string, requests?: object, limits?: object) => ({
  name,
  image: 'nginx',
  resources: { ...(requests ? { requests } : {}), ...(limits ? { limits } : {}) },
})
const both = { cpu: '1', memory: '1Gi' }

const cases: [name: string, expected: string, spec: Record<string, unknown>][] = [
  ['nothing asked for', 'BestEffort', {}],
  ['amounts of zero count as nothing', 'BestEffort', { containers: [container('a', { cpu: '0', memory: '0' })] }],
  ['other resources do not count', 'BestEffort', { containers: [container('a', { 'ephemeral-storage': '1Gi' })] }],
  ['equal requests and limits', 'Guaranteed', { containers: [container('a', both, both)] }],
  [
    'equal amounts in other words',
    'Guaranteed',
    { containers: [container('a', both, { cpu: '1000m', memory: '1024Mi' })] },
  ],
  ['limits without cpu', 'Burstable', { containers: [container('a', { memory: '1Gi' }, { memory: '1Gi' })] }],
  ['requests below limits', 'Burstable', { containers: [container('a', { ...both, cpu: '500m' }, both)] }],
  ['limits without requests', 'Burstable', { containers: [container('a', undefined, both)] }],
  ['one container without limits', 'Burstable', { containers: [container('a', both, both), container('b')] }],
  [
    'an init container without limits',
    'Burstable',
    { containers: [container('a', both, both)], initContainers: [container('i')] },
  ],
  [
    'resources of the pod go before those of its containers',
    'Guaranteed',
    { containers: [container('a', { cpu: '1m' })], resources: { requests: both, limits: both } },
  ],
  ['requests of the pod without limits', 'Burstable', { resources: { requests: both } }],
  [
    'ephemeral containers do not count',
    'Guaranteed',
    { containers: [container('a', both, both)], ephemeralContainers: [{ name: 'debug', image: 'busybox' }] },
  ],
]

for (const [name, expected, spec] of cases)
  test(`QoS class ${expected}: ${name}`, () => {
    assert.equal(computeQos(rawPod(spec).spec), expected)
  })

test('the class noted in the status counts', () => {
  assert.equal(qosOf(rawPod({}, { qosClass: 'Guaranteed' })), 'Guaranteed')
  assert.equal(qosOf(rawPod()), 'BestEffort')
})
