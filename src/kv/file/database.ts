import { rmSync } from 'node:fs'
import { open } from 'lmdb'
import { encodeHeader, keyRevision, revisionKey } from './record.ts'

/** What one transaction does, all of it or nothing. */
export interface Change {
  /** The header says from now on that this is the oldest revision to be read. */
  readonly compactRevision?: number
  /** New records, oldest first, each newer than all that are there. */
  readonly records?: readonly { readonly revision: number; readonly bytes: Uint8Array }[]
  readonly removals?: readonly number[]
}

/** The records on disk, by revision. */
export interface Database {
  /** A copy of a record's bytes. */
  read(revision: number): Buffer | undefined
  /** Resolves once the change is on the disk. */
  commit(change: Change): Promise<void>
  /** The newest revision that is on the disk; 0 when there is no record. */
  lastRevision(): number
  close(): Promise<void>
}

/** The part of lmdb's interface that is used; its own types don't know the options of `put`. */
interface Lmdb {
  getBinary(key: Uint8Array): Buffer | undefined
  getKeys(options: { reverse: boolean; limit: number }): Iterable<Buffer>
  put(key: Uint8Array, value: Uint8Array, options?: { append: boolean }): Promise<boolean>
  remove(key: Uint8Array): Promise<boolean>
  batch(act: () => void): Promise<boolean>
  resetReadTxn(): void
  close(): Promise<void>
}

/** Opens the data file, or makes it. Only for whoever holds the directory's lock. */
export function openDatabase(path: string): Database {
  // What a killed process left in LMDB's own lock is worthless: there is nobody else.
  rmSync(`${path}-lock`, { force: true })
  const lmdb = open({
    path,
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    cache: false,
    pageSize: 8192,
    // A commit resolves when it is on the disk, not when it is merely visible.
    overlappingSync: false,
    // Every commit here is one batch. Batches by turn of the event loop would add promises that nobody can handle.
    eventTurnBatching: false,
  }) as unknown as Lmdb

  return {
    read: revision => lmdb.getBinary(revisionKey(revision)),
    async commit({ compactRevision, records = [], removals = [] }) {
      const puts: Promise<boolean>[] = []
      const batch = lmdb.batch(() => {
        if (compactRevision !== undefined) puts.push(lmdb.put(revisionKey(0), encodeHeader(compactRevision)))
        for (const { revision, bytes } of records) {
          // Told that keys only grow, LMDB fills its pages to the brim.
          puts.push(lmdb.put(revisionKey(revision), bytes, { append: true }))
        }
        // A transaction that fails says so by the batch.
        for (const revision of removals) void lmdb.remove(revisionKey(revision)).catch(() => {})
      })
      const outcomes = await Promise.allSettled([batch, ...puts])
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') throw await reason(outcome.reason)
        if (!outcome.value) throw new Error('the database holds newer revisions than it should')
      }
    },
    lastRevision() {
      lmdb.resetReadTxn()
      for (const key of lmdb.getKeys({ reverse: true, limit: 1 })) return keyRevision(key) ?? 0
      return 0
    },
    close: () => lmdb.close(),
  }
}

/** Lmdb rejects a failed commit with an error that only promises the real one. */
async function reason(error: Error & { commitError?: Promise<never> }): Promise<unknown> {
  try {
    await error.commitError
    return error
  } catch (cause) {
    return cause
  }
}
