import { invalid } from '../../api/meta/statusError.ts'
import type { Timer } from '../../base/clock.ts'
import { forbidden } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { Answer, Stored, WatchSink } from '../contract.ts'
import { type Predicate, predicateOf } from '../store/predicate.ts'
import type { CacheEvent, WatchCache } from '../store/watchCache.ts'
import { listItems } from './listItems.ts'
import { parseVersion, tooLarge } from './revision.ts'
import type { Call, VerbDeps } from './scope.ts'
import { resourceAsServed, versionedStored } from './versionedStored.ts'

const bookmarkEvery = 60_000
const initialEventsEnd = 'k8s.io/initial-events-end'
/** Without timeoutSeconds a watch ends after half an hour to an hour, so that clients spread over servers again. */
const shortest = 1_800_000

interface WatchRequest {
  readonly from: number | undefined
  readonly initial: boolean
  readonly bookmarks: boolean
  readonly milliseconds: number
}

const isTrue = (text: string | null) => text !== null && text !== 'false' && text !== '0'

/** Checks the parameters that streamed lists add. Words of `ValidateListOptions`. */
function checkInitial(query: URLSearchParams): boolean {
  const text = query.get('sendInitialEvents')
  const match = query.get('resourceVersionMatch')
  if (text === null) {
    if (match)
      throw refuse(
        forbidden(
          at('resourceVersionMatch'),
          'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
        ),
      )
    return false
  }
  if (match !== 'NotOlderThan')
    throw refuse(
      forbidden(at('resourceVersionMatch'), 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    )
  if (isTrue(text) && !isTrue(query.get('allowWatchBookmarks'))) {
    throw refuse(forbidden(at('allowWatchBookmarks'), 'sendInitialEvents requires setting allowWatchBookmarks to true'))
  }
  return isTrue(text)
}

const refuse = (error: FieldError) => invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [error])

function watchRequest({ random }: VerbDeps, query: URLSearchParams): WatchRequest {
  const seconds = Number(query.get('timeoutSeconds') ?? 0)
  return {
    from: parseVersion(query.get('resourceVersion')),
    initial: checkInitial(query),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    milliseconds: seconds > 0 ? seconds * 1000 : shortest * (1 + random()),
  }
}

/**
 * Watches a collection: from a version on; or, with none or 0, everything there as ADDED first; a streamed list marks
 * the end of these with a bookmark.
 */
export async function watch(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info, request } = call
  const predicate = predicateOf(served.resource, info.namespace || undefined, request.query, info.name || undefined)
  const wanted = watchRequest(deps, request.query)
  const cache = await deps.objects.cache(served.resource)
  if (wanted.from !== undefined && wanted.from > Math.max(deps.objects.revision, cache.revision)) {
    if (wanted.initial || wanted.from > deps.objects.revision + 1_000_000)
      throw tooLarge(wanted.from, deps.objects.revision)
  }
  const replay = wanted.initial || wanted.from === undefined || wanted.from === 0
  if (!replay && wanted.from !== undefined && wanted.from < cache.oldest) {
    // Refused before the stream begins, as a failure of the request: clients list anew.
    cache.watch(predicate, wanted.from, () => {})()
  }
  return {
    form: 'watch',
    resource: resourceAsServed(served),
    start: (sink, signal) => run(deps, call, cache, predicate, wanted, replay, sink, signal),
  }
}

async function run(
  deps: VerbDeps,
  { served }: Call,
  cache: WatchCache,
  predicate: Predicate,
  wanted: WatchRequest,
  replay: boolean,
  sink: WatchSink,
  signal: AbortSignal,
): Promise<void> {
  const { clock, objects } = deps
  const over = Promise.withResolvers<void>()
  let ended = false
  let sent = 0
  const finish = () => {
    ended = true
    over.resolve()
  }
  const tell = (type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored) => {
    if (ended) return
    sent = stored.revision
    if (!sink.event(type, versionedStored(served, stored))) finish()
  }
  const onEvent = (event: CacheEvent) => {
    const change = changeFor(predicate, event)
    if (change) tell(change.type, change.stored)
  }
  const bookmark = (revision: number, annotations?: Record<string, string>) =>
    tell('BOOKMARK', bookmarkOf(served, revision, annotations))

  let after = wanted.from ?? 0
  if (replay) {
    const { items, revision } = await listItems(deps, cache, predicate, {
      exact: undefined,
      notOlderThan: wanted.from || undefined,
      limit: 0,
      start: undefined,
    })
    for (const stored of items) tell('ADDED', stored)
    after = cache.revision
    if (wanted.initial) bookmark(revision, { [initialEventsEnd]: 'true' })
  }
  const stop = cache.watch(predicate, after, onEvent)
  const timers: Timer[] = [clock.after(wanted.milliseconds, finish)]
  const remind = () => {
    const now = Math.max(objects.revision, cache.revision)
    if (now > sent) bookmark(now)
    timers[1] = clock.after(bookmarkEvery, remind)
  }
  if (wanted.bookmarks) timers[1] = clock.after(bookmarkEvery, remind)
  signal.addEventListener('abort', finish, { once: true })
  if (signal.aborted) finish()
  await over.promise
  stop()
  for (const timer of timers) timer.cancel()
  signal.removeEventListener('abort', finish)
}

/** What a change is to somebody who watches only what matches: coming into view is ADDED, leaving it DELETED. */
function changeFor(
  predicate: Predicate,
  { type, stored, previous }: CacheEvent,
): { type: 'ADDED' | 'MODIFIED' | 'DELETED'; stored: Stored } | undefined {
  const before = previous !== undefined && (predicate.all || predicate.matches(previous.object))
  if (type === 'delete')
    return before || (previous === undefined && predicate.matches(stored.object))
      ? { type: 'DELETED', stored }
      : undefined
  const now = predicate.all || predicate.matches(stored.object)
  if (now) return { type: before ? 'MODIFIED' : 'ADDED', stored }
  // The last state that was in view, at the version at which it left.
  return before && previous ? { type: 'DELETED', stored: { ...leaving(previous, stored.revision) } } : undefined
}

function leaving(previous: Stored, revision: number): Stored {
  const object = Object.freeze({
    ...previous.object,
    metadata: Object.freeze({ ...previous.object.metadata, resourceVersion: String(revision) }),
  })
  const { kind: _, apiVersion: __, ...rest } = object
  return { key: previous.key, revision, json: new TextEncoder().encode(JSON.stringify(rest)), object }
}

function bookmarkOf({ resource }: Call['served'], revision: number, annotations?: Record<string, string>): Stored {
  const metadata = { resourceVersion: String(revision), ...(annotations ? { annotations } : {}) }
  const object = { kind: resource.kind, apiVersion: resource.apiVersion, metadata }
  return { key: '', revision, json: new TextEncoder().encode(JSON.stringify({ metadata })), object }
}
