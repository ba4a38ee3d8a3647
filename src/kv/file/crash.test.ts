import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { integerBelow, type Random, seededRandom } from '../../base/random.ts'
import { CompactedError, prefixEnd, type Store, type StoreEvent } from '../contract.ts'
import { keyOf, revisionOf } from '../watchers.ts'
import { openFileStore } from './store.ts'

const writer = join(import.meta.dirname, 'crash.writer.ts')

interface Acknowledged {
  readonly revision: number
  readonly type: string
  readonly key: string
  readonly label: string
  readonly length: number
}

/** Lets a process write for a random while after its first acknowledged write, kills it, and returns what it was told. */
async function writeAndKill(path: string, seed: number, random: Random): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [writer, path, String(seed)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<string | number | null>(resolve => {
    child.once('close', (code, signal) => resolve(signal ?? code))
  })
  let output = ''
  await new Promise<void>(resolve => {
    child.stdout.setEncoding('utf8').on('data', text => {
      output += text
      resolve()
    })
    void ended.then(() => resolve())
  })
  await setTimeout(integerBelow(random, 120))
  child.kill('SIGKILL')
  assert.equal(await ended, 'SIGKILL', 'the writer ended by itself')
  // The last line may have been cut off with its writer.
  const lines = output.split('\n').slice(0, -1)
  return lines.map(line => {
    const [revision = '', type = '', key = '', label = '', length = ''] = line.split(' ')
    return { revision: Number(revision), type, key, label, length: Number(length) }
  })
}

const matches = (value: Uint8Array, { label, length }: Acknowledged) =>
  Buffer.alloc(length, label).equals(Buffer.from(value))

/** The oldest revision that can be read. */
async function oldest(store: Store): Promise<number> {
  const error = await store.get('/', { revision: 1 }).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error === undefined) return 1
  assert.ok(error instanceof CompactedError)
  return error.compactRevision
}

async function replay(store: Store, after: number): Promise<StoreEvent[]> {
  const events: StoreEvent[] = []
  const stop = new AbortController()
  const onError = (error: Error) => assert.fail(error)
  await store.watch({ prefix: '', after, signal: stop.signal, onEvents: given => events.push(...given), onError })
  stop.abort()
  return events
}

function note(last: Map<string, Acknowledged>, write: Acknowledged) {
  const known = last.get(write.key)
  if (!known || known.revision < write.revision) last.set(write.key, write)
}

async function contentAt(store: Store, revision: number): Promise<Map<string, number>> {
  const { items } = await store.range({ start: '/', end: prefixEnd('/'), revision })
  return new Map(items.map(item => [item.key, item.modRevision]))
}

/** `last`: what is known to have been written last to each key; brought up to date with what is found. */
async function check(store: Store, acknowledged: Acknowledged[], last: Map<string, Acknowledged>, random: Random) {
  for (const write of acknowledged) note(last, write)
  const newest = await store.revision()
  const first = await oldest(store)
  const events = await replay(store, first)
  assert.deepEqual(
    events.map(revisionOf),
    Array.from({ length: newest - first }, (_, i) => first + 1 + i),
    'revisions are without gaps',
  )

  for (const write of acknowledged) {
    assert.ok(write.revision <= newest, `revision ${write.revision} was acknowledged, the store ends at ${newest}`)
    const event = events[write.revision - first - 1]
    if (write.revision <= first || !event) continue
    assert.deepEqual([event.type, keyOf(event)], [write.type, write.key], `revision ${write.revision}`)
    if (event.type === 'put') assert.ok(matches(event.item.value, write), `value of revision ${write.revision}`)
  }
  for (const [key, write] of last) {
    const { item } = await store.get(key)
    if (item && item.modRevision === write.revision) assert.ok(matches(item.value, write), `value of ${key}`)
    // A later write was on its way to the disk; it may have arrived without being acknowledged.
    else if (item) assert.ok(item.modRevision > write.revision, `${key} fell back to ${item.modRevision}`)
    else if (write.type === 'put') {
      const gone = (event: StoreEvent) =>
        event.type === 'delete' && event.key === key && event.revision > write.revision
      assert.ok(events.some(gone), `${key} of revision ${write.revision} is lost`)
    }
  }
  for (const event of events) {
    const value = event.type === 'put' ? Buffer.from(event.item.value).toString() : ''
    const { type } = event
    note(last, { revision: revisionOf(event), type, key: keyOf(event), label: value, length: value.length })
  }

  const after = first + integerBelow(random, newest - first + 1)
  const content = await contentAt(store, after)
  for (const event of await replay(store, after)) {
    assert.equal(event.previous?.modRevision, content.get(keyOf(event)), `before revision ${revisionOf(event)}`)
    if (event.type === 'put') content.set(event.item.key, event.item.modRevision)
    else content.delete(event.key)
  }
  assert.deepEqual([...content].sort(), [...(await contentAt(store, newest))].sort(), `replayed after ${after}`)
}

/** One store, killed so many times. Returns how many writes it acknowledged. */
async function torment(path: string, seeds: readonly number[], random: Random): Promise<number> {
  const last = new Map<string, Acknowledged>()
  let writes = 0
  for (const seed of seeds) {
    const acknowledged = await writeAndKill(path, seed, random)
    writes += acknowledged.length
    const store = await openFileStore({ path, clock: systemClock, log: silent })
    try {
      await check(store, acknowledged, last, random)
    } catch (cause) {
      throw new Error(`kill ${seed}, store ${path}`, { cause })
    } finally {
      await store.close()
    }
  }
  return writes
}

test('stores killed 50 times under load have lost no acknowledged write', async context => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  context.diagnostic(`SEED=${seed} repeats this`)
  const one = async (first: number) => {
    const path = await mkdtemp(join(tmpdir(), 'caravel-crash-'))
    context.after(() => rm(path, { recursive: true }))
    const seeds = Array.from({ length: 25 }, (_, i) => first + i)
    return torment(path, seeds, seededRandom(seed + first))
  }
  const [a, b] = await Promise.all([one(0), one(25)])
  context.diagnostic(`${a + b} acknowledged writes`)
})
