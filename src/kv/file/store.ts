import { statSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { compactHistory } from '../compaction.ts'
import { ClosedError, type KeyValue, type Store, type WriteOptions, type WriteResult } from '../contract.ts'
import { createExpiry } from '../expiry.ts'
import type { Version } from '../history.ts'
import { checkKey } from '../keys.ts'
import { createReader } from '../reader.ts'
import { createWatchers } from '../watchers.ts'
import { type Database, openDatabase } from './database.ts'
import { filesOf, makeDirectory, markFiles, prepareFiles, rewriteFiles } from './files.ts'
import { type Loaded, loadHistory } from './load.ts'
import { lockDirectory } from './lock.ts'
import { createRecent } from './recent.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { createWriter, type Pending } from './writer.ts'

export interface FileStoreOptions {
  /** The store's own directory; made, for its owner alone, when it is not there. */
  readonly path: string
  readonly clock: Clock
  readonly log: Logger
}

/**
 * Opens a durable store: a write is acknowledged when it is on the disk, and seen by readers and watchers no sooner.
 * Rejects with `DamagedStoreError` when the files are not as a store leaves them, and with an error that names the
 * holder's process when the store is already open.
 */
export async function openFileStore({ path, clock, log }: FileStoreOptions): Promise<Store> {
  const files = filesOf(path)
  await makeDirectory(path)
  const unlock = lockDirectory(path)
  try {
    await prepareFiles(files)
    let loaded = loadHistory(path, files.data)
    if (isBloated(loaded)) {
      const { history, leftovers, summary } = loaded
      await rewriteFiles(files, history.compactRevision, leftovers)
      loaded = loadHistory(path, files.data)
      log.info('the store was rewritten to give space back', {
        path,
        bytesBefore: summary.fileBytes,
        bytesAfter: loaded.summary.fileBytes,
      })
    }
    await markFiles(files)
    const database = openDatabase(files.data)
    return serve({ clock, log, database, loaded, size: () => statSync(files.data).size, unlock })
  } catch (error) {
    unlock()
    throw error
  }
}

/** A file this small is never worth rewriting. */
const smallBytes = 16 << 20

/** LMDB never shrinks its file: what a burst of writes or a long history once needed stays. */
const isBloated = ({ summary, recordBytes }: Loaded) => summary.fileBytes > smallBytes + 3 * recordBytes

interface Parts {
  readonly clock: Clock
  readonly log: Logger
  readonly database: Database
  readonly loaded: Loaded
  size(): number
  unlock(): void
}

/** Values kept in memory; mostly they are those that the watchers keep as well. */
const recentBytes = 8 << 20

const none = new Uint8Array(0)

const itemOf = ({ key, value, createRevision, modRevision }: Pending): KeyValue => ({
  key,
  value,
  createRevision,
  modRevision,
})

function serve({ clock, log, database, loaded, size, unlock }: Parts): Store {
  const { history, leftovers } = loaded
  const watchers = createWatchers()
  const recent = createRecent(recentBytes)
  const reader = createReader(history, watchers, ({ key, modRevision }) => {
    const value = recent.get(modRevision)
    if (value) return value
    const bytes = database.read(modRevision)
    if (!bytes) throw new Error(`revision ${modRevision} of ${key} is gone from the disk`)
    return decodeRecord(modRevision, bytes).value
  })
  /** The newest write to each key that is on its way to the disk: later writes reckon with it. */
  const decided = new Map<string, Pending>()
  let decidedRevision = history.revision
  let closing: Promise<void> | undefined
  /** Why nothing works any more. */
  let broken: Error | undefined

  const check = () => {
    if (closing) throw new ClosedError()
    if (broken) throw broken
  }
  const breakDown = (error: Error) => {
    broken = error
    log.error('the store has stopped', { error })
    expiry.stop()
    watchers.end(error)
  }

  const committed = (group: readonly Pending[]) => {
    try {
      const versions = group.map(write => history.append({ ...write, value: undefined }))
      for (const write of group) if (decided.get(write.key) === write) decided.delete(write.key)
      const events = versions.map((version, i) => reader.event(version, group[i]?.value))
      for (const [i, { value, createRevision, modRevision }] of group.entries()) {
        recent.delete(versions[i]?.previousRevision ?? 0)
        if (createRevision > 0) recent.set(modRevision, value)
      }
      watchers.deliver(events)
      for (const [i, { modRevision, resolve }] of group.entries()) {
        resolve({ outcome: 'done', revision: modRevision, previous: events[i]?.previous })
      }
      expiry.arm()
    } catch (error) {
      // The writes are on the disk, but what they replaced cannot be read.
      for (const { reject } of group) reject(error as Error)
      breakDown(error as Error)
    }
  }
  const failed = (group: readonly Pending[], cause: unknown) => {
    decided.clear()
    decidedRevision = history.revision
    if (database.lastRevision() > history.revision) {
      breakDown(new Error('the disk refused a write and yet has it: the store must be opened anew', { cause }))
    }
    const error = broken ?? new Error('the store could not write to its disk: is there room?', { cause })
    for (const { reject } of group) reject(error)
  }
  const writer = createWriter({ database, leftovers, committed, failed })

  const decide = (key: string, value: Uint8Array | undefined, createdAt: number, ttlSeconds = 0) => {
    const modRevision = ++decidedRevision
    const record = {
      key,
      value: value ?? none,
      createRevision: value ? createdAt || modRevision : 0,
      expiresAt: ttlSeconds > 0 ? clock.now() + ttlSeconds * 1000 : 0,
    }
    const bytes = encodeRecord(modRevision, record)
    const { promise, resolve, reject } = Promise.withResolvers<WriteResult>()
    const pending = { ...record, modRevision, bytes, durable: promise, resolve, reject }
    decided.set(key, pending)
    writer.add(pending)
    return promise
  }
  const write = async (key: string, value: Uint8Array | undefined, { expect, ttlSeconds }: WriteOptions = {}) => {
    for (;;) {
      check()
      const waiting = decided.get(key)
      const before = waiting ?? history.live(key)
      const there = before && before.createRevision > 0 ? before.modRevision : 0
      if ((value || there) && (expect === undefined || expect === there)) {
        return decide(key, value, before?.createRevision ?? 0, ttlSeconds)
      }
      // What stands in the way may be told only once it is on the disk; if it never gets there, it does not stand there.
      if (
        waiting &&
        !(await waiting.durable.then(
          () => true,
          () => false,
        ))
      )
        continue
      const current = waiting ? there && itemOf(waiting) : before && reader.item(before as Version)
      const result: WriteResult = { outcome: 'conflict', revision: history.revision, current: current || undefined }
      return result
    }
  }
  const expiry = createExpiry({
    clock,
    log,
    history,
    expire: ({ key, modRevision }) => write(key, undefined, { expect: modRevision }),
  })
  expiry.arm()

  const close = async () => {
    await writer.idle()
    expiry.stop()
    watchers.end(new ClosedError())
    await database.close()
    unlock()
  }

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
      checkKey(key)
      return write(key, value, options)
    },
    delete: (key, options) => write(key, undefined, options),
    async watch(options) {
      check()
      return reader.watch(options)
    },
    async compact(revision) {
      check()
      await compactHistory(history, revision, dropped => {
        check()
        const revisions = dropped.map(version => version.modRevision)
        writer.remove(revisions, history.compactRevision)
      })
      await writer.removed()
    },
    async size() {
      check()
      return size()
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}
