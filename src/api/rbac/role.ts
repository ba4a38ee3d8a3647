import { fields, list, one, root } from '../../schema/fields.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { pathSegmentName } from '../meta/names.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { resource } from '../resource.ts'
import { alphaRole, alphaRoleFields, betaVersion } from './betaVersions.ts'
import { PolicyRule } from './policyRule.ts'
import { policyRules, rbacGroup } from './rules.ts'

const role = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the role allows in its namespace. */
  rules: list(2, PolicyRule, { always: true, listType: 'atomic', required: false }),
})
export interface Role extends RootShape<typeof role> {}
export const Role: Type<Role> = root('io.k8s.api.rbac.v1.Role', role)

export const RoleV1beta1: Type<Role> = root('io.k8s.api.rbac.v1beta1.Role', role)
export const RoleV1alpha1: Type<Role> = root('io.k8s.api.rbac.v1alpha1.Role', { ...role, ...alphaRoleFields })

const roleList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, Role, { always: true }),
})
export interface RoleList extends RootShape<typeof roleList> {}
export const RoleList: Type<RoleList> = root('io.k8s.api.rbac.v1.RoleList', roleList)

/** What may be done in one namespace, for bindings to give to somebody. */
export const roles = resource<Role>({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  namespaced: true,
  type: Role,
  name: pathSegmentName,
  rules: ({ rules }) => policyRules(rules, true),
  createOnUpdate: true,
  versions: [betaVersion('Role', RoleV1beta1), alphaRole('Role', RoleV1alpha1)],
})
