import { rm } from 'node:fs/promises'
import type { Pod } from '../pod.ts'
import type { Kit } from './kit.ts'
import { podLogDirectory } from './sandboxConfig.ts'
import type { ContainerRecord, PodState } from './state.ts'

/** Which ended containers and sandboxes are of no more use: all but the newest two runs of each name, and old sandboxes without containers. */
export function leftovers(state: PodState): { containers: ContainerRecord[]; sandboxes: string[] } {
  const seen = new Map<string, number>()
  const containers = state.containers.filter(({ name, phase }) => {
    const place = seen.get(name) ?? 0
    seen.set(name, place + 1)
    // The newest is what the pod is now, the one before is its last state and its previous log.
    return place >= 2 && phase === 'exited'
  })
  const removed = new Set(containers.map(({ id }) => id))
  const inUse = new Set(state.containers.filter(({ id }) => !removed.has(id)).map(({ sandboxId }) => sandboxId))
  const sandboxes = state.sandboxes.slice(1).filter(({ id, ready }) => !ready && !inUse.has(id))
  return { containers, sandboxes: sandboxes.map(({ id }) => id) }
}

/** Removes what `leftovers` finds. */
export async function removeLeftovers(state: PodState, { runtime }: Pick<Kit, 'runtime'>): Promise<void> {
  const { containers, sandboxes } = leftovers(state)
  for (const { id } of containers) await runtime.removeContainer(id)
  for (const id of sandboxes) await runtime.removeSandbox(id)
}

/** Removes all that is left of a pod that has ended and that the API has forgotten. */
export async function removePod(pod: Pod, state: PodState, kit: Kit): Promise<void> {
  const uid = pod.metadata.uid ?? ''
  for (const { id } of state.containers) await kit.runtime.removeContainer(id)
  for (const { id } of state.sandboxes) {
    await kit.runtime.stopSandbox(id)
    await kit.runtime.removeSandbox(id)
  }
  await reclaim(pod, kit)
  kit.statuses.forget(uid)
  await rm(podLogDirectory(kit.settings.podLogsDir, pod), { recursive: true, force: true })
}

/** Gives back what a pod that has ended holds of the node: volumes, control groups, watches. Logs and dead containers stay. */
export async function reclaim(pod: Pod, kit: Kit): Promise<void> {
  const uid = pod.metadata.uid ?? ''
  await kit.volumes.remove(uid)
  await kit.cgroups.remove(uid)
  kit.references.release(uid)
  kit.tokens.release(uid)
}
