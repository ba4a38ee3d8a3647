import type { KubeObject } from '../../meta/objectMeta.ts'
import type { Resource } from '../../resource.ts'
import type { ResourceList } from '../resourceList.ts'
import type { ScopedResourceSelectorRequirement } from '../resourceQuota.ts'
import { claimEvaluator } from './claims.ts'
import { countEvaluator } from './counts.ts'
import { deviceClaimEvaluator } from './deviceClaims.ts'
import { podEvaluator } from './pods.ts'
import { serviceEvaluator } from './services.ts'

/** A write that quotas may have something to say about. */
export interface QuotaWrite {
  readonly operation: 'CREATE' | 'UPDATE'
  readonly subresource: string
  readonly object: unknown
  readonly old: unknown
}

/** How one kind is counted. `k8s.io/apiserver/pkg/quota/v1.Evaluator`. */
export interface Evaluator {
  /** Whether a write of this sort can change what is used. */
  handles(write: QuotaWrite): boolean
  /** Whether this kind is counted under this name of a quota's `hard`. */
  counts(name: string): boolean
  /** What one object uses. `now` in milliseconds. */
  usage(object: KubeObject, now: number): ResourceList
  /** Whether an object is in a scope; absent: the kind knows no scopes, and none of its objects is in one. */
  inScope?(requirement: ScopedResourceSelectorRequirement, object: KubeObject): boolean
  /** What an object must say of itself where a quota limits these names: the complaint, or undefined. */
  unsaid?(names: readonly string[], object: KubeObject): string | undefined
  /** It is enough to know how many there are: objects are not looked into. */
  readonly metadataOnly?: true
}

const special: Readonly<Record<string, Evaluator>> = {
  pods: podEvaluator,
  services: serviceEvaluator,
  persistentvolumeclaims: claimEvaluator,
  'resourceclaims.resource.k8s.io': deviceClaimEvaluator,
}

/** How objects of a kind are counted; undefined: events are not, for there is no end of them. */
export function evaluatorOf({ group, plural, qualified }: Resource): Evaluator | undefined {
  if (qualified === 'events' || qualified === 'events.events.k8s.io') return undefined
  return special[qualified] ?? countEvaluator(group, plural)
}
