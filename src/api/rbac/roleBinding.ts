import { fields, list, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { pathSegmentName } from '../meta/names.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { alphaBinding, alphaBindingFields, type BindingV1alpha1, betaVersion } from './betaVersions.ts'
import { RoleRef, Subject } from './policyRule.ts'
import { bindingColumns, bindingDefaults, bindingRules, fixedRoleRules, rbacGroup } from './rules.ts'

const roleBinding = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Who gets the role in this namespace. */
  subjects: list(2, Subject, { listType: 'atomic' }),
  /** The role; never changed. */
  roleRef: one(3, RoleRef, { always: true, required: true }),
})
export interface RoleBinding extends RootShape<typeof roleBinding> {}
export const RoleBinding: Type<RoleBinding> = root('io.k8s.api.rbac.v1.RoleBinding', roleBinding)

export const RoleBindingV1beta1: Type<RoleBinding> = root('io.k8s.api.rbac.v1beta1.RoleBinding', roleBinding)
export const RoleBindingV1alpha1: Type<BindingV1alpha1> = root('io.k8s.api.rbac.v1alpha1.RoleBinding', {
  ...roleBinding,
  ...alphaBindingFields,
})

const roleBindingList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, RoleBinding, { always: true }),
})
export interface RoleBindingList extends RootShape<typeof roleBindingList> {}
export const RoleBindingList: Type<RoleBindingList> = root('io.k8s.api.rbac.v1.RoleBindingList', roleBindingList)

/** Gives a role, or a cluster role for this namespace only, to somebody. */
export const roleBindings = resource<RoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  namespaced: true,
  type: RoleBinding,
  name: pathSegmentName,
  defaults: bindingDefaults,
  rules: binding => bindingRules(binding, ['Role', 'ClusterRole'], true),
  changes: { updateRules: fixedRoleRules },
  columns: bindingColumns,
  createOnUpdate: true,
  versions: [
    betaVersion('RoleBinding', RoleBindingV1beta1, bindingDefaults),
    alphaBinding('RoleBinding', RoleBindingV1alpha1),
  ],
})
