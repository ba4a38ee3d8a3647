import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest, conflict, notFound } from '../../api/meta/statusError.ts'
import type { ViewSubresource } from '../../api/resource.ts'
import { readCbor } from '../../schema/codec/cbor.ts'
import { DecodeError } from '../../schema/codec/decodeError.ts'
import { parseYaml } from '../../schema/codec/yaml.ts'
import { isPlainObject, type PlainObject } from '../../schema/merge/plain.ts'
import type { FieldValidation } from '../content/body.ts'
import { applyCborPatch, mediaTypeOf } from '../content/mediaTypes.ts'
import type { Answer, ServerRequest, Stored } from '../contract.ts'
import { type Apply, apply } from '../fieldManager/index.ts'
import { warn } from './admission.ts'
import type { WriteQuery } from './body.ts'
import { createObject } from './createObject.ts'
import type { Call, VerbDeps } from './scope.ts'
import { checkName, checkUid } from './update.ts'
import { updateObject } from './updateObject.ts'
import { objectAnswer } from './version.ts'

/** PATCH as server-side apply: of an object, which is made when it is not there, or of a view of one that is. */
export async function applied(
  deps: VerbDeps,
  call: Call,
  view: ViewSubresource<KubeObject> | undefined,
  { dryRun, validation, manager, force }: WriteQuery,
): Promise<Answer> {
  const { served, info, request, user } = call
  const sent = await configIn(request)
  const wanted: Apply = { manager, force, config: sent.config }
  const make = async (live: KubeObject | undefined) => {
    const object = await apply(deps, call, live, wanted)
    tellDuplicates(request, sent.duplicates, validation)
    return object
  }
  const stored = await deps.objects.get(served.resource, info.namespace, info.name)
  if (stored) {
    const change = async (old: Stored) => {
      const object = await make(old.object)
      checkName(object.metadata.name, info.name)
      checkUid(served.resource, object, old.object)
      if (object.metadata.resourceVersion === old.object.metadata.resourceVersion)
        delete object.metadata.resourceVersion
      return object
    }
    return objectAnswer(served, 200, (await updateObject(deps, call, stored, { view, dryRun, change })).stored)
  }
  if (view) throw notFound(served.resource, info.name)
  const object = await make(undefined)
  const { uid, name } = object.metadata
  if (uid)
    throw conflict(
      served.resource,
      info.name,
      `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    )
  checkName(name, info.name)
  delete object.metadata.resourceVersion
  await deps.authorize?.(user, { ...info, verb: 'create' }, request)
  return objectAnswer(served, 201, await createObject(deps, call, object, dryRun))
}

/** What is to be applied, and upstream's sentences about keys that stand twice. Throws BadRequest. */
export async function configIn(
  request: ServerRequest,
): Promise<{ readonly config: PlainObject; readonly duplicates: readonly string[] }> {
  const duplicates: string[] = []
  const document =
    request.object ??
    (mediaTypeOf(request.headers['content-type']) === applyCborPatch
      ? await cborIn(request)
      : await yamlIn(request, duplicates)) ??
    {}
  request.trail?.sent({ raw: document })
  if (!isPlainObject(document)) {
    const kind = Array.isArray(document) ? 'array' : typeof document === 'boolean' ? 'bool' : typeof document
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`,
    )
  }
  return { config: document, duplicates }
}

async function cborIn(request: ServerRequest): Promise<unknown> {
  try {
    return readCbor(await request.body())
  } catch (error) {
    if (error instanceof DecodeError) throw badRequest(`error decoding YAML: ${error.message}`)
    throw error
  }
}

async function yamlIn(request: ServerRequest, duplicates: string[]): Promise<unknown> {
  const text = new TextDecoder().decode(await request.body())
  try {
    return parseYaml(text, sentence => duplicates.push(sentence))[0]
  } catch (error) {
    if (error instanceof DecodeError)
      throw badRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`)
    throw error
  }
}

/** What strict reading finds wrong. Throws BadRequest where that is asked for. */
export function tellDuplicates(
  request: ServerRequest,
  duplicates: readonly string[],
  validation: FieldValidation,
): void {
  if (validation === 'Ignore') return
  for (const sentence of duplicates) {
    if (validation === 'Strict') throw badRequest(`error strict decoding YAML: ${sentence}`)
    // A warning for each line, without the sentence above them.
    for (const line of sentence.split('\n').slice(1)) warn(request, line.trim())
  }
}
