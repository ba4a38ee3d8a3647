import type { Clock } from '../../base/clock.ts'
import { type Logger, silent } from '../../base/log.ts'
import { compactHistory } from '../compaction.ts'
import { ClosedError, type ForkableStore, type KeyValue, type StoreEvent, type WriteResult } from '../contract.ts'
import { createExpiry } from '../expiry.ts'
import { createHistory, type History, type Version } from '../history.ts'
import { checkKey } from '../keys.ts'
import { createReader } from '../reader.ts'
import { createWatchers } from '../watchers.ts'

export interface MemoryStoreOptions {
  readonly clock: Clock
  readonly log?: Logger
}

/** An empty store that lives and dies with the process. Writes are carried out at once, in the order of the calls. */
export function openMemoryStore(options: MemoryStoreOptions): ForkableStore {
  return open(options, createHistory())
}

/** What is added per version for keys, numbers and tree nodes, roughly. */
const overhead = 200

const weight = (version: Version) => overhead + version.key.length + (version.value?.length ?? 0)

function open(options: MemoryStoreOptions, history: History, bytes = 0): ForkableStore {
  const { clock, log = silent } = options
  const watchers = createWatchers()
  const reader = createReader(history, watchers, version => version.value as Uint8Array)
  let closed = false

  const check = () => {
    if (closed) throw new ClosedError()
  }
  const write = (key: string, value: Uint8Array | undefined, before: Version | undefined, ttlSeconds = 0) => {
    const revision = history.revision + 1
    const version = history.append({
      key,
      createRevision: value ? (before?.createRevision ?? revision) : 0,
      modRevision: revision,
      value,
      expiresAt: ttlSeconds > 0 ? clock.now() + ttlSeconds * 1000 : 0,
    })
    bytes += weight(version)
    const event: StoreEvent = reader.event(version)
    watchers.deliver([event])
    expiry.arm()
    return { outcome: 'done', revision, previous: event.previous } satisfies WriteResult
  }
  const conflict = (current: KeyValue | undefined): WriteResult => ({
    outcome: 'conflict',
    revision: history.revision,
    current,
  })
  const remove = async (key: string, expect?: number): Promise<WriteResult> => {
    check()
    const before = history.live(key)
    if (!before || (expect !== undefined && expect !== before.modRevision)) {
      return conflict(before && reader.item(before))
    }
    return write(key, undefined, before)
  }
  const expiry = createExpiry({ clock, log, history, expire: ({ key, modRevision }) => remove(key, modRevision) })
  expiry.arm()

  return {
    synchronous: true,
    async revision() {
      check()
      return history.revision
    },
    async get(key, options) {
      check()
      return reader.get(key, options)
    },
    async range(options) {
      check()
      return reader.range(options)
    },
    async put(key, value, options) {
      check()
      checkKey(key)
      const before = history.live(key)
      if (options?.expect !== undefined && options.expect !== (before?.modRevision ?? 0)) {
        return conflict(before && reader.item(before))
      }
      return write(key, value, before, options?.ttlSeconds)
    },
    delete: (key, options) => remove(key, options?.expect),
    async watch(options) {
      check()
      return reader.watch(options)
    },
    async compact(revision) {
      check()
      await compactHistory(history, revision, dropped => {
        check()
        for (const version of dropped) bytes -= weight(version)
      })
    },
    async size() {
      check()
      return bytes
    },
    fork(other) {
      check()
      return open({ log, clock: other?.clock ?? clock }, history.fork(), bytes)
    },
    async close() {
      if (closed) return
      closed = true
      expiry.stop()
      watchers.end(new ClosedError())
    },
  }
}
