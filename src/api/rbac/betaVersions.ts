import { fields, list, object, string, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'
import { type PolicyRule, type RoleRef, type Subject, subject } from './policyRule.ts'
import { rbacGroup } from './rules.ts'

/** Versions of roles and bindings that upstream stopped serving in v1.22. */

const stored = `${rbacGroup}/v1`
const alpha = `${rbacGroup}/v1alpha1`
const deprecation = (version: string, kind: string) =>
  removedVersion(`${rbacGroup}/${version}`, kind, '1.17', '1.22', stored)

/** The version v1beta1 of a kind: it differs by name alone. */
export const betaVersion = <T extends KubeObject>(
  kind: string,
  type: Type<T>,
  defaults?: ServedVersion<T>['defaults'],
): ServedVersion<T> =>
  renamedVersion(`${rbacGroup}/v1beta1`, stored, type, {
    ...(defaults ? { defaults } : {}),
    deprecation: deprecation('v1beta1', kind),
  })

const policyRuleV1alpha1 = fields({
  /** What may be done; `*` is everything. */
  verbs: strings(1, { always: true, listType: 'atomic' }),
  /** Groups of the resources; empty text is the core group, `*` all of them. */
  apiGroups: strings(3, { listType: 'atomic' }),
  /** Resources, or `resource/subresource`; `*` is all of them. */
  resources: strings(4, { listType: 'atomic' }),
  /** Only objects of these names; any when empty. */
  resourceNames: strings(5, { listType: 'atomic' }),
  /** Paths that are no resources; a `*` at the end matches any rest. In cluster roles only. */
  nonResourceURLs: strings(6, { listType: 'atomic' }),
})
const PolicyRuleV1alpha1: Type<PolicyRule> = object('io.k8s.api.rbac.v1alpha1.PolicyRule', policyRuleV1alpha1)

/** Fields of a role that v1alpha1 numbers otherwise. */
export const alphaRoleFields = fields({
  /** What the role allows. */
  rules: list(2, PolicyRuleV1alpha1, { always: true, listType: 'atomic', required: false }),
})

/** The version v1alpha1 of a role. */
export const alphaRole = <T extends KubeObject>(kind: string, type: Type<T>): ServedVersion<T> =>
  renamedVersion(alpha, stored, type, { deprecation: deprecation('v1alpha1', kind) })

const { apiGroup: _, ...sharedSubject } = subject
const subjectV1alpha1 = fields({
  ...sharedSubject,
  /** API version of the kind: v1 for ServiceAccount, else rbac.authorization.k8s.io/v1alpha1. */
  apiVersion: string(2),
})
interface SubjectV1alpha1 extends Shape<typeof subjectV1alpha1> {}
const SubjectV1alpha1: Type<SubjectV1alpha1> = object('io.k8s.api.rbac.v1alpha1.Subject', subjectV1alpha1, {
  atomic: true,
})

interface Binding extends KubeObject {
  subjects?: Subject[]
  roleRef: RoleRef
}
export interface BindingV1alpha1 extends KubeObject {
  subjects?: SubjectV1alpha1[]
  roleRef: RoleRef
}

const isOfRbac = (kind: string) => kind === 'User' || kind === 'Group'

/** Everybody was a user named `*`; it is the group of all who are authenticated. */
function subjectUp({ apiVersion = '', ...rest }: SubjectV1alpha1): Subject {
  const slash = apiVersion.indexOf('/')
  const group = isOfRbac(rest.kind)
    ? rbacGroup
    : rest.kind === 'ServiceAccount'
      ? ''
      : apiVersion.slice(0, Math.max(slash, 0))
  const named =
    rest.kind === 'User' && rest.name === '*' ? { ...rest, kind: 'Group', name: 'system:authenticated' } : rest
  return group ? { ...named, apiGroup: group } : named
}

function subjectDown({ apiGroup = '', ...rest }: Subject): SubjectV1alpha1 {
  if (rest.kind === 'ServiceAccount' && apiGroup === '') return { ...rest, apiVersion: 'v1' }
  if (isOfRbac(rest.kind) && apiGroup === rbacGroup) return { ...rest, apiVersion: alpha }
  // Of another group no version is known.
  return apiGroup ? { ...rest, apiVersion: `${apiGroup}/` } : rest
}

/** Fields of a binding that differ in v1alpha1. */
export const alphaBindingFields = fields({
  /** Who gets the role. */
  subjects: list(2, SubjectV1alpha1, { listType: 'atomic' }),
})

/** The version v1alpha1 of a binding, whose subjects are named with a version. */
export const alphaBinding = <T extends Binding>(kind: string, type: Type<BindingV1alpha1>): ServedVersion<T> => ({
  group: rbacGroup,
  version: 'v1alpha1',
  type,
  up(old) {
    const { subjects, ...rest } = old as BindingV1alpha1
    return { ...rest, apiVersion: stored, ...(subjects ? { subjects: subjects.map(subjectUp) } : {}) } as T
  },
  down({ subjects, ...rest }) {
    return { ...rest, apiVersion: alpha, ...(subjects ? { subjects: subjects.map(subjectDown) } : {}) }
  },
  defaults({ subjects = [], roleRef }: BindingV1alpha1) {
    if (!roleRef.apiGroup) roleRef.apiGroup = rbacGroup
    for (const subject of subjects)
      if (!subject.apiVersion)
        if (subject.kind === 'ServiceAccount') subject.apiVersion = 'v1'
        else if (isOfRbac(subject.kind)) subject.apiVersion = alpha
  },
  deprecation: deprecation('v1alpha1', kind),
})
