import type { Pod } from '../../api/core/pod/pod.ts'
import { podTerminal } from '../../api/core/pod/readiness.ts'

export interface PodGcOptions {
  /** So many finished pods are kept. */
  readonly keepTerminated: number
}

/** Why a pod is removed: the words of the condition it gets when it had not finished. */
export type PodGcReason = 'terminated' | 'orphaned' | 'unscheduled'

/**
 * Pods nobody else will remove: of finished ones the oldest above the limit, those bound to a node that is no more
 * (`nodeGone`), and those deleted before they had a node. `k8s.io/kubernetes/pkg/controller/podgc`.
 */
export function plan(
  pods: readonly Pod[],
  nodeGone: (name: string) => boolean,
  { keepTerminated }: PodGcOptions,
): { pod: Pod; reason: PodGcReason }[] {
  const age = (pod: Pod) => pod.metadata.creationTimestamp ?? ''
  const terminated = pods
    .filter(pod => podTerminal(pod) && !pod.metadata.deletionTimestamp)
    .sort((a, b) => age(a).localeCompare(age(b)))
  const surplus = terminated.slice(0, Math.max(0, terminated.length - keepTerminated))
  const orphaned = pods.filter(pod => pod.spec.nodeName && nodeGone(pod.spec.nodeName))
  const unscheduled = pods.filter(pod => pod.metadata.deletionTimestamp && !pod.spec.nodeName)
  const all = new Map<Pod, PodGcReason>()
  for (const pod of surplus) all.set(pod, 'terminated')
  for (const pod of orphaned) all.set(pod, 'orphaned')
  for (const pod of unscheduled) all.set(pod, 'unscheduled')
  return [...all].map(([pod, reason]) => ({ pod, reason }))
}
