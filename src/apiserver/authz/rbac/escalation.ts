import type { ClusterRole, PolicyRule, Role, RoleBinding } from '../../../api/index.ts'
import { forbidden } from '../../../api/meta/statusError.ts'
import type { UserInfo } from '../../../api/resource.ts'
import { equal } from '../../../schema/derive/equal.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../../contract.ts'
import type { Authorization } from '../authorization.ts'
import { mastersGroup } from '../masters.ts'
import { describeRules, uncovered } from './covers.ts'
import type { RuleResolver } from './resolver.ts'

const group = 'rbac.authorization.k8s.io'
const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

/** Nobody can hand out, by a role or a binding, what he does not have (`registry/rbac/*` policy-based storage). */
export function escalationCheck(deps: {
  readonly resolver: RuleResolver
  readonly authorization: Pick<Authorization, 'authorize'>
  /** Whether roles decide nothing here: then they hand out nothing. */
  readonly always?: () => boolean
}): AdmissionPlugin {
  const { resolver, authorization } = deps

  /** Whether the user was given the right to do it all the same. */
  const authorized = async (request: AdmissionRequest, verb: string, resource: string, name: string) => {
    const { decision } = await authorization.authorize({
      user: request.user,
      verb,
      isResource: true,
      group,
      version: '*',
      resource,
      subresource: '',
      namespace: request.namespace,
      name,
      path: '',
    })
    return decision === 'allow'
  }
  const confirm = (request: AdmissionRequest, rules: readonly PolicyRule[], instead?: string) => {
    const { owned, errors } = ownRules(resolver, request.user, request.namespace)
    const missing = uncovered(owned, rules)
    if (missing.length === 0) return
    throw forbidden(request.resource, request.name, instead ?? attempt(request.user, missing, errors))
  }

  const checkRole = async (request: AdmissionRequest) => {
    if (await authorized(request, 'escalate', request.resource.plural, request.name)) return
    const role = request.object as Role & Partial<Pick<ClusterRole, 'aggregationRule'>>
    confirm(request, role.rules)
    const before = (request.old as typeof role | undefined)?.aggregationRule
    // Such a role can gather anything, and what it gathers could be loosened.
    if (role.aggregationRule?.clusterRoleSelectors?.length || before?.clusterRoleSelectors?.length) {
      confirm(request, everything, 'must have cluster-admin privileges to use the aggregationRule')
    }
  }
  const checkBinding = async (request: AdmissionRequest) => {
    const { roleRef } = request.object as RoleBinding
    const resource = roleRef.kind === 'Role' ? 'roles' : 'clusterroles'
    if (await authorized(request, 'bind', resource, roleRef.name)) return
    confirm(request, resolver.rulesOf(roleRef, request.namespace))
  }

  return {
    name: 'RBACEscalation',
    async validate(request) {
      if (request.resource.group !== group || request.subresource) return
      if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return
      if (deps.always?.() || request.user.groups.includes(mastersGroup) || onlyForCollection(request)) return
      if (request.resource.kind.endsWith('Role')) await checkRole(request)
      else if (request.resource.kind.endsWith('Binding')) await checkBinding(request)
    },
  }
}

function ownRules(resolver: RuleResolver, user: UserInfo, namespace: string) {
  const owned: PolicyRule[] = []
  const errors: string[] = []
  for (const granted of resolver.granted(user, namespace)) {
    if ('error' in granted) errors.push(granted.error.message)
    else owned.push(...granted.rules)
  }
  return { owned, errors }
}

function attempt(user: UserInfo, missing: readonly PolicyRule[], errors: readonly string[]): string {
  const groups = user.groups.map(name => JSON.stringify(name)).join(' ')
  const who = `user ${JSON.stringify(user.name)} (groups=[${groups}])`
  const told = `${who} is attempting to grant RBAC permissions not currently held:\n${describeRules(missing).join('\n')}`
  return errors.length > 0 ? `${told}; resolution errors: [${errors.join(' ')}]` : told
}

/** Whether nothing changes but what the garbage collector changes: that hands out nothing. */
function onlyForCollection(request: AdmissionRequest): boolean {
  if (request.operation !== 'UPDATE') return false
  const settled = (object: unknown) => {
    const { metadata, ...rest } = object as Role
    const { ownerReferences: _owners, finalizers: _finalizers, managedFields: _fields, ...kept } = metadata
    return { ...rest, metadata: kept }
  }
  return equal(settled(request.object), settled(request.old))
}
