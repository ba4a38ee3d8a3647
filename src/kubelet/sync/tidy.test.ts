import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ContainerRecord, PodState } from './state.ts'
import { leftovers } from './tidy.ts'

const record = (id: string, name: string, phase: string, sandboxId = 's2') =>
  ({ id, name, phase, sandboxId }) as ContainerRecord
const sandbox = (id: string, ready: boolean) => ({ id, attempt: 0, ready, createdAt: 0, hostNetwork: false, ips: [] })

test('the newest two runs of a container stay, and the sandboxes that hold one', () => {
  const state: PodState = {
    sandboxes: [sandbox('s2', true), sandbox('s1', false), sandbox('s0', false)],
    containers: [
      record('a3', 'a', 'running'),
      record('a2', 'a', 'exited', 's1'),
      record('a1', 'a', 'exited', 's1'),
      record('a0', 'a', 'exited', 's0'),
      record('b0', 'b', 'exited', 's2'),
    ],
  }
  const { containers, sandboxes } = leftovers(state)
  assert.deepEqual([containers.map(({ id }) => id), sandboxes], [['a1', 'a0'], ['s0']])
})
