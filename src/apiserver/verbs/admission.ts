import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { AdmissionRequest, ServerRequest } from '../contract.ts'
import type { Call } from './scope.ts'

/** What admission plugins are shown of a write. */
export function admissionRequest(
  call: Call,
  operation: AdmissionRequest['operation'],
  object: KubeObject | undefined,
  old: KubeObject | undefined,
  dryRun: boolean,
): AdmissionRequest {
  const { info, request, user, served } = call
  return {
    operation,
    resource: served.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name || (object ?? old)?.metadata.name || '',
    object,
    old,
    user,
    dryRun,
    warn: text => warn(request, text),
    annotate: (key, value) => request.trail?.annotate(key, value),
  }
}

/** Adds a warning, once: a write that is tried again has the same to say. */
export function warn({ warnings }: ServerRequest, text: string): void {
  if (!warnings.includes(text)) warnings.push(text)
}
