import type { KubeObject } from '../../meta/objectMeta.ts'
import type { ResourceQuota, ScopedResourceSelectorRequirement } from '../resourceQuota.ts'
import type { Evaluator } from './evaluator.ts'

/** The conditions under which something is counted: the plain scopes and those with values. */
export const conditionsOf = ({ spec }: ResourceQuota): readonly ScopedResourceSelectorRequirement[] => [
  ...(spec.scopes ?? []).map(scopeName => ({ scopeName, operator: 'Exists' })),
  ...(spec.scopeSelector?.matchExpressions ?? []),
]

/** Whether a quota counts an object of this kind at all: all its conditions hold. */
export const isInScope = (evaluator: Evaluator, quota: ResourceQuota, object: KubeObject): boolean =>
  conditionsOf(quota).every(condition => evaluator.inScope?.(condition, object) ?? false)

/** Whether a name, or none, is one that a condition chooses. */
export function chooses({ operator, values = [] }: ScopedResourceSelectorRequirement, name?: string): boolean {
  switch (operator) {
    case 'In':
      return name !== undefined && values.includes(name)
    case 'NotIn':
      return name === undefined || !values.includes(name)
    case 'Exists':
      return name !== undefined
    default:
      return name === undefined
  }
}
