import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { AdmissionRequest, AdmittedBody, ServerRequest } from '../contract.ts'
import type { Call } from './scope.ts'

/** What plugins may know beside the object. */
export interface Admitted {
  readonly body?: AdmittedBody | undefined
  /** Those of a deletion, which come in a body; others are read from the query. */
  readonly options?: object | undefined
  readonly generatedName?: boolean
}

/** What admission plugins are shown of a write. */
export function admissionRequest(
  call: Call,
  operation: AdmissionRequest['operation'],
  object: KubeObject | undefined,
  old: KubeObject | undefined,
  dryRun: boolean,
  { body, options, generatedName }: Admitted = {},
): AdmissionRequest {
  const { info, request, user, served } = call
  return {
    operation,
    resource: served.resource,
    subresource: info.subresource,
    namespace: info.namespace,
    name: info.name || (object ?? old)?.metadata?.name || '',
    object,
    old,
    served,
    body,
    generatedName,
    get options() {
      return options ?? optionsOf(request, operation)
    },
    user,
    dryRun,
    rounds: { round: 0, wanted: false, kept: new Map() },
    signal: request.signal,
    warn: text => warn(request, text),
    annotate: (key, value, level) => request.trail?.annotate(key, value, level),
  }
}

/** The options of a write, as they were sent. Those of a patch count as those of what it comes to. */
function optionsOf({ query }: ServerRequest, operation: AdmissionRequest['operation']): object | undefined {
  if (operation === 'CONNECT') return undefined
  const kind = operation === 'CREATE' ? 'CreateOptions' : operation === 'UPDATE' ? 'UpdateOptions' : 'DeleteOptions'
  const dryRun = query.getAll('dryRun').filter(value => value !== '')
  const [fieldManager, fieldValidation] = [query.get('fieldManager'), query.get('fieldValidation')]
  return {
    kind,
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun.length > 0 ? { dryRun } : {}),
    ...(fieldManager ? { fieldManager } : {}),
    ...(fieldValidation ? { fieldValidation } : {}),
  }
}

/** Adds a warning, once: a write that is tried again has the same to say. */
export function warn({ warnings }: ServerRequest, text: string): void {
  if (!warnings.includes(text)) warnings.push(text)
}
