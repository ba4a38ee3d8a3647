import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../pod.ts'
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
