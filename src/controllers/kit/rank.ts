import type { Pod } from '../../api/core/pod/pod.ts'
import { podActive, podReady, readySince } from '../../api/core/pod/readiness.ts'
import { parseTime } from '../../schema/scalars/time.ts'

const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost'
const phaseRank: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** What a pod's annotation says it costs to lose it; 0 where it says nothing that is a whole 32-bit number. */
function deletionCost(pod: Pod): number {
  const text = pod.metadata.annotations?.[costAnnotation] ?? ''
  const cost = /^(0|-?[1-9]\d*)$/.test(text) ? Number(text) : 0
  return Math.abs(cost) < 2 ** 31 ? cost : 0
}

type Statuses = Pod['status']['containerStatuses']
const mostRestarts = (statuses: Statuses) => Math.max(0, ...(statuses ?? []).map(status => status.restartCount ?? 0))
function sidecarRestarts({ spec, status }: Pod): number {
  const sidecars = new Set(
    (spec.initContainers ?? []).filter(each => each.restartPolicy === 'Always').map(each => each.name),
  )
  return mostRestarts(status.initContainerStatuses?.filter(each => sidecars.has(each.name)))
}

/** Ages are compared by their order of magnitude (of nanoseconds, as upstream): small differences say nothing. */
const magnitude = (milliseconds: number) => (milliseconds > 0 ? Math.floor(Math.log2(milliseconds * 1e6)) : -1)

/** Younger first; one without a time before all. Ages of one magnitude are told apart by UID, so that it is fair. */
function byAge(a: number | undefined, b: number | undefined, now: number): number | 'alike' {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1
  if (a === b) return 0
  return magnitude(now - a) - magnitude(now - b) || 'alike'
}

interface Ranked {
  readonly pod: Pod
  /** Smaller goes first, from left to right. */
  readonly before: readonly number[]
  readonly readySince: number | undefined
  readonly restarts: readonly number[]
  readonly created: number | undefined
}

function ranked(pod: Pod, crowd: (node: string) => number): Ranked {
  const { creationTimestamp } = pod.metadata
  const ready = podReady(pod)
  return {
    pod,
    before: [
      pod.spec.nodeName ? 1 : 0,
      phaseRank[pod.status.phase ?? ''] ?? 0,
      ready ? 1 : 0,
      deletionCost(pod),
      -crowd(pod.spec.nodeName ?? ''),
    ],
    readySince: ready ? readySince(pod) : undefined,
    restarts: [-mostRestarts(pod.status.containerStatuses), -sidecarRestarts(pod)],
    created: creationTimestamp ? parseTime(creationTimestamp) : undefined,
  }
}

const lists = (a: readonly number[], b: readonly number[]): number => {
  const place = a.findIndex((value, index) => value !== b[index])
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0)
}

function compare(a: Ranked, b: Ranked, now: number): number {
  const byUid = () => ((a.pod.metadata.uid ?? '') < (b.pod.metadata.uid ?? '') ? -1 : 1)
  const first = lists(a.before, b.before)
  if (first !== 0) return first
  const ready = byAge(a.readySince, b.readySince, now)
  if (ready !== 0) return ready === 'alike' ? byUid() : ready
  const restarts = lists(a.restarts, b.restarts)
  if (restarts !== 0) return restarts
  const age = byAge(a.created, b.created, now)
  return age === 'alike' ? byUid() : age
}

/**
 * Orders pods by how little is lost when they go, the first to go first: not placed, pending, not ready, cheap, crowded
 * on a node, ready for a short time, restarted often, young. `crowd` counts related pods on a node. The order of
 * `k8s.io/kubernetes/pkg/controller.ActivePodsWithRanks`.
 */
export function byDeletionRank(pods: readonly Pod[], crowd: (node: string) => number, now: number): Pod[] {
  return pods
    .map(pod => ranked(pod, crowd))
    .sort((a, b) => compare(a, b, now))
    .map(each => each.pod)
}

/** How many of the pods are active on a node, by its name. */
export function crowdOf(pods: readonly Pod[]): (node: string) => number {
  const counts = new Map<string, number>()
  for (const pod of pods)
    if (podActive(pod)) counts.set(pod.spec.nodeName ?? '', (counts.get(pod.spec.nodeName ?? '') ?? 0) + 1)
  return node => counts.get(node) ?? 0
}
