import { namespaces } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { selectorMatches } from '../../../api/meta/selectors.ts'
import { notFound } from '../../../api/meta/statusError.ts'
import type { Catalog } from '../../catalog.ts'
import type { AdmissionRequest, LiveRead, ObjectReader } from '../../contract.ts'
import type { Hook } from './hooks.ts'
import { namespaceOf } from './review.ts'
import { ruleMatches } from './rules.ts'
import { otherWays, type Way, wayOfRequest } from './ways.ts'

export interface MatchDeps {
  readonly objects: ObjectReader
  readonly live?: LiveRead
  readonly catalog: Pick<Catalog, 'resources'>
}

/** Configurations of admission, which no webhook is ever asked about: nobody could undo what it refuses. */
const exempt = new Set([
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'MutatingAdmissionPolicy',
  'MutatingAdmissionPolicyBinding',
])

export const isExempt = ({ resource }: AdmissionRequest): boolean =>
  resource.group === 'admissionregistration.k8s.io' && exempt.has(resource.kind)

/** The way in which a webhook wants to be asked about a request; undefined: its rules are not about it. */
export function wayFor({ webhook }: Hook, request: AdmissionRequest, deps: MatchDeps): Way | undefined {
  const { rules = [], matchPolicy } = webhook
  const { operation, subresource } = request
  const subject = { operation, subresource, namespace: namespaceOf(request) }
  const own = wayOfRequest(request)
  if (rules.some(rule => ruleMatches(rule, subject, own))) return own
  if (matchPolicy === 'Exact') return undefined
  const others = otherWays(request, deps.catalog)
  for (const rule of rules) {
    const found = others.find(way => ruleMatches(rule, subject, way))
    if (found) return found
  }
  return undefined
}

/** What selects objects and namespaces. */
type Selected = Pick<Hook, 'namespaces' | 'objects'>

/** Whether the selectors of a webhook or a policy mean a request. Throws NotFound when its namespace is not there. */
export async function isSelected(hook: Selected, request: AdmissionRequest, deps: MatchDeps): Promise<boolean> {
  if (!objectSelected(hook, request)) return false
  if (hook.namespaces.length === 0) return true
  if (namespaceOf(request) === '' && request.resource.plural !== 'namespaces') return true
  return selectorMatches(hook.namespaces, await namespaceLabels(request, deps))
}

function objectSelected({ objects }: Selected, { object, old, body }: AdmissionRequest): boolean {
  if (objects.length === 0) return true
  return [object, old].some(each => {
    const seen = each !== undefined && body?.show ? body.show(each) : each
    const { metadata } = (seen ?? {}) as Partial<KubeObject>
    return metadata !== undefined && selectorMatches(objects, metadata.labels ?? {})
  })
}

/** Those of the namespace itself are what the request makes of them. */
async function namespaceLabels(
  request: AdmissionRequest,
  { objects, live }: MatchDeps,
): Promise<Readonly<Record<string, string>>> {
  const { resource, subresource, operation, object } = request
  if (resource.qualified === 'namespaces' && subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'))
    return (object as KubeObject).metadata.labels ?? {}
  const name = namespaceOf(request)
  const found = objects.get(namespaces, undefined, name) ?? (await live?.(namespaces, undefined, name))
  if (!found) throw notFound(namespaces, name)
  return found.metadata.labels ?? {}
}
