import assert from 'node:assert/strict'
import { test } from 'node:test'
import { complaints } from './complaints.ts'

test('complaints that differ only in names, numbers and objects count as one', () => {
  const log = [
    'I1123 10:00:00.000000    1 a.go:1] "fine"',
    'E1123 10:00:00.000000    1 timed_workers.go:129] "failed" err="pods \\"web-5d4f8c7b6-x2x4z\\" not found"',
    'E1123 10:00:01.000000    1 timed_workers.go:129] "failed" err="pods \\"web-77c9d5b44-abcde\\" not found"',
    'E1123 10:00:02.000000    1 event.go:359] "rejected" err="namespaces \\"churn-3\\" not found" event="&Event{ObjectMeta:{a.18  churn-3} x}"',
    'F1123 10:00:03.000000    1 run.go:72] "lost after 10s" server="https://127.0.0.1:6443"',
    'not a line of klog',
  ].join('\n')
  assert.deepEqual(
    [...complaints(log)],
    [
      ['timed_workers.go:N] "failed" err="pods \\"NAME\\" not found"', 2],
      ['event.go:N] "rejected" err="namespaces \\"NAMESPACE\\" not found" event="OBJECT"', 1],
      ['run.go:N] "lost after N" server="https://ADDRESS"', 1],
    ],
  )
})
