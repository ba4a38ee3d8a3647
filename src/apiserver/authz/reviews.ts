import {
  type LocalSubjectAccessReview,
  localSubjectAccessReviews,
  type ResourceRule,
  type SelfSubjectAccessReview,
  type SelfSubjectRulesReview,
  type SubjectAccessReview,
  selfSubjectAccessReviews,
  subjectAccessReviews,
} from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest, invalid } from '../../api/meta/statusError.ts'
import type { Resource, UserInfo } from '../../api/resource.ts'
import type { VirtualHandler, VirtualHandlers } from '../authn/virtual.ts'
import type { AuthorizationAttributes } from '../contract.ts'
import type { Authorization } from './authorization.ts'
import { nodeOf } from './node/identity.ts'
import { together } from './rbac/authorizer.ts'
import type { RuleResolver } from './rbac/resolver.ts'

type SelfSpec = SelfSubjectAccessReview['spec']
type Spec = SubjectAccessReview['spec']

/** Handlers of the access reviews: may somebody do something? */
export function accessReviewHandlers(deps: {
  readonly authorization: Pick<Authorization, 'authorize'>
  readonly resolver: RuleResolver
  /** Whether a mode is one of those who decide. */
  has(type: 'Webhook' | 'AlwaysAllow' | 'RBAC' | 'Node'): boolean
}): VirtualHandlers {
  const status = async (spec: SelfSpec, user: UserInfo) => {
    const { decision, reason } = await deps.authorization.authorize(attributesOf(spec, user))
    return {
      allowed: decision === 'allow',
      ...(decision === 'deny' ? { denied: true } : {}),
      ...(reason ? { reason } : {}),
    }
  }
  const subject: VirtualHandler = async (_request, body) => {
    const review = body as SubjectAccessReview
    refuse(subjectAccessReviews, review)
    return { ...review, status: await status(review.spec, subjectOf(review.spec)) }
  }
  const local: VirtualHandler = async ({ namespace }, body) => {
    const sent = body as LocalSubjectAccessReview
    if (sent.metadata.namespace && sent.metadata.namespace !== namespace) {
      throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
    }
    const review = { ...sent, metadata: { ...sent.metadata, namespace } }
    refuse(localSubjectAccessReviews, review)
    return { ...review, status: await status(review.spec, subjectOf(review.spec)) }
  }
  const self: VirtualHandler = async ({ user }, body) => {
    const review = body as SelfSubjectAccessReview
    refuse(selfSubjectAccessReviews, review)
    return { ...review, status: await status(review.spec, user) }
  }
  return {
    'subjectaccessreviews.authorization.k8s.io': subject,
    'localsubjectaccessreviews.authorization.k8s.io': local,
    'selfsubjectaccessreviews.authorization.k8s.io': self,
    'selfsubjectrulesreviews.authorization.k8s.io': rulesReview(deps),
  }
}

function rulesReview({
  resolver,
  has,
}: Pick<Parameters<typeof accessReviewHandlers>[0], 'resolver' | 'has'>): VirtualHandler {
  return ({ user }, body) => {
    const review = body as SelfSubjectRulesReview
    const { namespace } = review.spec
    if (!namespace) throw badRequest('no namespace on request')
    const resourceRules: ResourceRule[] = []
    const nonResourceRules: SelfSubjectRulesReview['status']['nonResourceRules'] = []
    const errors = new Set<string>()
    const isNode = has('Node') && nodeOf(user) !== undefined
    const asked = has('Webhook')
    if (isNode) errors.add('node authorizer does not support user rule resolution')
    if (asked) errors.add('webhook authorizer does not support user rule resolution')
    if (has('AlwaysAllow')) {
      resourceRules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] })
      nonResourceRules.push({ verbs: ['*'], nonResourceURLs: ['*'] })
    }
    if (has('RBAC'))
      for (const granted of resolver.granted(user, namespace)) {
        if ('error' in granted) {
          errors.add(granted.error.message)
          continue
        }
        for (const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } of granted.rules) {
          const names = resourceNames?.length ? { resourceNames } : {}
          if (resources?.length) resourceRules.push({ verbs, apiGroups, resources, ...names })
          if (nonResourceURLs?.length) nonResourceRules.push({ verbs, nonResourceURLs })
        }
      }
    return {
      ...review,
      status: {
        resourceRules,
        nonResourceRules,
        incomplete: isNode || asked,
        ...(errors.size > 0 ? { evaluationError: together([...errors]) } : {}),
      },
    } satisfies SelfSubjectRulesReview
  }
}

function attributesOf(spec: SelfSpec, user: UserInfo): AuthorizationAttributes {
  const resource = spec.resourceAttributes
  const text = (value: string | undefined) => value ?? ''
  return {
    user,
    verb: text(resource ? resource.verb : spec.nonResourceAttributes?.verb),
    isResource: resource !== undefined,
    group: text(resource?.group),
    version: resource ? resource.version || '*' : '',
    resource: text(resource?.resource),
    subresource: text(resource?.subresource),
    namespace: text(resource?.namespace),
    name: text(resource?.name),
    path: text(spec.nonResourceAttributes?.path),
    ...(resource?.fieldSelector ? { fieldSelector: fieldSelectorText(resource.fieldSelector) } : {}),
    ...(resource?.labelSelector ? { labelSelector: labelSelectorText(resource.labelSelector) } : {}),
  }
}

/** Requirements as text: those that a field selector can't say only widen the question, so they are left out. */
function fieldSelectorText({
  rawSelector,
  requirements,
}: {
  rawSelector?: string
  requirements?: readonly { key?: string; operator?: string; values?: readonly string[] }[]
}): string {
  if (rawSelector) return rawSelector
  return (requirements ?? [])
    .filter(({ operator, values }) => (operator === 'In' || operator === 'NotIn') && values?.length === 1)
    .map(
      ({ key, operator, values }) =>
        `${key}${operator === 'In' ? '=' : '!='}${values?.[0]?.replace(/[\\,=]/g, '\\$&')}`,
    )
    .join(',')
}

/** As `fieldSelectorText`, of labels. */
function labelSelectorText({
  rawSelector,
  requirements,
}: {
  rawSelector?: string
  requirements?: readonly { key?: string; operator?: string; values?: readonly string[] }[]
}): string {
  if (rawSelector) return rawSelector
  return (requirements ?? [])
    .flatMap(({ key = '', operator, values = [] }) => {
      if (operator === 'In') return [`${key} in (${values.join(',')})`]
      if (operator === 'NotIn') return [`${key} notin (${values.join(',')})`]
      if (operator === 'Exists') return [key]
      return operator === 'DoesNotExist' ? [`!${key}`] : []
    })
    .join(',')
}

function subjectOf(spec: Spec): UserInfo {
  return {
    name: spec.user ?? '',
    groups: spec.groups ?? [],
    ...(spec.uid ? { uid: spec.uid } : {}),
    ...(spec.extra ? { extra: spec.extra } : {}),
  }
}

/** Throws Invalid for a question that breaks the kind's rules. */
function refuse<T extends KubeObject>(kind: Resource<T>, review: T): void {
  const errors = kind.rules?.(review, undefined) ?? []
  // Upstream forgets to name the kind.
  if (errors.length > 0) throw invalid({ group: kind.group, kind: '' }, '', errors)
}
