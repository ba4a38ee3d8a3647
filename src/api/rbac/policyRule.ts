import { fields, object, string, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const policyRule = fields({
  /** What may be done; `*` is everything. */
  verbs: strings(1, { always: true, listType: 'atomic' }),
  /** Groups of the resources; empty text is the core group, `*` all of them. */
  apiGroups: strings(2, { listType: 'atomic' }),
  /** Resources, or `resource/subresource`; `*` is all of them. */
  resources: strings(3, { listType: 'atomic' }),
  /** Only objects of these names; any when empty. */
  resourceNames: strings(4, { listType: 'atomic' }),
  /** Paths that are no resources; a `*` at the end matches any rest. In cluster roles only. */
  nonResourceURLs: strings(5, { listType: 'atomic' }),
})
export interface PolicyRule extends Shape<typeof policyRule> {}
export const PolicyRule: Type<PolicyRule> = object('io.k8s.api.rbac.v1.PolicyRule', policyRule)

/** Fields of the type, which older versions share. */
export const subject = fields({
  /** User, Group or ServiceAccount. */
  kind: string(1, { always: true }),
  /** API group of the kind: empty for ServiceAccount, else rbac.authorization.k8s.io. */
  apiGroup: string(2),
  /** Name of the user, group or account. */
  name: string(3, { always: true }),
  /** Namespace of the account. */
  namespace: string(4),
})
export interface Subject extends Shape<typeof subject> {}
export const Subject: Type<Subject> = object('io.k8s.api.rbac.v1.Subject', subject, { atomic: true })

const roleRef = fields({
  /** API group of the role. */
  apiGroup: string(1, { always: true, required: false }),
  /** Role or ClusterRole. */
  kind: string(2, { always: true }),
  /** Name of the role. */
  name: string(3, { always: true }),
})
export interface RoleRef extends Shape<typeof roleRef> {}
export const RoleRef: Type<RoleRef> = object('io.k8s.api.rbac.v1.RoleRef', roleRef, { atomic: true })
