import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from './customResourceDefinitionType.ts'

export type ConditionType =
  | 'Established'
  | 'NamesAccepted'
  | 'NonStructuralSchema'
  | 'Terminating'
  | 'KubernetesAPIApprovalPolicyConformant'

/** What a condition says; when it last changed is found when it is set. */
export type NewCondition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'> & {
  readonly type: ConditionType
}

export const findCondition = (
  { status }: CustomResourceDefinition,
  type: ConditionType,
): CustomResourceDefinitionCondition | undefined => status.conditions.find(each => each.type === type)

export const isTrue = (definition: CustomResourceDefinition, type: ConditionType): boolean =>
  findCondition(definition, type)?.status === 'True'

/** The conditions with this one put in its place, or at the end; its time is the old one where the status stays. */
export function withCondition(
  conditions: readonly CustomResourceDefinitionCondition[],
  condition: NewCondition,
  timestamp: string,
): CustomResourceDefinitionCondition[] {
  const old = conditions.find(each => each.type === condition.type)
  const lastTransitionTime =
    old?.status === condition.status && old.lastTransitionTime ? old.lastTransitionTime : timestamp
  const made = { ...condition, lastTransitionTime }
  return old ? conditions.map(each => (each === old ? made : each)) : [...conditions, made]
}
