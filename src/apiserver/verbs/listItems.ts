import { type Clock, sleep } from '../../base/clock.ts'
import { linkedSignal } from '../../base/signals.ts'
import { CompactedError, prefixEnd } from '../../kv/contract.ts'
import type { Tree } from '../../kv/tree.ts'
import type { Listed, Stored } from '../contract.ts'
import { keyIn, prefixOf } from '../store/codec.ts'
import type { Objects } from '../store/objects.ts'
import type { Predicate } from '../store/predicate.ts'
import type { WatchCache } from '../store/watchCache.ts'
import { expiredToken, type ListRevision, makeToken, tooLarge, tooOld } from './revision.ts'
import type { VerbDeps } from './scope.ts'

export interface ListedItems {
  readonly listed: Listed
  readonly revision: number
  readonly token: string | undefined
  readonly remaining: number | undefined
}

/** How long a reader waits for a revision that this server has not seen yet. Milliseconds. */
const patience = 3000

/**
 * Waits until the cache has seen a revision, or what the store holds at present when none is named. Throws Timeout (too
 * large resource version) when it does not come.
 */
export async function fresh(
  { objects, clock }: { readonly objects: Objects; readonly clock: Clock },
  cache: WatchCache,
  asked: number | undefined,
): Promise<void> {
  const revision = asked ?? (await objects.present())
  if (revision === undefined || revision <= newest(objects, cache)) return
  const over = linkedSignal()
  const arrived = await Promise.race([
    cache.reached(revision, over.signal).then(() => true),
    sleep(clock, patience, over.signal).then(() => false),
  ])
  over.abort()
  if (!arrived) throw tooLarge(revision, newest(objects, cache))
}

const newest = (objects: Objects, cache: WatchCache) => Math.max(objects.revision, cache.revision)

/** The objects of a list: from the cache, or as of an earlier revision from a page's snapshot or the store's history. */
export async function listItems(
  deps: VerbDeps,
  cache: WatchCache,
  predicate: Predicate,
  wanted: ListRevision,
): Promise<ListedItems> {
  const { objects } = deps
  const { exact } = wanted
  await fresh(deps, cache, wanted.notOlderThan ?? exact)
  if (exact !== undefined && exact < cache.revision) return earlier(objects, cache, predicate, wanted, exact)
  const revision = exact ?? newest(objects, cache)
  if (wanted.limit === 0 && wanted.start === undefined)
    return { listed: itemsNow(cache, predicate), revision, token: undefined, remaining: undefined }
  const { tree } = cache.snapshot()
  const result = page(tree, cache, predicate, wanted, revision)
  if (result.token !== undefined) cache.keep(revision)
  return result
}

/** Everything that matches at this moment, in the order of the keys. */
export function itemsNow(cache: WatchCache, predicate: Predicate): Listed {
  const { resource } = cache
  const { namespace, scope, name, indexed } = predicate
  if (predicate.all) return cache.listed(scope)
  if (name !== undefined && (namespace || !resource.namespaced)) {
    const stored = cache.get(keyIn(resource, namespace, name))
    return once(stored && predicate.matches(stored.object) ? [stored] : [])
  }
  if (indexed) return once(cache.indexed(indexed.field, indexed.value).filter(stored => predicate.covers(stored)))
  const items: Stored[] = []
  cache.scan(scope, (stored, key) => {
    if (!key.startsWith(scope)) return false
    if (predicate.covers(stored)) items.push(stored)
    return true
  })
  return once(items)
}

/** A list that nobody else will be given. */
const once = (items: readonly Stored[]): Listed => ({ items, current: false })

function page(
  tree: Tree<string, Stored>,
  cache: WatchCache,
  predicate: Predicate,
  { limit, start }: ListRevision,
  revision: number,
): ListedItems {
  const { scope } = predicate
  const prefix = prefixOf(cache.resource)
  const items: Stored[] = []
  let token: string | undefined
  let beyond = 0
  tree.scan(start === undefined ? scope : prefix + start, (stored, key) => {
    if (!key.startsWith(scope)) return false
    if (token !== undefined) {
      // Counted only where every object counts: else the rest would have to be looked at.
      beyond++
      return predicate.all
    }
    if (predicate.all || predicate.covers(stored)) {
      if (limit > 0 && items.length === limit) {
        token = makeToken(revision, (items.at(-1)?.key ?? '').slice(prefix.length))
        beyond = 1
        return predicate.all
      }
      items.push(stored)
    }
    return true
  })
  return { listed: once(items), revision, token, remaining: token !== undefined && predicate.all ? beyond : undefined }
}

async function earlier(
  objects: Objects,
  cache: WatchCache,
  predicate: Predicate,
  wanted: ListRevision,
  revision: number,
): Promise<ListedItems> {
  const kept = cache.kept(revision)
  if (kept) return page(kept.tree, cache, predicate, wanted, revision)
  const { scope } = predicate
  const start = wanted.start === undefined ? scope : prefixOf(cache.resource) + wanted.start
  try {
    return page(
      await objects.history(cache.resource, start, prefixEnd(scope), revision),
      cache,
      predicate,
      wanted,
      revision,
    )
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error
    throw wanted.start === undefined ? tooOld() : expiredToken(wanted.start)
  }
}
