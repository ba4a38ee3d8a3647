import { setImmediate } from 'node:timers/promises'
import type { WriteResult } from '../contract.ts'
import type { Database } from './database.ts'

/** A write that was decided on: it has its revision, and goes to the disk with its group. */
export interface Pending {
  readonly key: string
  readonly value: Uint8Array
  /** 0 for a deletion. */
  readonly createRevision: number
  readonly modRevision: number
  readonly expiresAt: number
  /** The record as it goes to the disk. */
  readonly bytes: Uint8Array
  /** Settles as the write does. */
  readonly durable: Promise<WriteResult>
  readonly resolve: (result: WriteResult) => void
  readonly reject: (error: Error) => void
}

export interface WriterOptions {
  readonly database: Database
  /** Records that an earlier compaction no longer got round to removing, oldest first; they go with the next writes. */
  readonly leftovers: readonly number[]
  /** The group is on the disk. */
  committed(group: readonly Pending[]): void
  /** The group is not on the disk, and neither is what was decided after it. */
  failed(group: readonly Pending[], cause: unknown): void
}

/** Puts writes on the disk in groups: while one group is being flushed, the next one gathers. */
export interface Writer {
  add(write: Pending): void
  /** Removes records in the background, oldest first, once it is noted on the disk that this revision was compacted. */
  remove(revisions: readonly number[], compactRevision: number): void
  /** Resolves when all that was to be removed is gone; rejects when the disk refuses. */
  removed(): Promise<void>
  /** Resolves when nothing is left to write. */
  idle(): Promise<void>
}

/** Most records removed in one transaction, so that writers don't wait long for a large compaction. */
const removedAtOnce = 2000

export function createWriter({ database, leftovers, committed, failed }: WriterOptions): Writer {
  let removals = [...leftovers]
  let gathering: Pending[] = []
  /** A compaction that the disk does not know of yet: it must, before or as the first record goes. */
  let unnoted: number | undefined
  let running: Promise<void> | undefined
  let failure: { readonly cause: unknown } | undefined

  const one = async () => {
    const group = gathering
    gathering = []
    const gone = removals.slice(0, removedAtOnce)
    const noted = unnoted
    if (group.length === 0 && gone.length === 0 && noted === undefined) return
    try {
      await database.commit({
        compactRevision: noted,
        records: group.map(({ modRevision, bytes }) => ({ revision: modRevision, bytes })),
        removals: gone,
      })
    } catch (cause) {
      const lost = [...group, ...gathering]
      gathering = []
      failure = { cause }
      failed(lost, cause)
      return
    }
    failure = undefined
    if (unnoted === noted) unnoted = undefined
    removals = removals.slice(gone.length)
    committed(group)
  }
  const run = async () => {
    failure = undefined
    do {
      // Whoever is ready to write joins the group.
      await setImmediate()
      await one()
      // Removals that failed wait for the next write, so that a full disk does not keep us busy.
    } while (gathering.length > 0 || (!failure && removals.length > 0))
    running = undefined
  }
  const start = () => {
    running ??= run()
    return running
  }

  return {
    add(write) {
      gathering.push(write)
      void start()
    },
    remove(revisions, compactRevision) {
      removals.push(...revisions)
      unnoted = compactRevision
    },
    async removed() {
      while (unnoted !== undefined || removals.length > 0) {
        await start()
        if (failure)
          throw new Error('the store cannot be compacted now: is there room on its disk?', { cause: failure.cause })
      }
    },
    async idle() {
      while (running) await running
    },
  }
}
