import type { KubeObject } from '../../api/meta/objectMeta.ts'
import {
  badRequest,
  failure,
  invalid,
  notFound,
  StatusError,
  tooLarge,
  unsupportedMediaType,
} from '../../api/meta/statusError.ts'
import { DecodeError, fromJson, strictProblems, toJson } from '../../schema/codec/json.ts'
import { parseJson, textOf } from '../../schema/codec/parse.ts'
import { applyJsonPatch } from '../../schema/merge/jsonPatch.ts'
import { applyMergePatch } from '../../schema/merge/mergePatch.ts'
import { PatchError } from '../../schema/merge/patchError.ts'
import { goPrint, isPlainObject, type PlainObject } from '../../schema/merge/plain.ts'
import { applyStrategicPatch } from '../../schema/merge/strategic.ts'
import { invalid as invalidValue } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldValidation } from '../content/body.ts'
import { applyCborPatch, mediaTypeOf } from '../content/mediaTypes.ts'
import type { Answer, ServerRequest, Stored } from '../contract.ts'
import { track } from '../fieldManager/index.ts'
import { warn } from './admission.ts'
import { applied } from './applied.ts'
import { otherKind, writeQuery } from './body.ts'
import type { Call, VerbDeps } from './scope.ts'
import { checkName, checkUid, viewOf } from './update.ts'
import { updateObject } from './updateObject.ts'
import { objectAnswer, toClient, toStorage, typeOf } from './version.ts'

const jsonPatch = 'application/json-patch+json'
const mergePatch = 'application/merge-patch+json'
const strategicPatch = 'application/strategic-merge-patch+json'
const applyPatch = 'application/apply-patch+yaml'
const accepted = [jsonPatch, mergePatch, strategicPatch, applyPatch]

const mostOperations = 10_000

/** PATCH of an object or of a view of it: worked on what is stored, as often as it takes. */
export async function patch(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info, request } = call
  const view = viewOf(call)
  // Before the options: which of them are allowed depends on the kind of patch.
  const isApply = isApplyPatch(call)
  const query = writeQuery(request, 'PatchOptions', isApply)
  if (isApply) return applied(deps, call, view, query)
  const { dryRun, validation, manager } = query
  const apply = await patched(call, validation)
  const stored = await deps.objects.get(served.resource, info.namespace, info.name)
  if (!stored) throw notFound(served.resource, info.name)
  const change = async (old: Stored) => {
    const object = apply(old)
    checkName(object.metadata.name, info.name)
    checkUid(served.resource, object, old.object)
    // The version that was there already is no condition of the client's: then the patch is worked again.
    if (object.metadata.resourceVersion === old.object.metadata.resourceVersion) delete object.metadata.resourceVersion
    const next = toStorage(served, object)
    await track(deps, call, old.object, next, manager)
    return next
  }
  return objectAnswer(served, 200, (await updateObject(deps, call, stored, { view, dryRun, change })).stored)
}

/** The media type of a patch. Throws UnsupportedMediaType: there are no strategic merges of custom resources. */
function patchKind({ request: { headers, cbor }, served: { resource } }: Call): string {
  const kind = mediaTypeOf(headers['content-type'])
  const all = cbor ? [...accepted, applyCborPatch] : accepted
  const allowed = resource.custom ? all.filter(each => each !== strategicPatch) : all
  if (!allowed.includes(kind)) throw unsupportedMediaType(allowed)
  return kind
}

/** Whether a PATCH is a server-side apply. Throws UnsupportedMediaType. */
export const isApplyPatch = (call: Call): boolean => [applyPatch, applyCborPatch].includes(patchKind(call))

/** Reads the patch of a request; the result works it on a stored object and gives the new one in the client's version. */
export async function patched(call: Call, validation: FieldValidation): Promise<(old: Stored) => KubeObject> {
  const { served, request } = call
  const kind = patchKind(call)
  const type = typeOf(served)
  const duplicates = strictProblems()
  const document = await documentOf(request, duplicates.duplicate, kind)
  if (kind === jsonPatch && Array.isArray(document) && document.length > mostOperations)
    throw tooLarge(`The allowed maximum operations in a JSON patch is ${mostOperations}, got ${document.length}`)
  const speaksOfManagers = mentionsManagers(document)
  return old => {
    const seen = toClient(served, old.object) as KubeObject
    const before = toJson(type, speaksOfManagers ? seen : withoutManagers(seen)) as Record<string, unknown>
    const after = work(kind, type, before, document)
    const refuse = (why: string) =>
      badPatch(
        kind === strategicPatch
          ? goPrint(document)
          : JSON.stringify(sortedKeys(work(kind, type, toJson(type, seen) as PlainObject, document))),
        why,
      )
    if (served.resource.custom) checkCustomKind(after, served)
    else if (kind !== strategicPatch) checkPatchedKind(after, served, refuse)
    const found = strictProblems()
    const object = decoded(() => fromJson(type, after, found), refuse) as KubeObject
    // The patch is read before what it makes of the object.
    const problems = [...duplicates.problems, ...found.problems]
    if (problems.length > 0 && validation === 'Strict') throw refuse(`strict decoding error: ${problems.join(', ')}`)
    if (validation === 'Warn') for (const problem of problems) warn(request, problem)
    return { ...object, apiVersion: served.apiVersion, kind: served.kind }
  }
}

