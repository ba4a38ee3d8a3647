import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { forbidden, type StatusError } from '../../api/meta/statusError.ts'
import type { AdmissionRequest } from '../contract.ts'
import { requested } from '../verbs/scope.ts'

/** Why a plugin lets a request not through, as upstream says it: by the object's name, as far as it has one. */
export function refusal(request: AdmissionRequest, why: string): StatusError {
  const metadata = (request.object as KubeObject | undefined)?.metadata
  const name = request.name || metadata?.name || metadata?.generateName || 'Unknown'
  return forbidden(requested(request.served), name, why)
}

/** Whether a request is about objects of this resource themselves, not a subresource. */
export function isAbout(request: AdmissionRequest, group: string, plural: string): boolean {
  return request.resource.group === group && request.resource.plural === plural && request.subresource === ''
}
