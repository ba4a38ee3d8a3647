import { type ManagedSet, union } from '../../schema/merge/apply/index.ts'
import { idOf, type Managed, seconds } from './entries.ts'

/** So many managers that update are told apart. */
const most = 10

/**
 * Joins the oldest managers that update, those of one version with each other, under the name `ancient-changes`, until
 * there are few enough. Upstream's `capUpdateManagers`.
 */
export function capped(managed: Managed): Managed {
  const updaters = [...managed.managers].filter(([, { applied }]) => !applied).map(([id]) => id)
  if (updaters.length <= most) return managed
  const managers = new Map(managed.managers)
  const times = new Map(managed.times)
  updaters.sort((a, b) => seconds(times.get(a)) - seconds(times.get(b)) || (a < b ? -1 : 1))
  const first = new Map<string, string>()
  let count = updaters.length
  for (const id of updaters) {
    if (count <= most) break
    const { apiVersion, applied, set } = managers.get(id) as ManagedSet
    const other = first.get(apiVersion)
    if (other === undefined) {
      first.set(apiVersion, id)
      continue
    }
    const bucket = idOf({ manager: 'ancient-changes', operation: 'Update', apiVersion })
    const kept = managers.get(bucket) ?? (managers.get(other) as ManagedSet)
    if (!managers.has(bucket)) managers.delete(other)
    managers.set(bucket, { apiVersion, applied, set: union(set, kept.set) })
    if (id !== bucket) managers.delete(id)
    count--
    const time = times.get(id)
    if (time !== undefined) times.set(bucket, time)
  }
  return { ...managed, managers, times }
}
