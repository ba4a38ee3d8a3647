import { fields, list, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { pathSegmentName } from '../meta/names.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { alphaBinding, alphaBindingFields, type BindingV1alpha1, betaVersion } from './betaVersions.ts'
import { RoleRef, Subject } from './policyRule.ts'
import { bindingColumns, bindingDefaults, bindingRules, fixedRoleRules, rbacGroup } from './rules.ts'

const clusterRoleBinding = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Who gets the role in the whole cluster. */
  subjects: list(2, Subject, { listType: 'atomic' }),
  /** The role; never changed. */
  roleRef: one(3, RoleRef, { always: true, required: true }),
})
export interface ClusterRoleBinding extends RootShape<typeof clusterRoleBinding> {}
export const ClusterRoleBinding: Type<ClusterRoleBinding> = root(
  'io.k8s.api.rbac.v1.ClusterRoleBinding',
  clusterRoleBinding,
)

export const ClusterRoleBindingV1beta1: Type<ClusterRoleBinding> = root(
  'io.k8s.api.rbac.v1beta1.ClusterRoleBinding',
  clusterRoleBinding,
)
export const ClusterRoleBindingV1alpha1: Type<BindingV1alpha1> = root('io.k8s.api.rbac.v1alpha1.ClusterRoleBinding', {
  ...clusterRoleBinding,
  ...alphaBindingFields,
})

const clusterRoleBindingList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ClusterRoleBinding, { always: true }),
})
export interface ClusterRoleBindingList extends RootShape<typeof clusterRoleBindingList> {}
export const ClusterRoleBindingList: Type<ClusterRoleBindingList> = root(
  'io.k8s.api.rbac.v1.ClusterRoleBindingList',
  clusterRoleBindingList,
)

/** Gives a cluster role to somebody, everywhere. */
export const clusterRoleBindings = resource<ClusterRoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  namespaced: false,
  type: ClusterRoleBinding,
  name: pathSegmentName,
  defaults: bindingDefaults,
  rules: binding => bindingRules(binding, ['ClusterRole'], false),
  changes: { updateRules: fixedRoleRules },
  columns: bindingColumns,
  createOnUpdate: true,
  versions: [
    betaVersion('ClusterRoleBinding', ClusterRoleBindingV1beta1, bindingDefaults),
    alphaBinding('ClusterRoleBinding', ClusterRoleBindingV1alpha1),
  ],
})
