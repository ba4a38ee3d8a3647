import type { ContainerStatus, Pod } from '../pod.ts'
import { computeStatus, type StatusInput } from '../status/compute.ts'
import type { Kit } from './kit.ts'
import type { Verdict } from './worker.ts'

export interface Report extends Pick<StatusInput, 'waiting' | 'over' | 'final' | 'state'> {
  readonly pod: Pod
  /** Containers from before this kubelet: what was told of them counts until their probes have had a say. */
  readonly adopted: ReadonlySet<string>
  readonly verdict: Verdict | undefined
}

/** Tells the API server how a pod is, by what was told before and what is known now. */
export function reportPod({ pod, adopted, verdict, ...known }: Report, kit: Kit): void {
  const { clock, probes, statuses } = kit
  const previous = statuses.last(pod.metadata.uid ?? '') ?? pod.status
  const told = [...(previous.containerStatuses ?? []), ...(previous.initContainerStatuses ?? [])]
  const before = ({ id, name }: { id: string; name: string }): ContainerStatus | undefined =>
    adopted.has(id) ? told.find(each => each.name === name) : undefined
  const status = computeStatus({
    ...known,
    pod,
    previous,
    started: (record, container) => probes.started(record, container, before(record)?.started ?? false),
    ready: (record, container) => probes.ready(record, container, before(record)?.ready ?? false),
    runtimeName: kit.runtimeName,
    hostIPs: kit.hostIPs(),
    now: clock.now(),
    ...(verdict ? { verdict } : {}),
  })
  statuses.set(pod, status)
}
