import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node } from '../../api/core/node/node.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import { leaveAt } from './plan.ts'

const since = '2026-01-01T00:00:00Z'
const start = Date.parse(since)
const node = (...taints: object[]) => ({ metadata: { name: 'n' }, spec: { taints }, status: {} }) as unknown as Node
const pod = (...tolerations: object[]) =>
  ({ metadata: { name: 'p' }, spec: { tolerations, containers: [] }, status: {} }) as unknown as Pod
const gone = { key: 'gone', effect: 'NoExecute', timeAdded: since }
const undated = { key: 'gone', effect: 'NoExecute' }
const later = (...tolerations: object[]) => ({
  ...pod(...tolerations),
  metadata: { name: 'p', creationTimestamp: '2026-01-01T01:00:00Z' },
})
const tolerate = (tolerationSeconds?: number) => ({
  key: 'gone',
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
})

const cases: readonly [what: string, of: Pod, on: Node, wanted: number | undefined][] = [
  ['stays where there is no such taint', pod(), node({ key: 'x', effect: 'NoSchedule' }), undefined],
  ['leaves at once when it does not tolerate it', pod(), node(gone), 0],
  ['stays when it tolerates it for ever', pod(tolerate()), node(gone), undefined],
  ['leaves when its time is up', pod(tolerate(300)), node(gone), start + 300_000],
  [
    'leaves by the first toleration that fits',
    pod(tolerate(300), tolerate(60), tolerate()),
    node(gone),
    start + 300_000,
  ],
  ['stays by the first toleration that fits', pod(tolerate(), tolerate(60)), node(gone), undefined],
  [
    'leaves by the shortest time of several taints',
    pod(tolerate(300), { key: 'other', operator: 'Exists', tolerationSeconds: 60 }),
    node(gone, { key: 'other', effect: 'NoExecute', timeAdded: since }),
    start + 60_000,
  ],
  ['leaves at once when it tolerates it for no time', pod(tolerate(0)), node(gone), 0],
  ['leaves by the time the taint was seen, where it does not say', pod(tolerate(60)), node(undated), start + 60_000],
  ['has its time from when it came to the node', later(tolerate(60)), node(gone), start + 3_660_000],
  [
    'leaves at once for the one taint of two that it does not tolerate',
    pod(tolerate()),
    node(gone, { key: 'other', effect: 'NoExecute' }),
    0,
  ],
]
for (const [what, of, on, wanted] of cases) test(`a pod ${what}`, () => assert.equal(leaveAt(of, on, start), wanted))
