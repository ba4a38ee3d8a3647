import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { systemClock } from '../src/base/clock.ts'
import { silent } from '../src/base/log.ts'
import { prefixEnd, type Store } from '../src/kv/contract.ts'
import { openFileStore } from '../src/kv/file/store.ts'
import { openMemoryStore } from '../src/kv/memory/store.ts'

const seconds = 3
const keys = 10_000
const value = Buffer.alloc(500, 'v')

/** Puts per second, acknowledged, with so many writers that each wait for their write. */
async function puts(store: Store, writers: number): Promise<number> {
  const begun = performance.now()
  const end = begun + seconds * 1000
  let count = 0
  const write = async () => {
    while (performance.now() < end) await store.put(`/registry/pods/default/pod-${count++ % keys}`, value)
  }
  await Promise.all(Array.from({ length: writers }, write))
  return (count / (performance.now() - begun)) * 1000
}

/** Ranges of 1000 items per second. */
async function ranges(store: Store): Promise<number> {
  const prefix = '/registry/pods/default/'
  const begun = performance.now()
  let count = 0
  for (; performance.now() < begun + 1000; count++) {
    await store.range({ start: prefix, end: prefixEnd(prefix), limit: 1000 })
  }
  return (count / (performance.now() - begun)) * 1000
}

async function measure(name: string, open: () => Promise<Store>): Promise<void> {
  let store = await open()
  const report = (what: string, figure: number, unit: string) =>
    console.log(`${`kv ${name}: ${what}`.padEnd(50)} ${Math.round(figure).toLocaleString('en')} ${unit}`)
  report('put of 500 bytes, 128 writers', await puts(store, 128), '/s')
  report('put of 500 bytes, 1 writer', await puts(store, 1), '/s')
  report('range of 1000 of 10,000', await ranges(store), '/s')
  const revision = await store.revision()
  const begun = performance.now()
  await store.compact(revision)
  report(`compaction of ${revision.toLocaleString('en')} revisions`, performance.now() - begun, 'ms')
  await store.close()
  if (name === 'memory') return
  const reopened = performance.now()
  store = await open()
  report(`open with ${keys.toLocaleString('en')} keys`, performance.now() - reopened, 'ms')
  await store.close()
}

await measure('memory', async () => openMemoryStore({ clock: systemClock }))
const path = await mkdtemp(join(tmpdir(), 'caravel-bench-'))
try {
  await measure('file', () => openFileStore({ path, clock: systemClock, log: silent }))
} finally {
  await rm(path, { recursive: true })
}
