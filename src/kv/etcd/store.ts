import { type Clock, sleep, systemClock } from '../../base/clock.ts'
import { type Logger, silent } from '../../base/log.ts'
import { ClosedError, CompactedError, type Store } from '../contract.ts'
import { createTurns } from './compaction.ts'
import { createLeases } from './leases.ts'
import { createMembers, type MembersOptions } from './members.ts'
import { methods } from './methods.ts'
import { createNames } from './names.ts'
import { createProgress, nowAndThen, tellsProgress } from './progress.ts'
import { createReads } from './reads.ts'
import { openWatch, type Watching } from './watch.ts'
import { createWrites } from './writes.ts'

export interface EtcdOptions extends MembersOptions {
  /** What all keys begin with, and what stands there in etcd instead: `{ from: '/registry', to: '/other' }`. */
  readonly names?: { readonly from: string; readonly to: string }
}

export interface EtcdDeps {
  /** The machine's, when absent: etcd has no other. */
  readonly clock?: Clock
  readonly log?: Logger
}

/** How often a watch on an old member is told how far it has come. Milliseconds. */
const progressEvery = 60_000
const closingPatience = 5000

/**
 * A store in an etcd cluster of version 3.4 or newer. Resolves once a member answered; rejects when none does for half
 * a minute. Reads and writes that a member cannot carry out are tried on the others: an acknowledged write is never
 * lost, and one that was carried out unheard of is found again. Watches go on by themselves on another member.
 */
export async function openEtcdStore(options: EtcdOptions, deps: EtcdDeps = {}): Promise<Store> {
  const { clock = systemClock, log = silent } = deps
  const over = new AbortController()
  const members = createMembers(options, { clock, log, signal: over.signal })
  const names = createNames(options.names ?? { from: '', to: '' })
  const reads = createReads(members, names)
  const leases = createLeases(members, clock)
  const writes = createWrites({ members, names, reads, leases, clock, signal: over.signal })
  const progress = createProgress(members, names)
  const turns = createTurns(members)
  const watches = new Set<{ readonly watching: Watching; fail(error: Error): void }>()
  let closing: Promise<void> | undefined

  const check = () => {
    if (closing) throw new ClosedError()
  }
  const checked =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      check()
      try {
        return await act(...given)
      } catch (error) {
        throw closing && !(error instanceof ClosedError) ? new ClosedError() : error
      }
    }
  const compact = async (revision: number) => {
    try {
      await members.repeat(methods.compact, { revision }, compactionTimeout)
    } catch (error) {
      const explained = await reads.explained(error, revision)
      if (!(explained instanceof CompactedError)) throw explained
    }
  }

  try {
    await reads.revision()
  } catch (cause) {
    over.abort()
    members.close()
    throw new Error(`etcd at ${options.endpoints.join(', ')} does not answer: ${(cause as Error).message}`, { cause })
  }
  void nowAndThen(clock, progressEvery, over.signal, () => {
    void members.version(members.current()).then(
      version => {
        if (!tellsProgress(version)) for (const { watching } of watches) watching.askProgress()
      },
      () => {},
    )
  })

  return {
    synchronous: false,
    shared: true,
    revision: checked(reads.revision),
    get: checked(reads.get),
    range: checked(reads.range),
    put: checked(writes.put),
    delete: checked(writes.delete),
    compact: checked(compact),
    compactInTurn: checked(revision => turns.take(revision, compact)),
    watch: checked(async watch => {
      if (watch.signal.aborted) return
      const now = watch.after === undefined ? await reads.revision() : await reads.readable(watch.after)
      check()
      const stop = new AbortController()
      const signal = AbortSignal.any([watch.signal, stop.signal])
      const watching = openWatch(
        { members, names, reads, progress, clock, log },
        { ...watch, signal },
        watch.after ?? now,
        now,
      )
      const entry = {
        watching,
        fail(error: Error) {
          if (signal.aborted) return
          stop.abort()
          watch.onError(error)
        },
      }
      watches.add(entry)
      void watching.done.finally(() => watches.delete(entry))
      await watching.ready
    }),
    askProgress(prefix) {
      for (const { watching } of watches) if (watching.prefix === prefix) watching.askProgress()
    },
    get trouble() {
      return members.trouble
    },
    async size() {
      check()
      const { dbSizeInUse, dbSize } = await members.repeat(methods.status, {})
      return dbSizeInUse || dbSize
    },
    close() {
      closing ??= (async () => {
        const ending = [...watches]
        for (const { fail } of ending) fail(new ClosedError())
        // Writes under way are finished, if there is anybody to finish them.
        await Promise.race([writes.idle(), sleep(clock, closingPatience)])
        over.abort()
        await Promise.all(ending.map(({ watching }) => watching.done))
        members.close()
      })()
      return closing
    },
  }
}

/** A large compaction holds the member up. Milliseconds. */
const compactionTimeout = 60_000
