import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '../../api/core/pod/pod.ts'
import { workDuration } from './duration.ts'

const cases: readonly [containers: { command?: string[]; args?: string[] }[], milliseconds: number][] = [
  [[{}], 0],
  [[{ command: ['nginx', '-g', 'daemon off;'] }], 0],
  [[{ command: ['sleep', '300'] }], 300_000],
  [[{ command: ['sh', '-c'], args: ['echo begins; sleep 1.5 && echo done'] }], 1500],
  [[{ args: ['sleep', '2m'] }, { command: ['sleep', '1'] }], 120_000],
  [[{ command: ['sleep', 'infinity'] }], Number.POSITIVE_INFINITY],
  [[{ command: ['oversleep', '5'] }], 0],
  [[{ command: ['sleep', '5years'] }], 0],
]
for (const [containers, milliseconds] of cases)
  test(`${JSON.stringify(containers)} takes ${milliseconds} ms`, () => {
    assert.equal(workDuration({ spec: { containers } } as unknown as Pod), milliseconds)
  })