/** Who manages what is told by a patch hardly ever: else it need not be worked on. */
function mentionsManagers(document: unknown): boolean {
  if (!Array.isArray(document)) return isPlainObject(document) && mentioned(document.metadata)
  const near = (path: unknown) =>
    typeof path === 'string' && (/^\/?(metadata)?$/.test(path) || path.startsWith('/metadata/managedFields'))
  return (document as unknown[]).some(
    operation => isPlainObject(operation) && (near(operation.path) || near(operation.from)),
  )
}

const mentioned = (metadata: unknown): boolean =>
  isPlainObject(metadata)
    ? Object.keys(metadata).some(key => key === 'managedFields' || key.startsWith('$'))
    : metadata !== undefined

function withoutManagers(object: KubeObject): KubeObject {
  const metadata: Record<string, unknown> = {}
  // They are not looked at: they may still be bytes.
  for (const name in object.metadata)
    if (name !== 'managedFields') metadata[name] = object.metadata[name as keyof KubeObject['metadata']]
  return { ...object, metadata: metadata as KubeObject['metadata'] }
}

async function documentOf(
  request: ServerRequest,
  duplicate: (path: string, name: string) => void,
  kind: string,
): Promise<unknown> {
  const document = await readDocument(request, duplicate, kind === strategicPatch ? '' : 'error decoding patch: ')
  request.trail?.sent({ raw: document })
  return document
}

async function readDocument(
  request: ServerRequest,
  duplicate: (path: string, name: string) => void,
  prefix: string,
): Promise<unknown> {
  if (request.object !== undefined) return request.object
  try {
    return parseJson(textOf(await request.body()), duplicate)
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`${prefix}${error.message}`)
    throw error
  }
}

function work(kind: string, type: ReturnType<typeof typeOf>, before: PlainObject, document: unknown): unknown {
  try {
    if (kind === jsonPatch) return applyJsonPatch(before, document)
    if (kind === mergePatch) return applyMergePatch(before, document)
    return applyStrategicPatch(type, before, document)
  } catch (error) {
    if (error instanceof StatusError || !(error instanceof Error)) throw error
    const code = error instanceof PatchError ? error.code : 400
    // A patch that cannot be worked on this object: a test that fails, a path that is not there.
    if (code === 422)
      throw failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
    if (code === 413) throw failure(413, 'RequestEntityTooLarge', error.message)
    throw code === 500 ? failure(500, '', error.message) : badRequest(error.message)
  }
}

const badPatch = (told: string, why: string) =>
  invalid({ group: '', kind: '' }, '', [invalidValue(at('patch'), told, why)])

function decoded<T>(decode: () => T, refuse: (why: string) => StatusError): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message)
    throw error
  }
}

/** What a patch makes of an object is still of its kind. */
function checkPatchedKind(after: unknown, served: Call['served'], refuse: (why: string) => StatusError): void {
  if (!isPlainObject(after)) return
  const { apiVersion, kind } = after
  const why = otherKind(
    { apiVersion: typeof apiVersion === 'string' ? apiVersion : '', kind: typeof kind === 'string' ? kind : '' },
    served,
  )
  if (why) throw refuse(why)
}

function checkCustomKind(after: unknown, { apiVersion, kind, resource }: Call['served']): void {
  if (!isPlainObject(after)) return
  const found = { apiVersion: after.apiVersion ?? apiVersion, kind: after.kind ?? kind }
  const errors = [
    ...(found.kind === kind ? [] : [invalidValue(at('kind'), found.kind, `must be ${kind}`)]),
    ...(found.apiVersion === apiVersion
      ? []
      : [invalidValue(at('apiVersion'), found.apiVersion, `must be ${apiVersion}`)]),
  ]
  if (errors.length === 0) return
  const { name } = (isPlainObject(after.metadata) ? after.metadata : {}) as { name?: string }
  throw invalid({ group: resource.group, kind: String(found.kind) }, name ?? '', errors)
}

/** Upstream patches maps, whose keys it tells in their order. */
const sortedKeys = (document: unknown): unknown =>
  isPlainObject(document) ? Object.fromEntries(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1))) : document
