import { equal } from '../../derive/equal.ts'
import { type Comparison, compare, everythingIn, only } from './compare.ts'
import { difference, type FieldSet, intersection, isEmpty, leaf, type Path, pathsOf, union } from './fieldSet.ts'
import { reconciled, withPassed } from './follow.ts'
import { merge } from './merge.ts'
import { remove } from './remove.ts'
import { fieldsIn } from './set.ts'
import type { Shape } from './shape.ts'

/** An object in one of the versions it can be told in. */
export interface Told {
  readonly apiVersion: string
  readonly shape: Shape
  readonly value: unknown
}

/** What one manager has set, in the version it set it in. */
export interface ManagedSet {
  readonly apiVersion: string
  readonly applied: boolean
  readonly set: FieldSet
}

/** By a text that tells managers apart. */
export type Managers = ReadonlyMap<string, ManagedSet>

export interface Versions {
  /** An object in another version; undefined: nobody serves that any more. */
  convert(object: Told, apiVersion: string): Promise<Told | undefined> | Told | undefined
  /** Fields of a version that the request cannot set, whoever sends them, are filtered out. */
  settable(apiVersion: string): ((set: FieldSet) => FieldSet) | undefined
}

/** A field that another manager has set to something else. */
export interface Conflict {
  readonly manager: string
  readonly path: Path
}

/** What is applied would change what others have set. */
export class ConflictError extends Error {
  override name = 'ConflictError'
  readonly conflicts: readonly Conflict[]

  constructor(conflicts: readonly Conflict[]) {
    super(`${conflicts.length} fields are managed by others`)
    this.conflicts = conflicts
  }
}

export interface Updated {
  /** Who managed something before, and what is left of that. The same where nothing is taken from anybody. */
  readonly managers: Managers
  /** What the writer set: it manages that from now on. */
  readonly written: FieldSet
}

/**
 * Who manages what after somebody made `live` into `next`: what was changed is the writer's, and nobody's who had it
 * before; nobody has what went. Managers of versions that are gone are dropped.
 */
export async function updated(versions: Versions, live: Told, next: Told, before: Managers): Promise<Updated> {
  const comparison = filtered(versions, next.apiVersion, compare(live.shape, live.value, next.value))
  const written = everythingIn(comparison)
  if (before.size === 0) return { managers: before, written }
  const current = await reconciledManagers(versions, live, before)
  return { managers: await takenFrom(versions, live, next, comparison, current, undefined, true), written }
}

export interface Applied {
  /** The object as it becomes; undefined: applying changed nothing. */
  readonly value: unknown
  readonly managers: Managers
}

/**
 * Lays `config` over `live`, takes away what this manager applied before and no longer does, and gives it all that is in
 * `config`. Throws a ConflictError when others have set that to something else, unless `force`: then it takes it.
 */
export async function applied(
  versions: Versions,
  live: Told,
  config: Told,
  before: Managers,
  manager: string,
  force: boolean,
): Promise<Applied> {
  const { apiVersion, shape } = config
  const current = await reconciledManagers(versions, live, before)
  const last = current.get(manager)
  const all = fieldsIn(shape, config.value)
  const set = versions.settable(apiVersion)?.(all) ?? all
  const managers = new Map(current).set(manager, { apiVersion, applied: true, set })
  const merged: Told = { apiVersion, shape, value: merge(shape, live.value, config.value) }
  const next = last && !isEmpty(last.set) ? await pruned(versions, merged, managers, last) : merged
  const comparison = filtered(versions, apiVersion, compare(shape, live.value, next.value))
  const result = await takenFrom(versions, live, next, comparison, managers, manager, force)
  return { value: equal(live.value, next.value) ? undefined : next.value, managers: result }
}

const filtered = (versions: Versions, apiVersion: string, comparison: Comparison): Comparison => {
  const filter = versions.settable(apiVersion)
  return filter ? only(comparison, filter) : comparison
}

