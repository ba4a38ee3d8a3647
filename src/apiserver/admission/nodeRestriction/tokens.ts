import { pods, type TokenRequest } from '../../../api/index.ts'
import { notFound } from '../../../api/meta/statusError.ts'
import type { AdmissionRequest, AuthorizationAttributes, Decision, ObjectReader } from '../../contract.ts'
import { refusal } from '../refusal.ts'

const quoted = JSON.stringify

/** A kubelet gets tokens only for pods of its node, and only for audiences that a volume of the pod asks for. */
export async function checkTokenRequest(
  request: AdmissionRequest,
  nodeName: string,
  objects: ObjectReader,
  authorize: (attributes: AuthorizationAttributes) => Promise<Decision>,
): Promise<void> {
  const { spec } = request.object as TokenRequest
  const bound = spec.boundObjectRef
  if (bound?.apiVersion !== 'v1' || bound.kind !== 'Pod' || !bound.name) {
    throw refusal(request, 'node requested token not bound to a pod')
  }
  if (!bound.uid) throw refusal(request, 'node requested token with a pod binding without a uid')
  const pod = objects.get(pods, request.namespace, bound.name)
  if (!pod) throw notFound(pods, bound.name)
  if (pod.metadata.uid !== bound.uid) {
    const words = `the UID in the bound object reference (${bound.uid}) does not match the UID in record.`
    throw refusal(request, `${words} The object might have been deleted and then recreated`)
  }
  if (pod.spec.nodeName !== nodeName) {
    throw refusal(request, 'node requested token bound to a pod scheduled on a different node')
  }
  if (spec.audiences.length > 1) throw refusal(request, 'node may only request 0 or 1 audiences')
  const audience = spec.audiences[0] ?? ''
  const sources = pod.spec.volumes?.flatMap(volume => volume.projected?.sources ?? []) ?? []
  const asked = sources.map(source => source.serviceAccountToken).filter(token => token !== undefined)
  if (asked.some(token => (token.audience ?? '') === audience)) return
  const { decision } = await authorize({
    user: request.user,
    verb: 'request-serviceaccounts-token-audience',
    isResource: true,
    group: '',
    version: 'v1',
    resource: audience,
    subresource: '',
    namespace: request.namespace,
    name: request.name,
    path: '',
  })
  if (decision === 'allow') return
  const who = `${request.user.name} is not authorized to request tokens for this audience`
  throw refusal(request, `audience ${quoted(audience)} not found in pod spec volume, ${who}`)
}
