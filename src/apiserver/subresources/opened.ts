import type { Type } from '../../schema/types.ts'
import { admissionRequest } from '../verbs/admission.ts'
import type { Call, VerbDeps } from '../verbs/scope.ts'

/** What a stream or a proxied request is opened with, once admission has agreed to it; plugins may have changed it. */
export async function opened<T extends object>(
  { admission }: VerbDeps,
  call: Call,
  kind: string,
  type: Type<T>,
  options: T,
): Promise<T> {
  const apiVersion = 'v1'
  const object = { ...options, apiVersion, kind }
  const admitted = admissionRequest(call, 'CONNECT', object as never, undefined, false, {
    body: { apiVersion, kind, type: type as Type<unknown> },
  })
  await admission.mutate(admitted)
  await admission.validate(admitted)
  return object
}
