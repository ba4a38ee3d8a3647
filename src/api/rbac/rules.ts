import { equal } from '../../schema/derive/equal.ts'
import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { pathSegmentName } from '../meta/names.ts'
import type { KubeObject } from '../meta/objectMeta.ts'
import type { Column } from '../resource.ts'
import type { PolicyRule, RoleRef, Subject } from './policyRule.ts'

export const rbacGroup = 'rbac.authorization.k8s.io'

/** Rules of what a role allows. */
export const policyRules = (rules: readonly PolicyRule[], namespaced: boolean): FieldError[] =>
  rules.flatMap((rule, i) => policyRule(rule, namespaced, at('rules').index(i)))

function policyRule(
  { verbs, nonResourceURLs: urls, apiGroups, resources, resourceNames }: PolicyRule,
  namespaced: boolean,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = []
  if (verbs.length === 0) errors.push(required(path.child('verbs'), 'verbs must contain at least one value'))
  if (urls?.length) {
    const here = path.child('nonResourceURLs')
    if (namespaced) errors.push(invalid(here, urls, 'namespaced rules cannot apply to non-resource URLs'))
    if (apiGroups?.length || resources?.length || resourceNames?.length)
      errors.push(invalid(here, urls, 'rules cannot apply to both regular resources and non-resource URLs'))
    return errors
  }
  if (!apiGroups?.length)
    errors.push(required(path.child('apiGroups'), 'resource rules must supply at least one api group'))
  if (!resources?.length)
    errors.push(required(path.child('resources'), 'resource rules must supply at least one resource'))
  return errors
}

/** A RoleBinding or ClusterRoleBinding. */
export interface AnyBinding extends KubeObject {
  subjects?: Subject[]
  roleRef: RoleRef
}

/** Fills in the API groups that writers may leave out. */
export function bindingDefaults({ subjects = [], roleRef }: AnyBinding): void {
  if (!roleRef.apiGroup) roleRef.apiGroup = rbacGroup
  for (const subject of subjects)
    if (!subject.apiGroup && (subject.kind === 'User' || subject.kind === 'Group')) subject.apiGroup = rbacGroup
}

/** Rules of a binding to one of these kinds of role. */
export function bindingRules(
  { subjects = [], roleRef }: AnyBinding,
  kinds: readonly string[],
  namespaced: boolean,
): FieldError[] {
  const errors: FieldError[] = []
  const path = at('roleRef')
  if (roleRef.apiGroup !== rbacGroup) errors.push(notSupported(path.child('apiGroup'), roleRef.apiGroup, [rbacGroup]))
  if (!kinds.includes(roleRef.kind)) errors.push(notSupported(path.child('kind'), roleRef.kind, kinds))
  if (!roleRef.name) errors.push(required(path.child('name')))
  else
    errors.push(
      ...pathSegmentName(roleRef.name, false).map(detail => invalid(path.child('name'), roleRef.name, detail)),
    )
  return [...errors, ...subjects.flatMap((subject, i) => subjectRules(subject, namespaced, at('subjects').index(i)))]
}

const subjectKinds = ['ServiceAccount', 'User', 'Group']

function subjectRules(
  { kind, name, namespace, apiGroup = '' }: Subject,
  namespaced: boolean,
  path: Path,
): FieldError[] {
  const errors = name ? [] : [required(path.child('name'))]
  if (kind === 'ServiceAccount') {
    if (name) errors.push(...dnsSubdomain(name).map(detail => invalid(path.child('name'), name, detail)))
    if (apiGroup) errors.push(notSupported(path.child('apiGroup'), apiGroup, ['']))
    if (!namespaced && !namespace) errors.push(required(path.child('namespace')))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== rbacGroup) errors.push(notSupported(path.child('apiGroup'), apiGroup, [rbacGroup]))
  } else errors.push(notSupported(path.child('kind'), kind, subjectKinds))
  return errors
}

/** A binding is to one role for ever: make another one for another role. */
export const fixedRoleRules = ({ roleRef }: AnyBinding, old: AnyBinding): FieldError[] =>
  equal(roleRef, old.roleRef) ? [] : [invalid(at('roleRef'), roleRef, 'cannot change roleRef')]

const subjectColumn = (name: string, kind: string, show: (subject: Subject) => string): Column<AnyBinding> => ({
  name,
  type: 'string',
  description: `Subjects of kind ${kind}.`,
  priority: 1,
  cell: ({ subjects = [] }) =>
    subjects
      .filter(subject => subject.kind === kind)
      .map(show)
      .join(', '),
})

export const bindingColumns: readonly Column<AnyBinding>[] = [
  nameColumn,
  { name: 'Role', type: 'string', description: 'The role.', cell: ({ roleRef }) => `${roleRef.kind}/${roleRef.name}` },
  ageColumn,
  subjectColumn('Users', 'User', ({ name }) => name),
  subjectColumn('Groups', 'Group', ({ name }) => name),
  subjectColumn('ServiceAccounts', 'ServiceAccount', ({ namespace = '', name }) => `${namespace}/${name}`),
]
