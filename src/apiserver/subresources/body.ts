import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest } from '../../api/meta/statusError.ts'
import type { Type } from '../../schema/types.ts'
import { readBody } from '../content/body.ts'
import { admissionRequest } from '../verbs/admission.ts'
import { checkKind, writeQuery } from '../verbs/body.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'

/** The body of an action, admitted: it is created, though never stored. */
export async function actionBody<T extends KubeObject>(
  deps: VerbDeps,
  call: Call,
  type: Type<T>,
  kind: string,
  apiVersion = call.served.apiVersion,
): Promise<{ readonly object: T; readonly dryRun: boolean }> {
  const { request } = call
  const { dryRun, validation } = writeQuery(request, 'CreateOptions')
  const expected = { apiVersion, kind }
  const body = await readBody(request, expected)
  // Evictions and bindings are taken in any version.
  checkKind({ apiVersion, kind: body.kind }, expected)
  const object = body.decode(type, validation, text => void request.warnings.push(text))
  if (object.metadata.namespace && object.metadata.namespace !== call.info.namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  const admitted = admissionRequest(call, 'CREATE', object, undefined, dryRun, {
    body: { apiVersion, kind, type: type as Type<unknown> },
  })
  await deps.admission.mutate(admitted)
  await deps.admission.validate(admitted)
  return { object, dryRun }
}
