import { CompactedError, prefixEnd } from '../../kv/contract.ts'
import type { Stored } from '../contract.ts'
import { keyIn, prefixOf } from '../store/codec.ts'
import type { Predicate } from '../store/predicate.ts'
import type { CacheSnapshot, WatchCache } from '../store/watchCache.ts'
import { expiredToken, type ListRevision, makeToken, tooLarge, tooOld } from './revision.ts'
import type { VerbDeps } from './scope.ts'

export interface ListedItems {
  readonly items: readonly Stored[]
  readonly revision: number
  readonly token: string | undefined
  readonly remaining: number | undefined
}

/** How long a list waits for a revision that this server has not seen yet. */
const patience = 3000

/** The objects of a list: from the cache, or as of an earlier revision from the store's history. */
export async function listItems(
  { objects, clock }: VerbDeps,
  cache: WatchCache,
  predicate: Predicate,
  wanted: ListRevision,
): Promise<ListedItems> {
  const { exact, notOlderThan } = wanted
  if (notOlderThan !== undefined && notOlderThan > objects.revision) {
    const arrived = await Promise.race([
      cache.reached(notOlderThan).then(() => true),
      new Promise<boolean>(resolve => clock.after(patience, () => resolve(false))),
    ])
    if (!arrived) throw tooLarge(notOlderThan, objects.revision)
  }
  if (exact !== undefined) {
    if (exact > objects.revision) throw tooLarge(exact, objects.revision)
    if (exact < cache.revision) return fromHistory(objects, cache, predicate, wanted, exact)
  }
  const revision = exact ?? Math.max(objects.revision, cache.revision)
  const scope = scopeOf(cache, predicate)
  const indexed = wanted.start === undefined && wanted.limit === 0 && predicate.indexed
  if (indexed) {
    const items = cache
      .indexed(indexed.field, indexed.value)
      .filter(stored => stored.key.startsWith(scope) && predicate.matches(stored.object))
    return { items, revision, token: undefined, remaining: undefined }
  }
  return page(cache.snapshot(), scope, predicate, wanted, revision, prefixOf(cache.resource))
}

const scopeOf = ({ resource }: WatchCache, { namespace }: Predicate) =>
  namespace && resource.namespaced ? keyIn(resource, namespace, '') : prefixOf(resource)

function page(
  { tree }: CacheSnapshot,
  scope: string,
  predicate: Predicate,
  { limit, start }: ListRevision,
  revision: number,
  prefix: string,
): ListedItems {
  const items: Stored[] = []
  let token: string | undefined
  let beyond = 0
  const from = start === undefined ? scope : prefix + start
  tree.scan(from, (stored, key) => {
    if (!key.startsWith(scope)) return false
    if (token !== undefined) {
      // Counted only where every object counts: else the rest would have to be looked at.
      beyond++
      return predicate.all
    }
    if (predicate.all || predicate.matches(stored.object)) {
      if (limit > 0 && items.length === limit) {
        token = makeToken(revision, (items.at(-1)?.key ?? '').slice(prefix.length))
        beyond = 1
        return predicate.all
      }
      items.push(stored)
    }
    return true
  })
  return { items, revision, token, remaining: token !== undefined && predicate.all ? beyond : undefined }
}

async function fromHistory(
  objects: VerbDeps['objects'],
  cache: WatchCache,
  predicate: Predicate,
  wanted: ListRevision,
  revision: number,
): Promise<ListedItems> {
  const scope = scopeOf(cache, predicate)
  const prefix = prefixOf(cache.resource)
  const start = wanted.start === undefined ? scope : prefix + wanted.start
  try {
    const tree = await objects.history(cache.resource, start, prefixEnd(scope), revision)
    return page({ tree, revision }, scope, predicate, wanted, revision, prefix)
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error
    throw wanted.start === undefined ? tooOld(revision, error.compactRevision) : expiredToken(revision, wanted.start)
  }
}
