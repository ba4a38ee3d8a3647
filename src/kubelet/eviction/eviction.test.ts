import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../pod.ts'
import { diskUsage, exceeded, hasLocalLimits } from './local.ts'
import { rankForEviction } from './rank.ts'
import { defaultThresholds, observe, pressuresOf, shortOf } from './signals.ts'

test('thresholds are amounts or shares', () => {
  const of = (available: number, capacity: number) => ({ available, capacity })
  const mebi = 1024 ** 2
  const short = shortOf(
    {
      'memory.available': of(99 * mebi, 8000 * mebi),
      'nodefs.available': of(11, 100),
      'imagefs.available': of(14, 100),
      'pid.available': of(0, 1),
    },
    defaultThresholds,
  )
  assert.deepEqual(short, ['memory.available', 'imagefs.available'])
  assert.deepEqual([...pressuresOf(short)], ['MemoryPressure', 'DiskPressure'])
  assert.deepEqual(shortOf({ 'nodefs.available': of(0, 100) }, {}), [])
})

test('this machine can be observed', async () => {
  const seen = await observe('/', undefined)
  for (const name of ['memory.available', 'nodefs.available'] as const) {
    const { available = 0, capacity = 0 } = seen[name] ?? {}
    assert.ok(available > 0 && available <= capacity, name)
  }
})

test('who uses more than asked for goes first, the least important before others', () => {
  const usage = (name: string, bytes: number, request: string, priority = 0) => ({
    pod: {
      metadata: { name },
      spec: { priority, containers: [{ name: 'c', resources: { requests: { memory: request } } }] },
    } as unknown as Pod,
    bytes,
  })
  const order = rankForEviction(
    [
      usage('modest', 10, '100'),
      usage('greedy', 500, '100'),
      usage('greedier', 900, '100'),
      usage('important', 900, '100', 10),
      usage('critical', 9000, '0', 2_000_000_000),
    ],
    'memory',
  )
  assert.deepEqual(
    order.map(({ metadata }) => metadata.name),
    ['greedier', 'greedy', 'important', 'modest'],
  )
})

test('a pod may not use more of the disk than it said', () => {
  const limited = (limit?: string) => ({ resources: limit ? { limits: { 'ephemeral-storage': limit } } : {} })
  const pod = (containers: object[], volumes: object[] = []) =>
    ({
      spec: { containers: containers.map((each, index) => ({ name: `c${index}`, ...each })), volumes },
    }) as unknown as Pod
  const usage = (containers: Record<string, number>, emptyDirs: Record<string, number> = {}) => ({
    containers: new Map(Object.entries(containers)),
    emptyDirs: new Map(Object.entries(emptyDirs)),
  })
  const volume = [{ name: 'v', emptyDir: { sizeLimit: '1Ki' } }]
  assert.equal(hasLocalLimits(pod([limited()])), false)
  assert.equal(hasLocalLimits(pod([limited()], volume)), true)
  assert.equal(exceeded(pod([limited()], volume), usage({ c0: 9000 }, { v: 1024 })), undefined)
  assert.equal(
    exceeded(pod([limited()], volume), usage({}, { v: 1025 })),
    'Usage of EmptyDir volume "v" exceeds the limit "1Ki". ',
  )
  assert.equal(
    exceeded(pod([limited('1Ki'), limited()]), usage({ c0: 2000, c1: 9000 })),
    'Container c0 exceeded its local ephemeral storage limit "1Ki". ',
  )
  assert.equal(
    exceeded(pod([limited('1Ki'), limited('1Ki')]), usage({ c0: 1000, c1: 1000 }, { v: 100 })),
    'Pod ephemeral local storage usage exceeds the total limit of containers 2048. ',
  )
})

test('the disk that a directory takes is counted', async () => {
  assert.ok((await diskUsage(import.meta.dirname)) > 1000)
  assert.equal(await diskUsage('/nowhere/at/all'), 0)
})
