import { backoffDelay } from '../../base/backoff.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { linkedSignal } from '../../base/signals.ts'
import { RpcError } from '../../net/grpc/error.ts'
import type { Draft } from '../../schema/types.ts'
import { CompactedError, prefixEnd, type StoreEvent, type WatchOptions } from '../contract.ts'
import { isPassing, type Members, retry } from './members.ts'
import { eventType, type WireEvent } from './messages/kv.ts'
import type { WatchRequest, WatchResponse } from './messages/watch.ts'
import { methods } from './methods.ts'
import type { Names } from './names.ts'
import { type Progress, tellsProgress } from './progress.ts'
import type { Reads } from './reads.ts'

export interface WatchDeps {
  readonly members: Members
  readonly names: Names
  readonly reads: Reads
  readonly progress: Progress
  readonly clock: Clock
  readonly log: Logger
}

/** A watch under way. */
export interface Watching {
  readonly prefix: string
  /** Revision up to which everything was given. */
  readonly seen: number
  /** Resolves once past events were given; rejects when they cannot be. */
  readonly ready: Promise<void>
  /** Resolves when nothing of it is left. */
  readonly done: Promise<void>
  /** Asks that the watcher be told soon how far it has come. */
  askProgress(): void
}

/** What is asked for again while somebody waits for it. Milliseconds. */
const askEvery = 100

/** A gap in what a member tells: some state before an event was compacted away. */
class GapError extends Error {}

/**
 * One watch, over one stream at a time: when it breaks it goes on, on the next member, after the last revision that was
 * given. It ends for good only when that was compacted meanwhile.
 */
export function openWatch(deps: WatchDeps, options: WatchOptions, from: number, now: number): Watching {
  const { members, names, reads, clock, log } = deps
  const over = linkedSignal(options.signal)
  const ready = Promise.withResolvers<void>()
  let seen = from
  let send: ((request: Draft<WatchRequest>) => void) | undefined

  const reached = (revision: number) => {
    if (revision > seen) seen = revision
    if (seen >= now) ready.resolve()
  }
  const give = (events: readonly StoreEvent[], revision: number) => {
    if (over.signal.aborted || revision <= seen) return
    try {
      options.onEvents(events, revision)
    } catch (cause) {
      finish(new Error(`the watcher of ${options.prefix} failed at revision ${revision}`, { cause }))
      return
    }
    reached(revision)
  }
  const finish = (error: Error) => {
    if (over.signal.aborted) return
    over.abort()
    if (seen < now) ready.reject(error)
    else options.onError(error)
  }
  const eventOf = (event: WireEvent): StoreEvent => {
    const { kv, prevKv } = event
    if (!kv) throw new GapError('etcd told of an event without its key')
    const previous = prevKv && reads.item(prevKv)
    if (event.type === eventType.delete) {
      if (!previous) throw new GapError(`the state before the deletion of ${kv.key} was compacted`)
      return { type: 'delete', key: names.fromEtcd(kv.key), revision: kv.modRevision, previous }
    }
    if (!previous && kv.createRevision !== kv.modRevision)
      throw new GapError(`the state before the change of ${kv.key} was compacted`)
    return { type: 'put', item: reads.item(kv), previous }
  }

  /** Follows one stream until it ends. Throws why it must not be opened again; else says what happened. */
  const follow = async (): Promise<unknown> => {
    const member = members.current()
    const stream = linkedSignal(over.signal)
    let parts: WireEvent[] = []
    let failure: unknown = new Error('the stream ended')
    const stop = (error: unknown) => {
      failure = error
      stream.abort()
    }
    const take = (response: WatchResponse) => {
      if (stream.signal.aborted) return
      if (response.compactRevision > 0) return stop(new CompactedError(response.compactRevision))
      if (response.canceled) return stop(new RpcError('UNAVAILABLE', response.cancelReason || 'canceled', 'Watch'))
      members.answered()
      if (response.created) return
      parts.push(...response.events)
      if (response.fragment) return
      const events = parts
      parts = []
      const lastRevision = events.at(-1)?.kv?.modRevision
      try {
        if (lastRevision === undefined) give([], response.header.revision)
        else give(events.filter(event => (event.kv?.modRevision ?? 0) > seen).map(eventOf), lastRevision)
      } catch (error) {
        stop(error)
      }
    }
    try {
      const knowsProgress = tellsProgress(await members.version(member))
      const opened = member.channel.duplex(
        methods.watch,
        { signal: stream.signal, metadata: await members.metadata({ hasleader: 'true' }) },
        take,
      )
      opened.send({
        create: {
          key: names.toEtcd(options.prefix) || '\0',
          rangeEnd: names.toEtcd(prefixEnd(options.prefix)),
          startRevision: seen + 1,
          prevKv: true,
          progressNotify: true,
          fragment: true,
        },
      })
      if (knowsProgress) send = opened.send
      await opened.ended
    } catch (error) {
      failure = error
    } finally {
      send = undefined
      stream.abort()
    }
    if (!over.signal.aborted) members.failed(member, failure)
    return failure
  }
  const run = async () => {
    let failures = 0
    while (!over.signal.aborted) {
      const before = seen
      const failure = await follow()
      if (over.signal.aborted) return
      if (failure instanceof CompactedError) return finish(failure)
      if (failure instanceof GapError) return finish(new CompactedError(seen))
      if (!isPassing(failure)) return finish(failure as Error)
      if (seen > before) failures = 0
      log.debug('a watch of etcd broke; it goes on with another member', { prefix: options.prefix, error: failure })
      await sleep(clock, backoffDelay(retry, failures++), over.signal)
    }
  }

  const askProgress = () => {
    if (send) send({ progress: {} })
    else void deps.progress.find(options.prefix, seen).then(found => found !== undefined && give([], found))
  }
  const catchUp = async () => {
    while (seen < now && !over.signal.aborted) {
      askProgress()
      await sleep(clock, askEvery, over.signal)
    }
    ready.resolve()
  }

  reached(from)
  const done = run()
  if (seen < now) void catchUp()
  return {
    prefix: options.prefix,
    get seen() {
      return seen
    },
    ready: ready.promise,
    done,
    askProgress,
  }
}
