import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest, failure, StatusError, tooLarge, unsupportedMediaType } from '../../api/meta/statusError.ts'
import { DecodeError, fromJson, strictProblems, toJson } from '../../schema/codec/json.ts'
import { parseJson, textOf } from '../../schema/codec/parse.ts'
import { applyJsonPatch } from '../../schema/merge/jsonPatch.ts'
import { applyMergePatch } from '../../schema/merge/mergePatch.ts'
import { applyStrategicPatch } from '../../schema/merge/strategic.ts'
import type { FieldValidation } from '../content/body.ts'
import type { ServerRequest, Stored } from '../contract.ts'
import type { Call } from './scope.ts'
import { toClient, typeOf } from './version.ts'

const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const strategicPatch = 'application/strategic-merge-patch+json'
const accepted = [jsonPatch, mergePatch, strategicPatch]

const mostOperations = 10_000

/** Reads the patch of a request; the result works it on a stored object and gives the new one in the client's version. */
export async function patched(call: Call, validation: FieldValidation): Promise<(old: Stored) => KubeObject> {
  const { served, request } = call
  const kind = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!accepted.includes(kind)) throw unsupportedMediaType(accepted)
  const type = typeOf(served)
  const document = await documentOf(request)
  if (kind === jsonPatch && Array.isArray(document) && document.length > mostOperations) {
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${mostOperations}, got ${document.length}`)
  }
  return old => {
    const before = toJson(type, toClient(served, old.object)) as Record<string, unknown>
    const after = work(kind, type, before, document, served.kind)
    const object = decodeStrictly(request, validation, options => fromJson(type, after, options)) as KubeObject
    if (object.metadata.name !== old.object.metadata.name)
      throw badRequest('the name of the object in the patch does not match the name on the URL')
    return { ...object, apiVersion: served.apiVersion, kind: served.kind }
  }
}

async function documentOf(request: ServerRequest): Promise<unknown> {
  if (request.object !== undefined) return request.object
  try {
    return parseJson(textOf(await request.body()))
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`error decoding patch: ${error.message}`)
    throw error
  }
}

function work(
  kind: string,
  type: ReturnType<typeof typeOf>,
  before: Record<string, unknown>,
  document: unknown,
  name: string,
): unknown {
  try {
    if (kind === jsonPatch) return applyJsonPatch(before, document)
    if (kind === mergePatch) return applyMergePatch(before, document)
    return applyStrategicPatch(type, before, document)
  } catch (error) {
    if (error instanceof StatusError) throw error
    const message = error instanceof Error ? error.message : String(error)
    // A patch that cannot be worked on this object: a test that fails, a path that is not there.
    if (kind === jsonPatch)
      throw failure(422, 'Invalid', `the server rejected our request due to an error in our request: ${message}`, {
        kind: name,
      })
    throw badRequest(message)
  }
}

/** Decodes with the strictness asked for: refusals and warnings in upstream's words. */
function decodeStrictly<T>(
  request: ServerRequest,
  validation: FieldValidation,
  decode: (options: { unknown?: (path: string) => void }) => T,
): T {
  const strict = strictProblems()
  try {
    const result = decode(validation === 'Ignore' ? {} : { unknown: path => strict.unknown(path, path) })
    if (strict.problems.length > 0 && validation === 'Strict')
      throw badRequest(`strict decoding error: ${strict.problems.join(', ')}`)
    request.warnings.push(...strict.problems)
    return result
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(error.message)
    throw error
  }
}
