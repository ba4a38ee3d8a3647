import { type ContainerStatus, isSidecar, type Pod } from '../pod.ts'
import { restartsAfter } from '../sync/restart.ts'

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed'

/**
 * The phase that a pod's container statuses amount to (`getPhase`). `over`: nothing will be started any more.
 * `begun`: some ordinary container runs or has run, so that restarting sidecars don't make the pod pending again.
 */
export function phaseOf(pod: Pod, statuses: readonly ContainerStatus[], over: boolean, begun: boolean): Phase {
  const status = (name: string) => statuses.find(each => each.name === name)
  const inits = pod.spec.initContainers ?? []
  let pending = 0
  for (const container of inits.filter(each => !isSidecar(each))) {
    const { state, lastState } = status(container.name) ?? {}
    const ended = state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined)
    if (!ended) pending++
    else if (ended.exitCode !== 0 && !restartsAfter(pod, container, ended.exitCode)) return 'Failed'
  }

  let [sidecarsPending, unknown, running, waiting, stopped, final, succeeded] = [0, 0, 0, 0, 0, 0, 0]
  for (const { name } of inits.filter(isSidecar)) {
    const { state, lastState, started } = status(name) ?? {}
    if (state?.running) {
      running++
      if (!started) sidecarsPending++
    } else if (state?.waiting) {
      if (lastState?.terminated) continue
      sidecarsPending++
      waiting++
    } else if (!state?.terminated) unknown++
  }
  for (const container of pod.spec.containers) {
    const { state, lastState } = status(container.name) ?? {}
    const ended = state?.terminated ?? (state?.waiting ? lastState?.terminated : undefined)
    if (state?.running) running++
    else if (ended) {
      stopped++
      if (!restartsAfter(pod, container, ended.exitCode)) final++
      if (state?.terminated?.exitCode === 0) succeeded++
    } else if (state?.waiting) waiting++
    else unknown++
  }

  if (pending > 0 || (sidecarsPending > 0 && !begun) || waiting > 0) return 'Pending'
  if (unknown > 0) return 'Pending'
  if (running > 0) return 'Running'
  if (stopped === 0) return 'Pending'
  if (!over && stopped !== final) return 'Running'
  return stopped === succeeded ? 'Succeeded' : 'Failed'
}
