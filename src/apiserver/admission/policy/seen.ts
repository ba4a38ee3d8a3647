import { AdmissionReview, type Namespace, namespaces } from '../../../api/index.ts'
import { notFound } from '../../../api/meta/statusError.ts'
import { toJson } from '../../../schema/codec/json.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { MatchDeps } from '../webhook/match.ts'
import { asked } from '../webhook/review.ts'
import { shown, undecided } from '../webhook/shown.ts'
import type { Way } from '../webhook/ways.ts'

/** What the expressions of a policy see, as JSON has it. */
export interface Seen {
  readonly object: unknown
  readonly oldObject: unknown
  readonly request: unknown
  readonly namespaceObject: unknown
  /** What `authorizer.requestResource` is about. */
  readonly resource: {
    readonly group: string
    readonly resource: string
    readonly subresource: string
    readonly namespace: string
    readonly name: string
  }
}

/** The write as a policy sees it in some way. Throws NotFound when its namespace is not there. */
export async function seenIn(request: AdmissionRequest, way: Way, mutating: boolean, deps: MatchDeps): Promise<Seen> {
  const object = await shown(request, way.served, mutating ? undecided(request) : request.object)
  const view = { request, way, mutating, object, oldObject: await shown(request, way.served, request.old) }
  const { object: _, oldObject: __, ...told } = asked(view)
  const review = toJson(AdmissionReview, { request: { uid: '', ...told } } as unknown as AdmissionReview) as {
    request: Record<string, unknown>
  }
  const { namespace, name, subresource } = request
  const { group, plural } = request.resource
  return {
    object: view.object,
    oldObject: view.oldObject,
    request: review.request,
    namespaceObject: await namespaceOf(request, deps),
    resource: { group, resource: plural, subresource, namespace, name },
  }
}

/** The namespace that the object is in, as far as expressions know it; null: it is in none. */
async function namespaceOf({ resource, namespace }: AdmissionRequest, deps: MatchDeps): Promise<unknown> {
  if (namespace === '' || resource.qualified === 'namespaces') return null
  const found =
    deps.objects.get<Namespace>(namespaces, undefined, namespace) ??
    (await deps.live?.(namespaces, undefined, namespace))
  if (!found) throw notFound(namespaces, namespace)
  const { ownerReferences: _, managedFields: __, ...metadata } = found.metadata
  return { metadata, spec: found.spec ?? {}, status: found.status ?? {} }
}