async function reconciledManagers(versions: Versions, live: Told, managers: Managers): Promise<Managers> {
  let result: Map<string, ManagedSet> | undefined
  for (const [manager, managed] of managers) {
    const told = managed.apiVersion === live.apiVersion ? live : await versions.convert(live, managed.apiVersion)
    const set = told && reconciled(told.shape, managed.set)
    if (set === managed.set) continue
    result ??= new Map(managers)
    if (set) result.set(manager, { ...managed, set })
    else result.delete(manager)
  }
  return result ?? managers
}

/** What the others keep. With `force` they give up what is changed; else that is a conflict. */
async function takenFrom(
  versions: Versions,
  live: Told,
  next: Told,
  comparison: Comparison,
  managers: Managers,
  manager: string | undefined,
  force: boolean,
): Promise<Managers> {
  const comparisons = new Map<string, Comparison>([[next.apiVersion, comparison]])
  const conflicts: Conflict[] = []
  let result: Map<string, ManagedSet> | undefined
  for (const [other, managed] of managers) {
    let set: FieldSet | undefined = managed.set
    if (other !== manager) {
      const seen = comparisons.get(managed.apiVersion) ?? (await comparedIn(versions, live, next, managed.apiVersion))
      if (seen) {
        comparisons.set(managed.apiVersion, seen)
        const taken = intersection(set, everythingIn(seen))
        if (!force) for (const path of pathsOf(taken)) conflicts.push({ manager: other, path })
        set = difference(difference(set, taken), seen.removed)
      } else set = undefined
    }
    if (set === managed.set && !isEmpty(set)) continue
    result ??= new Map(managers)
    if (set && !isEmpty(set)) result.set(other, { ...managed, set })
    else result.delete(other)
  }
  if (conflicts.length > 0) throw new ConflictError(conflicts)
  return result ?? managers
}

async function comparedIn(versions: Versions, live: Told, next: Told, apiVersion: string) {
  const [was, is] = await Promise.all([versions.convert(live, apiVersion), versions.convert(next, apiVersion)])
  return was && is && filtered(versions, apiVersion, compare(was.shape, was.value, is.value))
}

/**
 * Without what this manager applied last and nobody has now. Elements of lists and keys of maps that it never owned as
 * such stay, though nobody owns them.
 */
async function pruned(versions: Versions, merged: Told, managers: Managers, last: ManagedSet): Promise<Told> {
  const told = await versions.convert(merged, last.apiVersion)
  if (!told) return merged
  const lastSet = withPassed(told.shape, last.set)
  const bare: Told = { ...told, value: remove(told.shape, told.value, lastSet) }
  const owned = await withOwned(versions, told, bare, managers)
  const inLast = await versions.convert(owned, last.apiVersion)
  if (!inLast) return merged
  const gone = difference(allOf(told), allOf(inLast))
  const kept: Told = { ...told, value: remove(told.shape, told.value, intersection(gone, lastSet)) }
  const back = await versions.convert(kept, merged.apiVersion)
  if (!back) throw new Error(`an object cannot be told in ${merged.apiVersion} again`)
  return back
}

const allOf = ({ shape, value }: Told): FieldSet => withPassed(shape, fieldsIn(shape, value))

/** Puts back what managers own, version by version; that of the object first. */
async function withOwned(versions: Versions, whole: Told, bare: Told, managers: Managers): Promise<Told> {
  const owned = new Map<string, FieldSet>([[bare.apiVersion, leaf]])
  for (const { apiVersion, set } of managers.values()) owned.set(apiVersion, union(owned.get(apiVersion) ?? leaf, set))
  let result = bare
  for (const [apiVersion, set] of owned) {
    const all = await versions.convert(whole, apiVersion)
    const left = all && (await versions.convert(result, apiVersion))
    if (!all || !left) continue
    const keep = union(allOf(left), withPassed(all.shape, set))
    result = { ...all, value: remove(all.shape, all.value, difference(allOf(all), keep)) }
  }
  return result
}
