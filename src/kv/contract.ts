import type { Clock } from '../base/clock.ts'

/**
 * What a key-value store must do to carry a cluster: etcd's model, reduced to what the API server uses.
 * Keys are well-formed text of 1 to `maxKeyBytes` bytes and ordered by their UTF-8 bytes; values are bytes that the
 * store never looks into. Bytes given to a store or got from it are shared: nobody may change them afterwards.
 * Every write makes one new revision; the first write of an empty store makes revision 2 (an empty store stands at 1).
 * `contract.test-suite.ts` states all this as tests that every backend runs.
 */
export interface KeyValue {
  readonly key: string
  readonly value: Uint8Array
  /** Revision of the write that made the key, counted anew after a deletion. */
  readonly createRevision: number
  /** Revision of the last write to the key. */
  readonly modRevision: number
  /** Whether the store would keep the same value in another way now, as stores that encrypt may; absent: no. */
  readonly stale?: (() => boolean) | undefined
}

/** A read of one key: the revision at which it was read, and what was there. */
export interface GetResult {
  readonly revision: number
  readonly item: KeyValue | undefined
}

export interface RangeOptions {
  /** First key, inclusive. */
  readonly start: string
  /** First key beyond the range, exclusive. */
  readonly end: string
  /** At most so many items; absent means all. */
  readonly limit?: number
  /** Read as of this revision; absent or 0 means the newest. Compacted: `CompactedError`; not there yet: `FutureRevisionError`. */
  readonly revision?: number
}

export interface RangeResult {
  /** The store's newest revision when the range was read. */
  readonly revision: number
  readonly items: readonly KeyValue[]
  /** Whether the limit cut the range short. */
  readonly more: boolean
  /** How many keys the whole range has, whatever the limit. */
  readonly count: number
}

/** A write that is carried out only while the key is as the writer believes. */
export interface WriteOptions {
  /** The key's modRevision must be this; 0 means the key must not exist; absent means whatever is there. */
  readonly expect?: number
  /** The key is deleted (as a write of its own) so many seconds after this put; absent or 0 means it stays. */
  readonly ttlSeconds?: number
}

/** `done`: acknowledged and durable. `conflict`: nothing was written; `current` is what stands there (undefined: no such key). */
export type WriteResult =
  | { readonly outcome: 'done'; readonly revision: number; readonly previous: KeyValue | undefined }
  | { readonly outcome: 'conflict'; readonly revision: number; readonly current: KeyValue | undefined }

export type StoreEvent =
  | { readonly type: 'put'; readonly item: KeyValue; readonly previous: KeyValue | undefined }
  /** `revision` is that of the deletion; `previous` the key as it was. */
  | { readonly type: 'delete'; readonly key: string; readonly revision: number; readonly previous: KeyValue }

export interface WatchOptions {
  /** Every key that begins with this. */
  readonly prefix: string
  /** Events after this revision, which must be one that can be read; absent means from now on. */
  readonly after?: number
  readonly signal: AbortSignal
  /**
   * Events in revision order, none left out, none twice; all events of one revision in one call, often those of several.
   * With this call the watcher has been given everything up to `revision`: without events that is all that it says.
   * May call the store, must not throw.
   */
  onEvents(events: readonly StoreEvent[], revision: number): void
  /** The watch is over for a reason other than the signal: compacted, closed, or the backend is gone. */
  onError(error: Error): void
}

/**
 * Ordering promise: when a write's promise resolves, watchers in this process have been given its event
 * (`synchronous` backends), or will be, in order (the others: wait with `watch` up to the write's revision).
 * Reads see every write that was acknowledged before they were called, by whatever process. Writes of one key are
 * carried out in the order of the calls; those of several keys too, where the store is synchronous.
 */
export interface Store {
  /** Whether watchers have seen a write before its promise resolves. */
  readonly synchronous: boolean
  /** Whether other processes may use the same store; absent: it is this one's own. */
  readonly shared?: boolean
  /** The newest revision. */
  revision(): Promise<number>
  get(key: string, options?: { revision?: number }): Promise<GetResult>
  range(options: RangeOptions): Promise<RangeResult>
  put(key: string, value: Uint8Array, options?: WriteOptions): Promise<WriteResult>
  /** Deleting what is not there is a conflict with `current` undefined. */
  delete(key: string, options?: { expect?: number }): Promise<WriteResult>
  /**
   * Resolves once the watch is registered and past events were given: every later write is seen.
   * Rejects with `CompactedError` or `FutureRevisionError` when `after` cannot be read.
   */
  watch(options: WatchOptions): Promise<void>
  /**
   * Forgets history before `revision`: reads at, and new watches after, older revisions fail with `CompactedError`.
   * A revision to come is a `FutureRevisionError`; one already forgotten changes nothing.
   */
  compact(revision: number): Promise<void>
  /**
   * Stores that several processes share: as `compact`, but only if no other process did since the last call. Says
   * whether it was this one's turn. Absent: there is nobody else.
   */
  compactInTurn?(revision: number): Promise<boolean>
  /** Stores that are not synchronous: asks that watchers of this very prefix be told soon how far they have come. */
  askProgress?(prefix: string): void
  /** Why the store cannot be reached at present; absent or undefined: it can, for all that is known. */
  readonly trouble?: Error | undefined
  /** Bytes that the store occupies, for metrics and quotas. */
  size(): Promise<number>
  /** Ends watches, finishes writes under way, gives the files and the lock back. Later calls fail with `ClosedError`. */
  close(): Promise<void>
}

/** A store that can be copied at no cost: the copy and the original share nothing they can change. */
export interface ForkableStore extends Store {
  /** The copy has no watchers; it lives by the given clock, or by the original's. */
  fork(options?: { clock?: Clock }): ForkableStore
}

/** The store was closed. */
export class ClosedError extends Error {
  override name = 'ClosedError'
  constructor() {
    super('the store is closed')
  }
}

/** The revision asked for was compacted away. */
export class CompactedError extends Error {
  override name = 'CompactedError'
  readonly compactRevision: number
  constructor(compactRevision: number) {
    super(`revision was compacted: the oldest kept is ${compactRevision}`)
    this.compactRevision = compactRevision
  }
}

/** The revision asked for has not happened yet. */
export class FutureRevisionError extends Error {
  override name = 'FutureRevisionError'
  readonly revision: number
  constructor(asked: number, revision: number) {
    super(`revision ${asked} has not happened yet: the newest is ${revision}`)
    this.revision = revision
  }
}

/** Longest key, in bytes of UTF-8. */
export const maxKeyBytes = 1024

/** The first key after every key that begins with `prefix`, for `RangeOptions.end`; an empty prefix means every key. */
export function prefixEnd(prefix: string): string {
  const points = [...prefix]
  for (let last = points.pop()?.codePointAt(0); last !== undefined; last = points.pop()?.codePointAt(0)) {
    // Half a surrogate pair is no code point of its own.
    if (last < 0x10ffff) return points.join('') + String.fromCodePoint(last === 0xd7ff ? 0xe000 : last + 1)
  }
  return '\u{10ffff}'.repeat(maxKeyBytes / 4)
}
