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
  /** Records that may be removed, oldest first; the writer takes them off as they are gone. */
  readonly removals: number[]
  /** The group is on the disk. */
  committed(group: readonly Pending[]): void
  /** The group is not on the disk, and neither is what was decided after it. */
  failed(group: readonly Pending[], cause: unknown): void
}

/** Puts writes on the disk in groups: while one group is being flushed, the next one gathers. */
export interface Writer {
  add(write: Pending): void
  /** Also removes records and notes the compaction, then resolves; rejects when the disk refuses. */
  compact(compactRevision: number): Promise<void>
  /** Resolves when nothing is left to write. */
  idle(): Promise<void>
}

/** Most records removed in one transaction, so that writers don't wait long for a large compaction. */
const removed = 2000

export function createWriter({ database, removals, committed, failed }: WriterOptions): Writer {
  let gathering: Pending[] = []
  let compacting: { revision: number; noted: boolean } | undefined
  let running: Promise<void> | undefined
  let failure: { readonly cause: unknown } | undefined

  const one = async () => {
    const group = gathering
    gathering = []
    const gone = removals.slice(0, removed)
    const noting = compacting && !compacting.noted ? compacting : undefined
    if (group.length === 0 && gone.length === 0 && !noting) return
    try {
      await database.commit({
        compactRevision: noting?.revision,
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
    if (noting) noting.noted = true
    removals.splice(0, gone.length)
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
    async compact(revision) {
      compacting = { revision, noted: false }
      while (compacting && (!compacting.noted || removals.length > 0)) {
        await start()
        if (failure) throw new Error('the store cannot be compacted now', { cause: failure.cause })
      }
    },
    async idle() {
      while (running) await running
    },
  }
}
