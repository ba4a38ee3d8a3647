import {
  type MutatingAdmissionPolicy,
  mutatingAdmissionPolicies,
  type ParamKind,
  type ParamRef,
  type ValidatingAdmissionPolicy,
  validatingAdmissionPolicies,
} from '../../../api/index.ts'
import { invalid } from '../../../api/meta/statusError.ts'
import type { UserInfo } from '../../../api/resource.ts'
import { equal } from '../../../schema/derive/equal.ts'
import { forbidden } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import { mastersGroup } from '../../authz/masters.ts'
import type { AdmissionRequest } from '../../contract.ts'
import { type ParamDeps, servedKind } from './params.ts'
import type { PolicyDeps } from './plugin.ts'

interface Policy {
  readonly spec: { readonly paramKind?: ParamKind }
}
interface Binding {
  readonly spec: { readonly policyName?: string; readonly paramRef?: ParamRef }
}

/**
 * Who makes a policy must be able to read the objects that are its parameters, or it would tell of them. Throws Invalid.
 * Of upstream's registry/admissionregistration authz.
 */
export async function checkParamAccess(request: AdmissionRequest, deps: PolicyDeps): Promise<void> {
  const { operation, resource, subresource, user } = request
  if (resource.group !== 'admissionregistration.k8s.io' || subresource !== '') return
  if ((operation !== 'CREATE' && operation !== 'UPDATE') || user.groups.includes(mastersGroup)) return
  if (/AdmissionPolicy$/.test(resource.kind)) await checkPolicy(request, deps)
  else if (/AdmissionPolicyBinding$/.test(resource.kind)) await checkBinding(request, deps)
}

async function checkPolicy(request: AdmissionRequest, deps: PolicyDeps): Promise<void> {
  const { paramKind } = (request.object as Policy).spec
  if (!paramKind || equal((request.old as Policy | undefined)?.spec.paramKind, paramKind)) return
  const attributes = { ...attributesOf(paramKind, deps), verb: 'get', namespace: '*', name: '*' }
  const { decision } = await deps.authorization.authorize({ ...attributes, user: request.user })
  if (decision === 'allow') return
  const { apiVersion = '', kind = '' } = paramKind
  refuse(
    request,
    'paramKind',
    `user ${told(request.user)} must have "get" permission on all objects of the referenced paramKind (kind=${kind}, apiVersion=${apiVersion})`,
  )
}

async function checkBinding(request: AdmissionRequest, deps: PolicyDeps): Promise<void> {
  const { paramRef, policyName = '' } = (request.object as Binding).spec
  const before = (request.old as Binding | undefined)?.spec
  if (!paramRef || (equal(before?.paramRef, paramRef) && before?.policyName === policyName)) return
  const policies =
    request.resource.kind === 'MutatingAdmissionPolicyBinding' ? mutatingAdmissionPolicies : validatingAdmissionPolicies
  const policy = deps.objects.get<MutatingAdmissionPolicy | ValidatingAdmissionPolicy>(
    policies as never,
    undefined,
    policyName,
  )
  const paramKind = policy?.spec.paramKind
  const verb = paramRef.name ? 'get' : 'list'
  const place = { namespace: paramRef.namespace ?? '', name: paramRef.name ?? '' }
  const attributes = { ...attributesOf(paramKind, deps), verb, ...place, user: request.user }
  if ((await deps.authorization.authorize(attributes)).decision === 'allow') return
  const user = told(request.user)
  const lacks = `user ${user} does not have "${verb}" permission`
  const unknown = paramKind !== undefined && attributes.resource === '*'
  const why = !policy
    ? `unable to get policy ${policyName} to determine minimum required permissions and ${lacks} for all groups, versions and resources`
    : unknown
      ? `unable to resolve paramKind &ParamKind{APIVersion:${paramKind.apiVersion},Kind:${paramKind.kind},} to determine minimum required permissions and ${lacks} for all groups, versions and resources`
      : `${lacks} on the object referenced by paramRef`
  refuse(request, 'paramRef', why)
}

/** What the authorizer is asked about: everything, as far as the kind is not known. */
function attributesOf(kind: ParamKind | undefined, deps: ParamDeps) {
  const { apiVersion = '' } = kind ?? {}
  const slash = apiVersion.indexOf('/')
  const served = kind && servedKind(kind, deps)
  return {
    isResource: true,
    group: kind ? apiVersion.slice(0, Math.max(slash, 0)) : '*',
    version: kind ? apiVersion.slice(slash + 1) : '*',
    resource: served ? (served.version?.plural ?? served.resource.plural) : '*',
    subresource: '',
    path: '',
  }
}

function refuse({ resource, name }: AdmissionRequest, field: string, why: string): never {
  throw invalid(resource, name, [forbidden(at('spec', field), why)])
}

/** A user as Go prints one. */
function told({ name, uid = '', groups, extra = {} }: UserInfo): string {
  const more = Object.entries(extra).map(([key, values]) => `${key}:[${values.join(' ')}]`)
  return `&{${name} ${uid} [${groups.join(' ')}] map[${more.sort().join(' ')}]}`
}
