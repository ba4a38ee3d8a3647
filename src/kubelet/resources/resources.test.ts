import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../pod.ts'
import { systemMounter } from '../volumes/mounter.ts'
import { createCgroups } from './cgroup.ts'
import { cpuQuota, cpuShares, cpuWeight, linuxResources } from './linux.ts'
import { oomScoreAdjust } from './oom.ts'
import { createPodCgroups, podCgroupLimits } from './podCgroup.ts'

test('requests and limits become what the kernel counts in', () => {
  assert.deepEqual([0, 1, 100, 1000, 1_000_000].map(cpuShares), [2, 2, 102, 1024, 262_144])
  assert.deepEqual([0, 1, 100, 2500].map(cpuQuota), [0, 1000, 10_000, 250_000])
  assert.deepEqual([2, 1024, 262_144].map(cpuWeight), [1, 39, 10_000])
  assert.deepEqual(linuxResources(undefined, { cpu: '100m', memory: '100Mi' }), {
    cpuPeriod: 100_000,
    cpuQuota: 10_000,
    cpuShares: 102,
    memoryLimitInBytes: 104_857_600,
  })
  assert.deepEqual(linuxResources(undefined, undefined), {
    cpuPeriod: 100_000,
    cpuQuota: 0,
    cpuShares: 2,
    memoryLimitInBytes: 0,
  })
})

const pod = (resources: object[], more: object = {}): Pod =>
  ({
    metadata: { uid: 'u1' },
    spec: { containers: resources.map((each, index) => ({ name: `c${index}`, resources: each })), ...more },
    status: {},
  }) as unknown as Pod

test('the less a container asked for, the sooner it is killed', () => {
  const gi = 1024 ** 3
  const score = (resources: object, more: object = {}) => {
    const of = pod([resources], more)
    return oomScoreAdjust(of, of.spec.containers[0]!, 10 * gi)
  }
  const full = { cpu: '1', memory: '1Gi' }
  assert.equal(score({}), 1000)
  assert.equal(score({ requests: full, limits: full }), -997)
  assert.equal(score({ requests: { memory: '1Gi' } }), 900)
  assert.equal(score({ requests: { cpu: '1' } }), 999)
  assert.equal(score({ requests: { memory: '10Gi' } }), 3)
  assert.equal(score({}, { priority: 2_000_001_000 }), -997)
})

test('a pod is limited as a whole only where all its containers are', () => {
  const limited = { limits: { cpu: '1', memory: '1Mi' }, requests: { cpu: '500m', memory: '1Mi' } }
  assert.deepEqual(podCgroupLimits(pod([limited, limited])), {
    cpuShares: 1024,
    cpuQuota: 200_000,
    cpuPeriod: 100_000,
    memoryBytes: 2_097_152,
  })
  assert.deepEqual(podCgroupLimits(pod([limited, { requests: { cpu: '500m' } }])), { cpuShares: 1024 })
  assert.deepEqual(podCgroupLimits(pod([{}])), { cpuShares: 2 })
})

test('control groups are made and removed on this machine', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, async () => {
  const cgroups = createCgroups(await systemMounter.list())
  const root = `/caravel-unit-${process.pid}`
  const pods = createPodCgroups(cgroups, root)
  const half = { limits: { cpu: '500m', memory: '64Mi' }, requests: { cpu: '500m', memory: '64Mi' } }
  try {
    await pods.prepare()
    await pods.prepare()
    await pods.create(pod([half]))
    await pods.create(pod([half]))
    assert.equal(pods.pathOf(pod([half])), `${root}/kubepods/podu1`)
    assert.equal(pods.pathOf(pod([{}])), `${root}/kubepods/besteffort/podu1`)
    assert.deepEqual(await pods.uids(), ['u1'])
    await pods.remove('u1')
    await pods.remove('u1')
    assert.deepEqual(await pods.uids(), [])
  } finally {
    await cgroups.remove(root)
  }
})
