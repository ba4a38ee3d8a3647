/** What conditions of pods and nodes have in common. Times are RFC 3339 text; empty is unset. */
export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
  readonly lastTransitionTime: string
}

/** The condition of a type, when it is there. */
export const conditionOf = <C extends { readonly type: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined => conditions?.find(condition => condition.type === type)

/**
 * The conditions with one set: added, or put in place of the one of its type. While `status` stays the same, so does the
 * time of the last transition. The same array comes back when nothing changes. Upstream's podutil.UpdatePodCondition.
 */
export function withCondition<C extends Condition>(conditions: readonly C[] = [], next: C): readonly C[] {
  const before = conditionOf(conditions, next.type)
  if (!before) return [...conditions, next]
  const kept = before.status === next.status ? { ...next, lastTransitionTime: before.lastTransitionTime } : next
  if (same(before, kept)) return conditions
  return conditions.map(condition => (condition === before ? kept : condition))
}

function same(a: Condition, b: Condition): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Condition>
  for (const name of names) if ((a[name] ?? '') !== (b[name] ?? '')) return false
  return true
}
