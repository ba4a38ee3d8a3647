import type { Deployment } from '../../api/apps/deployment.ts'
import type { ReplicaSet } from '../../api/apps/replicaSet.ts'
import {
  availableOf,
  desired,
  desiredAnnotation,
  isRolling,
  limits,
  maxAnnotation,
  oldestFirst,
  sizeOf,
  totalOf,
} from './sets.ts'

/** A replica set and the size it is to have. */
export interface Resize {
  readonly set: ReplicaSet
  readonly size: number
}

/** The size of the new set now: all at once, or as much as the surge leaves room for. */
export function newSize(deployment: Deployment, current: number, total: number): number {
  const wanted = desired(deployment)
  if (!isRolling(deployment) || current > wanted) return wanted
  const room = wanted + limits(deployment).surge - total
  return room <= 0 ? current : current + Math.min(room, wanted - current)
}

/** The next step of a rolling update: up first, then down; empty when it must wait or is done. */
export function rollingStep(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  const up = newSize(deployment, sizeOf(fresh), totalOf([...old, fresh]))
  if (up !== sizeOf(fresh)) return [{ set: fresh, size: up }]
  return shrinkOld(deployment, fresh, old)
}

/** Old sets give way: their pods that are not available at once, the others as new ones become available. */
function shrinkOld(deployment: Deployment, fresh: ReplicaSet, old: readonly ReplicaSet[]): Resize[] {
  const least = desired(deployment) - limits(deployment).unavailable
  const notYet = sizeOf(fresh) - (fresh.status.availableReplicas ?? 0)
  let spare = totalOf([...old, fresh]) - least - notYet
  if (spare <= 0) return []
  const sizes = new Map([...old].sort(oldestFirst).map(set => [set, sizeOf(set)]))
  for (const [set, size] of sizes) {
    const unhealthy = Math.min(Math.max(0, spare), size - (set.status.availableReplicas ?? 0))
    if (unhealthy <= 0) continue
    sizes.set(set, size - unhealthy)
    spare -= unhealthy
  }
  // Statuses lag behind sizes: what was taken away a moment ago must not count as available once more.
  let surplus = Math.min(spare, availableOf([...old, fresh]) - least)
  for (const [set, size] of sizes) {
    const healthy = Math.min(Math.max(0, surplus), size)
    sizes.set(set, size - healthy)
    surplus -= healthy
  }
  return changed(sizes)
}

/** Recreate: the old ones go first. The new set grows once none of their pods is left (`oldPodsLeft`). */
export function recreateStep(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
  oldPodsLeft: boolean,
): Resize[] {
  const down = old.filter(set => sizeOf(set) > 0).map(set => ({ set, size: 0 }))
  if (down.length > 0) return down
  if (oldPodsLeft || !fresh || sizeOf(fresh) === desired(deployment)) return []
  return [{ set: fresh, size: desired(deployment) }]
}

const changed = (sizes: ReadonlyMap<ReplicaSet, number>): Resize[] =>
  [...sizes].filter(([set, size]) => sizeOf(set) !== size).map(([set, size]) => ({ set, size }))

/** Whether the deployment's size was changed since its sets were last sized. */
export const wasScaled = (deployment: Deployment, sets: readonly ReplicaSet[]): boolean =>
  sets.some(set => {
    const before = set.metadata.annotations?.[desiredAnnotation]
    return sizeOf(set) > 0 && before !== undefined && Number(before) !== desired(deployment)
  })

const saturated = (deployment: Deployment, fresh: ReplicaSet | undefined): boolean =>
  fresh !== undefined &&
  sizeOf(fresh) === desired(deployment) &&
  Number(fresh.metadata.annotations?.[desiredAnnotation]) === desired(deployment) &&
  fresh.status.availableReplicas === desired(deployment)

/** Sizes after the deployment's own size changed, also while it is paused: in the middle of a rollout in proportion. */
export function proportionalSizes(
  deployment: Deployment,
  fresh: ReplicaSet | undefined,
  old: readonly ReplicaSet[],
): Resize[] {
  const all = fresh ? [...old, fresh] : [...old]
  const active = all.filter(set => sizeOf(set) > 0)
  const [only] = active
  if (active.length <= 1) {
    const latest = only ?? fresh ?? [...old].sort(oldestFirst).at(-1)
    return latest ? [{ set: latest, size: desired(deployment) }] : []
  }
  if (saturated(deployment, fresh)) return active.filter(set => set !== fresh).map(set => ({ set, size: 0 }))
  return isRolling(deployment) ? inProportion(deployment, active) : []
}

function inProportion(deployment: Deployment, active: readonly ReplicaSet[]): Resize[] {
  const wanted = desired(deployment)
  const most = wanted === 0 ? 0 : wanted + limits(deployment).surge
  const toAdd = most - totalOf(active)
  const bySize = [...active].sort(
    (a, b) => sizeOf(b) - sizeOf(a) || (toAdd > 0 ? oldestFirst(b, a) : oldestFirst(a, b)),
  )
  let added = 0
  const sizes = bySize.map(set => {
    const left = toAdd - added
    const share = left === 0 ? 0 : shareOf(deployment, set, most)
    const part = toAdd > 0 ? Math.min(share, left) : Math.max(share, left)
    added += part
    return { set, size: sizeOf(set) + part }
  })
  // What rounding left over goes to the largest.
  return sizes.map((each, index) => (index === 0 ? { ...each, size: Math.max(0, each.size + toAdd - added) } : each))
}

function shareOf(deployment: Deployment, set: ReplicaSet, most: number): number {
  if (desired(deployment) === 0) return -sizeOf(set)
  const before = Number(set.metadata.annotations?.[maxAnnotation]) || deployment.status.replicas || 0
  return before === 0 ? 0 : Math.round((sizeOf(set) * most) / before) - sizeOf(set)
}
