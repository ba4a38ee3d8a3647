import type { Timer } from '../../base/clock.ts'
import { onAbort } from '../../base/signals.ts'
import type { Answer, Stored, WatchSink } from '../contract.ts'
import type { CacheEvent } from '../store/change.ts'
import { type Predicate, predicateOf } from '../store/predicate.ts'
import type { WatchCache } from '../store/watchCache.ts'
import { bookmarkOf } from './bookmark.ts'
import { fresh, itemsNow } from './listItems.ts'
import { listOptions } from './listOptions.ts'
import { parseVersion } from './revision.ts'
import type { Call, VerbDeps } from './scope.ts'
import { resourceAsServed, versionedStored } from './versionedStored.ts'

/** Milliseconds. */
const bookmarkEvery = 60_000
/** Without timeoutSeconds a watch ends after half an hour to an hour, so that clients spread over servers again. */
const shortest = 1_800_000

interface WatchRequest {
  readonly from: number | undefined
  /** Whether what is there comes first, as ADDED. */
  readonly replay: boolean
  /** Whether a bookmark marks the end of that. */
  readonly marked: boolean
  readonly bookmarks: boolean
  readonly milliseconds: number
}

function watchRequest({ random }: VerbDeps, query: URLSearchParams): WatchRequest {
  const { resourceVersion, sendInitialEvents, allowWatchBookmarks = false, timeoutSeconds } = listOptions(query, true)
  const from = parseVersion(resourceVersion, true)
  return {
    from,
    replay: sendInitialEvents ?? !from,
    marked: sendInitialEvents === true && allowWatchBookmarks,
    bookmarks: allowWatchBookmarks,
    milliseconds: timeoutSeconds ? timeoutSeconds * 1000 : shortest * (1 + random()),
  }
}

/**
 * Watches a collection: from a version on; or, with none or 0, everything there as ADDED first; a streamed list marks
 * the end of these with a bookmark. Versions that are no longer known are told as an ERROR event, as upstream does.
 */
export async function watch(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info, request } = call
  const predicate = predicateOf(served, info.namespace || undefined, request.query, info.name || undefined)
  const wanted = watchRequest(deps, request.query)
  const cache = await deps.objects.cache(served.resource)
  return {
    form: 'watch',
    resource: resourceAsServed(served),
    async start(sink, signal) {
      // One that asks for the future is told so as an event.
      if (wanted.replay) await fresh(deps, cache, wanted.from)
      await run(deps, call, cache, predicate, wanted, sink, signal)
    },
  }
}

async function run(
  { clock, objects }: VerbDeps,
  { served }: Call,
  cache: WatchCache,
  predicate: Predicate,
  wanted: WatchRequest,
  sink: WatchSink,
  signal: AbortSignal,
): Promise<void> {
  const over = Promise.withResolvers<void>()
  let ended = false
  let sent = 0
  const finish = () => {
    ended = true
    over.resolve()
  }
  const tell = (type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored) => {
    if (ended) return
    sent = Math.max(sent, stored.revision)
    if (!sink.event(type, versionedStored(served, stored))) finish()
  }
  const onEvent = (event: CacheEvent) => {
    const change = changeFor(predicate, event)
    if (change) tell(change.type, change.stored)
  }
  const bookmark = () => {
    const now = Math.max(objects.revision, cache.revision)
    if (now > sent) tell('BOOKMARK', bookmarkOf(served.resource, now))
  }
  const join = async (): Promise<() => void> => {
    if (!wanted.replay) return joinAt(cache, predicate, wanted.from ?? cache.revision, onEvent)
    // From here to the registration nothing waits, so that no change can come between.
    const revision = Math.max(objects.revision, cache.revision)
    for (const stored of itemsNow(cache, predicate).items) tell('ADDED', stored)
    if (wanted.marked) tell('BOOKMARK', bookmarkOf(served.resource, revision, true))
    return cache.watch(predicate, cache.revision, onEvent)
  }

  const stop = await join()
  const timers: Timer[] = []
  timers[0] = clock.after(wanted.milliseconds, () => {
    if (wanted.bookmarks) bookmark()
    finish()
  })
  const remind = () => {
    bookmark()
    timers[1] = clock.after(bookmarkEvery, remind)
  }
  if (wanted.bookmarks) timers[1] = clock.after(bookmarkEvery, remind)
  const forgets = [onAbort(signal, finish), onAbort(cache.signal, finish)]
  await over.promise
  stop()
  for (const timer of timers) timer.cancel()
  for (const forget of forgets) forget()
}

/** Changes after a revision: from the window of the cache, and what is older from the store's history. Throws Expired. */
async function joinAt(
  cache: WatchCache,
  predicate: Predicate,
  after: number,
  onEvent: (event: CacheEvent) => void,
): Promise<() => void> {
  if (after >= cache.oldest) return cache.watch(predicate, after, onEvent)
  const past = await cache.past(after)
  for (const event of past) onEvent(event)
  return cache.watch(predicate, Math.max(cache.oldest, past.at(-1)?.revision ?? 0), onEvent)
}

/** What a change is to somebody who watches only what matches: coming into view is ADDED, leaving it DELETED. */
function changeFor(
  predicate: Predicate,
  event: CacheEvent,
): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; stored: Stored } | undefined {
  const { type, stored, previous } = event
  // Most watches: no object has to be looked at, and a key never changes.
  if (predicate.all) {
    if (!predicate.covers(stored) || (type === 'delete' && !previous)) return undefined
    return { type: type === 'delete' ? 'DELETED' : previous ? 'MODIFIED' : 'ADDED', stored }
  }
  const before = previous !== undefined && predicate.covers(previous)
  if (type === 'delete') return before ? { type: 'DELETED', stored } : undefined
  const now = predicate.covers(stored)
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', stored }
  // The last state that was in view, at the version at which it left.
  return before ? { type: 'DELETED', stored: event.left() } : undefined
}
