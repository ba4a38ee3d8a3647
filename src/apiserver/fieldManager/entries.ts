import type { ManagedFieldsEntry } from '../../api/meta/objectMeta.ts'
import { type FieldSet, leaf, type ManagedSet, type Managers, readSet, sorted } from '../../schema/merge/apply/index.ts'

/** What tells a manager from others: applying in another version it is the same, updating it is not. */
export interface ManagerId {
  readonly manager?: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  readonly subresource?: string
}

/** Who manages what, by the text of `idOf`, and since when. */
export interface Managed {
  readonly managers: Managers
  readonly times: ReadonlyMap<string, string>
  /** What it was read from, and what new entries begin with. */
  readonly entries: ReadonlyMap<string, ManagedFieldsEntry>
}

export const nobody: Managed = { managers: new Map(), times: new Map(), entries: new Map() }

/** The text that names a manager: also the order in which conflicts are told. */
export const idOf = ({ manager, operation, apiVersion, subresource }: ManagerId): string =>
  JSON.stringify({
    ...(manager ? { manager } : {}),
    operation,
    ...(operation === 'Apply' ? {} : { apiVersion }),
    ...(subresource ? { subresource } : {}),
  })

export const managerIn = (id: string): Partial<ManagerId> => JSON.parse(id) as Partial<ManagerId>

/**
 * Reads `metadata.managedFields`. Throws, in upstream's words, where it makes no sense. `stored`: the sets were written
 * here, so there is nothing to put right in them.
 */
export function readManaged(entries: readonly ManagedFieldsEntry[] = [], stored = false): Managed {
  const byId = new Map<string, ManagedFieldsEntry>()
  const managers = new Map<string, ManagedSet>()
  const times = new Map<string, string>()
  for (const [at, entry] of entries.entries()) {
    const { manager = '', operation, apiVersion = '', fieldsType = '', subresource = '', time } = entry
    if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`')
    if (apiVersion === '') throw new Error('apiVersion must not be empty')
    if (fieldsType === '') throw new Error(`missing fieldsType in managed fields entry ${at}`)
    if (fieldsType !== 'FieldsV1')
      throw new Error(`invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${at}`)
    const id = idOf({ manager, operation, apiVersion, subresource })
    managers.set(id, {
      apiVersion,
      applied: operation === 'Apply',
      set: stored ? ((entry.fieldsV1 ?? leaf) as FieldSet) : readSet(entry.fieldsV1),
    })
    // What a writer sent is written anew, in order.
    byId.set(id, stored ? entry : { manager, operation, apiVersion, subresource })
    if (time === undefined) times.delete(id)
    else times.set(id, time)
  }
  return { managers, times, entries: byId }
}

/** The entries as they are kept, in upstream's order; undefined: nobody manages anything. */
export function managedEntries({ managers, times, entries: before }: Managed): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined
  const entries: ManagedFieldsEntry[] = []
  for (const [id, { apiVersion, applied, set }] of managers) {
    const time = times.get(id)
    const known = before.get(id)
    if (known && known.fieldsV1 === set && known.time === time && known.apiVersion === apiVersion) {
      entries.push(known)
      continue
    }
    const { manager, subresource } = known ?? managerIn(id)
    entries.push({
      ...(manager ? { manager } : {}),
      operation: applied ? 'Apply' : 'Update',
      apiVersion,
      ...(time === undefined ? {} : { time }),
      fieldsType: 'FieldsV1',
      fieldsV1: sorted(set),
      ...(subresource ? { subresource } : {}),
    })
  }
  return entries.length === 1 ? entries : entries.sort(inOrder)
}

const byText = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0)

const inOrder = (a: ManagedFieldsEntry, b: ManagedFieldsEntry): number =>
  byText(a.operation, b.operation) ||
  seconds(a.time) - seconds(b.time) ||
  byText(a.manager, b.manager) ||
  byText(a.apiVersion, b.apiVersion) ||
  byText(a.subresource, b.subresource)

/** Of a time as it is kept; none counts as the beginning. */
export const seconds = (time: string | undefined): number =>
  time === undefined ? 0 : Math.floor(Date.parse(time) / 1000)

/** Whether a writer wants all to be forgotten: an empty list, or one entry with nothing in it. */
export const isReset = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  entries !== undefined &&
  (entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0))

/** What a write begins with: what the writer says of the managers, where that makes sense, else what is stored. */
export function liveOrNew(
  live: () => readonly ManagedFieldsEntry[] | undefined,
  next: readonly ManagedFieldsEntry[] | undefined,
  ofSubresource: boolean,
): Managed {
  if (!ofSubresource && next !== undefined) {
    if (isReset(next)) return nobody
    const managed = understood(next, false)
    if (managed.managers.size > 0) return managed
  }
  return understood(live(), true)
}

/** Nobody, where the entries make no sense. */
function understood(entries: readonly ManagedFieldsEntry[] | undefined, stored: boolean): Managed {
  try {
    return readManaged(entries, stored)
  } catch {
    return nobody
  }
}

/** Whether two lists of entries say the same, but for the times. */
export function sameButTimes(
  a: readonly ManagedFieldsEntry[] = [],
  b: readonly ManagedFieldsEntry[] = [],
  same: (a: unknown, b: unknown) => boolean,
): boolean {
  const bare = ({ time: _, ...rest }: ManagedFieldsEntry) => rest
  return a.length === b.length && a.every((entry, at) => same(bare(entry), bare(b[at] as ManagedFieldsEntry)))
}
