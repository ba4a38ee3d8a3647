import type { Toleration } from '../pod/placement.ts'
import type { Taint } from './node.ts'

// Keys of the taints that mirror conditions of nodes.
export const notReadyTaint = 'node.kubernetes.io/not-ready'
export const unreachableTaint = 'node.kubernetes.io/unreachable'
export const unschedulableTaint = 'node.kubernetes.io/unschedulable'
export const memoryPressureTaint = 'node.kubernetes.io/memory-pressure'
export const diskPressureTaint = 'node.kubernetes.io/disk-pressure'
export const pidPressureTaint = 'node.kubernetes.io/pid-pressure'
export const networkUnavailableTaint = 'node.kubernetes.io/network-unavailable'
export const outOfServiceTaint = 'node.kubernetes.io/out-of-service'

/** Whether a toleration tolerates a taint. Upstream's Toleration.ToleratesTaint, without the alpha operators Lt and Gt. */
export function tolerates(toleration: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  return (!toleration.operator || toleration.operator === 'Equal') && (toleration.value ?? '') === (taint.value ?? '')
}

/** Whether one of the tolerations tolerates a taint. */
export const tolerated = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  tolerations?.some(toleration => tolerates(toleration, taint)) ?? false

/** The first taint of the given effects that no toleration tolerates. */
export const untoleratedTaint = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly Taint['effect'][],
): Taint | undefined => taints?.find(taint => effects.includes(taint.effect) && !tolerated(tolerations, taint))

/** Taints with the same key and effect are one. */
export const sameTaint = (a: Pick<Taint, 'key' | 'effect'>, b: Pick<Taint, 'key' | 'effect'>): boolean =>
  a.key === b.key && a.effect === b.effect

/** The taints with one put on, in place of the one it is the same as. */
export function withTaint(taints: readonly Taint[] = [], taint: Taint): Taint[] {
  const at = taints.findIndex(one => sameTaint(one, taint))
  return at < 0 ? [...taints, taint] : taints.with(at, taint)
}

/** The taints without one. */
export const withoutTaint = (taints: readonly Taint[] = [], taint: Pick<Taint, 'key' | 'effect'>): Taint[] =>
  taints.filter(one => !sameTaint(one, taint))
