import { computeQos } from '../../api/core/pod/qos.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Container, ContainerStatus, Pod, PodCondition, PodStatus } from '../pod.ts'
import { currentSandbox } from '../sync/plan.ts'
import { newestOf } from '../sync/state.ts'
import { podConditions } from './conditions.ts'
import { type ContainerFacts, containerStatuses, markLost } from './containers.ts'
import { type Phase, phaseOf } from './phase.ts'

export interface StatusInput extends ContainerFacts {
  readonly pod: Pod
  /** The status written last, or the API server's. */
  readonly previous: PodStatus
  readonly hostIPs: readonly string[]
  readonly now: number
  /** Nothing will be started any more; `final`: and nothing runs. */
  readonly over: boolean
  readonly final: boolean
  /** The kubelet decided the pod's fate: evicted, out of time, not admitted. */
  readonly verdict?: { readonly reason: string; readonly message: string }
}

const isTerminal = (phase: string | undefined): phase is 'Succeeded' | 'Failed' =>
  phase === 'Succeeded' || phase === 'Failed'

/** The status of a pod, out of all that is known (upstream: `generateAPIPodStatus`). Never leaves a terminal phase. */
export function computeStatus(input: StatusInput): PodStatus {
  const { pod, previous, state, now, verdict } = input
  const { spec } = pod
  let inits = containerStatuses(pod, spec.initContainers ?? [], 'init', input, previous.initContainerStatuses ?? [])
  let apps = containerStatuses(pod, spec.containers, 'app', input, previous.containerStatuses ?? [])
  const ephemerals = containerStatuses(
    pod,
    (spec.ephemeralContainers ?? []) as Container[],
    'ephemeral',
    input,
    previous.ephemeralContainerStatuses ?? [],
  )
  const begun = spec.containers.some(({ name }) => newestOf(state, name))
  let phase: Phase = phaseOf(pod, [...inits, ...apps], input.over, begun)
  if (verdict) phase = 'Failed'
  if (input.final) {
    if (begun || inits.length === 0) apps = markLost(apps)
    inits = markBefore(inits)
    if (!isTerminal(phase)) phase = 'Failed'
  }
  if (isTerminal(previous.phase)) phase = previous.phase
  if (isTerminal(pod.status.phase)) phase = pod.status.phase

  const kept = phase === previous.phase ? previous : undefined
  const reason = verdict?.reason ?? kept?.reason
  const message = verdict?.message ?? kept?.message
  const verdicts = podConditions(pod, [...inits, ...apps], phase, currentSandbox(pod, state) !== undefined)
  const ips = addresses(input)
  const [hostIP] = input.hostIPs
  return {
    ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    phase,
    conditions: [...verdicts].map(([type, verdict]) => condition(pod, type, verdict, previous, now)),
    ...(message ? { message } : {}),
    ...(reason ? { reason } : {}),
    ...(hostIP ? { hostIP, hostIPs: input.hostIPs.map(ip => ({ ip })) } : {}),
    ...(ips[0] ? { podIP: ips[0], podIPs: ips.map(ip => ({ ip })) } : {}),
    startTime: previous.startTime ?? pod.status.startTime ?? formatTime(now),
    ...(inits.length ? { initContainerStatuses: inits } : {}),
    containerStatuses: apps,
    qosClass: pod.status.qosClass ?? computeQos(pod.spec),
    ...(ephemerals.length ? { ephemeralContainerStatuses: ephemerals } : {}),
  }
}

/** Init containers up to the last that shows a sign of having run: those that haven't ended are lost. */
function markBefore(statuses: readonly ContainerStatus[]): ContainerStatus[] {
  const last = statuses.findLastIndex(
    ({ state, lastState }) => state.running || state.terminated || lastState.terminated,
  )
  return [...markLostKeepingReady(statuses.slice(0, last + 1)), ...statuses.slice(last + 1)]
}

const markLostKeepingReady = (statuses: readonly ContainerStatus[]) =>
  markLost(statuses).map((status, index) => ({ ...status, ready: statuses[index]?.ready ?? false }))

/** A pod keeps the addresses it had until it gets others. */
function addresses({ pod, state, previous, hostIPs }: StatusInput): string[] {
  if (pod.spec.hostNetwork) return [...hostIPs]
  const own = state.sandboxes[0]?.ready ? state.sandboxes[0].ips : []
  return own.length > 0 ? [...own] : (previous.podIPs ?? []).map(({ ip }) => ip)
}

/** The time of the last change is kept while the status stays the same. */
function condition(
  pod: Pod,
  type: string,
  verdict: Pick<PodCondition, 'status' | 'reason' | 'message'>,
  previous: PodStatus,
  now: number,
): PodCondition {
  const before = previous.conditions?.find(each => each.type === type)
  const same = before?.status === verdict.status && before.lastTransitionTime
  return {
    type,
    ...(pod.metadata.generation ? { observedGeneration: pod.metadata.generation } : {}),
    ...verdict,
    lastProbeTime: '',
    lastTransitionTime: same ? before.lastTransitionTime : formatTime(now),
  }
}
