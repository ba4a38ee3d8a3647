import { execFileSync } from 'node:child_process'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { openFileStore } from './store.ts'

/*
 * Runs under a limit on the size of files, as if the disk were nearly full: writes until that fails, lifts the limit,
 * and goes on. Says on its standard output what happened.
 */
const store = await openFileStore({ path: process.argv[2] ?? '', clock: systemClock, log: silent })
const watched: number[] = []
await store.watch({
  prefix: '/',
  signal: new AbortController().signal,
  onEvents: (_, revision) => watched.push(revision),
  onError: () => {},
})

let acknowledged = 1
let failure: Error | undefined
let failures = 0
const group = 20
for (let i = 0; !failure; i++) {
  const writes = Array.from({ length: group }, (_, n) => store.put(`/k/${i}/${n}`, Buffer.alloc(20_000)))
  // Decided upon a write that is about to fail.
  const behind = store.put(`/k/${i}/0`, Buffer.alloc(10), { expect: 0 })
  for (const result of await Promise.allSettled([...writes, behind])) {
    if (result.status === 'rejected') {
      failures++
      failure = result.reason
    } else if (result.value.outcome === 'done') {
      acknowledged = Math.max(acknowledged, result.value.revision)
    }
  }
}
const during = {
  message: failure?.message,
  cause: String(failure?.cause),
  lost: acknowledged !== (await store.revision()),
  watchedToo: watched.at(-1) === acknowledged,
  readable: (await store.range({ start: '/', end: '0' })).count === acknowledged - 1,
}
execFileSync('prlimit', ['--pid', String(process.pid), '--fsize=unlimited'])
const { outcome, revision } = await store.put('/recovered', Buffer.from('x'), { expect: 0 })
console.log(JSON.stringify({ during, after: { outcome, next: revision === acknowledged + 1 }, acknowledged, failures }))
await store.close()
