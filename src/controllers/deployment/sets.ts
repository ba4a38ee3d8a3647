import type { Deployment } from '../../api/apps/deployment.ts'
import type { ReplicaSet } from '../../api/apps/replicaSet.ts'
import { rollbackAnnotation } from '../../api/apps/rollbackConfig.ts'
import type { PodTemplateSpec } from '../../api/core/podTemplate.ts'
import { fnv1a32 } from '../../base/hash.ts'
import { safeName } from '../../base/random.ts'
import { equal } from '../../schema/derive/equal.ts'
import { scaledValue } from '../../schema/scalars/intOrString.ts'

export const hashLabel = 'pod-template-hash'
export const revisionAnnotation = 'deployment.kubernetes.io/revision'
const historyAnnotation = 'deployment.kubernetes.io/revision-history'
export const desiredAnnotation = 'deployment.kubernetes.io/desired-replicas'
export const maxAnnotation = 'deployment.kubernetes.io/max-replicas'
const historyLength = 2000
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  rollbackAnnotation,
])

/** Whether an annotation goes from a deployment to its set. */
export const isCopied = (name: string): boolean => !notCopied.has(name)

export const sizeOf = (set: ReplicaSet): number => set.spec.replicas ?? 1
export const desired = (deployment: Deployment): number => deployment.spec.replicas ?? 1
export const totalOf = (sets: readonly ReplicaSet[]): number => sets.reduce((total, set) => total + sizeOf(set), 0)
export const availableOf = (sets: readonly ReplicaSet[]): number =>
  sets.reduce((total, set) => total + (set.status.availableReplicas ?? 0), 0)
export const isRolling = (deployment: Deployment): boolean => deployment.spec.strategy.type !== 'Recreate'

/** How far a rolling update may go above and below the wanted size. Both zero would never move: then one may be missing. */
export function limits(deployment: Deployment): { surge: number; unavailable: number } {
  if (!isRolling(deployment)) return { surge: 0, unavailable: 0 }
  const rolling = deployment.spec.strategy.rollingUpdate ?? {}
  const surge = scaledValue(rolling.maxSurge ?? 0, desired(deployment), true)
  const unavailable = scaledValue(rolling.maxUnavailable ?? 0, desired(deployment), false)
  return { surge, unavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, desired(deployment)) }
}

const createdAt = (set: ReplicaSet) => set.metadata.creationTimestamp ?? ''
export const oldestFirst = (a: ReplicaSet, b: ReplicaSet): number =>
  createdAt(a).localeCompare(createdAt(b)) || (a.metadata.name ?? '').localeCompare(b.metadata.name ?? '')

/** A template without the label that tells replica sets apart. */
export function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [hashLabel]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

/** The replica set of the deployment's template: the oldest, if somebody made several. */
export const findNew = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined => {
  const wanted = withoutHash(deployment.spec.template)
  return [...sets].sort(oldestFirst).find(set => equal(withoutHash(set.spec.template), wanted))
}

export const revisionOf = (set: ReplicaSet): number => Number(set.metadata.annotations?.[revisionAnnotation] ?? 0) || 0
export const nextRevision = (old: readonly ReplicaSet[]): number => Math.max(0, ...old.map(revisionOf)) + 1

/** The annotations of the new set: the deployment's own, its revision, and the revisions it had before a rollback. */
export function annotationsOf(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: number,
): Record<string, string> {
  const before = set?.metadata.annotations ?? {}
  const result = { ...before }
  for (const [name, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (isCopied(name)) result[name] = value
  const had = before[revisionAnnotation]
  if ((Number(had) || 0) < revision) {
    result[revisionAnnotation] = String(revision)
    if (had) result[historyAnnotation] = history(before[historyAnnotation], had)
  }
  return result
}

function history(before: string | undefined, revision: string): string {
  const all = [...(before ? before.split(',') : []), revision]
  while (all.length > 1 && all.join(',').length > historyLength) all.shift()
  return all.join(',')
}

/** The two annotations by which a later scaling knows the proportions. */
export const sizeAnnotations = (deployment: Deployment): Record<string, string> => ({
  [desiredAnnotation]: String(desired(deployment)),
  [maxAnnotation]: String(desired(deployment) + limits(deployment).surge),
})

/** The name part that tells templates apart; `collisions` makes another one when two templates hash alike. */
export const templateHash = (template: PodTemplateSpec, collisions: number | undefined): string =>
  safeName(String(fnv1a32(JSON.stringify(template) + (collisions === undefined ? '' : `#${collisions}`))))
