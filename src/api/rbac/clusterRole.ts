import { fields, list, object, one, root } from '../../schema/fields.ts'
import { required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { LabelSelector, labelSelectorRules } from '../meta/labelSelector.ts'
import { pathSegmentName } from '../meta/names.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { alphaRole, alphaRoleFields, betaVersion } from './betaVersions.ts'
import { PolicyRule } from './policyRule.ts'
import { policyRules, rbacGroup } from './rules.ts'

const aggregationRule = fields({
  /** Selects the roles by label; one match is enough. */
  clusterRoleSelectors: list(1, LabelSelector, { listType: 'atomic' }),
})
export interface AggregationRule extends Shape<typeof aggregationRule> {}
export const AggregationRule: Type<AggregationRule> = object('io.k8s.api.rbac.v1.AggregationRule', aggregationRule)

const clusterRole = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the role allows. */
  rules: list(2, PolicyRule, { always: true, listType: 'atomic', required: false }),
  /** Roles whose rules this one gathers; `rules` are then written by a controller. */
  aggregationRule: one(3, AggregationRule, { pointer: true }),
})
export interface ClusterRole extends RootShape<typeof clusterRole> {}
export const ClusterRole: Type<ClusterRole> = root('io.k8s.api.rbac.v1.ClusterRole', clusterRole)

export const ClusterRoleV1beta1: Type<ClusterRole> = root('io.k8s.api.rbac.v1beta1.ClusterRole', clusterRole)
export const ClusterRoleV1alpha1: Type<ClusterRole> = root('io.k8s.api.rbac.v1alpha1.ClusterRole', {
  ...clusterRole,
  ...alphaRoleFields,
})

const clusterRoleList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ClusterRole, { always: true }),
})
export interface ClusterRoleList extends RootShape<typeof clusterRoleList> {}
export const ClusterRoleList: Type<ClusterRoleList> = root('io.k8s.api.rbac.v1.ClusterRoleList', clusterRoleList)

function aggregationRules({ aggregationRule }: ClusterRole): FieldError[] {
  if (!aggregationRule) return []
  const path = at('aggregationRule', 'clusterRoleSelectors')
  const selectors = aggregationRule.clusterRoleSelectors ?? []
  if (selectors.length === 0)
    return [required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil')]
  return selectors.flatMap((selector, i) => labelSelectorRules(selector, path.index(i)))
}

/** What may be done in the whole cluster, for bindings to give to somebody. */
export const clusterRoles = resource<ClusterRole>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
  type: ClusterRole,
  name: pathSegmentName,
  rules: role => [...policyRules(role.rules, false), ...aggregationRules(role)],
  createOnUpdate: true,
  versions: [betaVersion('ClusterRole', ClusterRoleV1beta1), alphaRole('ClusterRole', ClusterRoleV1alpha1)],
})
