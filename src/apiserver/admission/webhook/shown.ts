import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { fromJson, toJson } from '../../../schema/codec/json.ts'
import { applyDefaults } from '../../../schema/derive/defaults.ts'
import { semanticEqual } from '../../../schema/derive/equal.ts'
import type { Type } from '../../../schema/types.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { Served } from '../../verbs/scope.ts'
import { toClient, toStorage, typeOf } from '../../verbs/version.ts'

/** What the objects of a request are, for whoever sees them in this version: `apiVersion`, `kind` and type. */
export function kindOf({ body }: AdmissionRequest, served: Served): { apiVersion: string; kind: string; type: Type } {
  return body ?? { apiVersion: served.apiVersion, kind: served.kind, type: typeOf(served) }
}

/**
 * A new object as those see it who may change it: without what the server decides, which upstream adds only later.
 */
export function undecided({ operation, body, object, generatedName }: AdmissionRequest): unknown {
  if (operation !== 'CREATE' || body || object === undefined) return object
  const { uid: _, creationTimestamp: __, generation: ___, name, ...metadata } = (object as KubeObject).metadata
  return { ...(object as KubeObject), metadata: generatedName ? metadata : { ...metadata, name } }
}

/** An object of a request in JSON, as a version of its kind has it; null: there is none. Rejects when it can't be converted. */
export async function shown(request: AdmissionRequest, served: Served, object: unknown): Promise<unknown> {
  if (object === undefined) return null
  const { apiVersion, kind, type } = kindOf(request, served)
  return { ...(toJson(type, await seen(request, served, object)) as object), apiVersion, kind }
}

async function seen(request: AdmissionRequest, served: Served, object: unknown): Promise<unknown> {
  const { body, resource } = request
  if (body) return body.show ? body.show(object) : object
  if (!resource.custom || served.apiVersion === resource.apiVersion) return toClient(served, object as KubeObject)
  return converted(request.served, served, object)
}

/** Between versions of a custom kind, which are resources of their own. */
async function converted(from: Served, to: Served, object: unknown): Promise<KubeObject> {
  const { type, custom } = from.resource
  const plain = {
    ...(toJson(type, object as KubeObject) as object),
    apiVersion: from.apiVersion,
    kind: from.kind,
  } as unknown as KubeObject
  const [made] = (await custom?.convert?.([plain], to.apiVersion)) ?? [{ ...plain, apiVersion: to.apiVersion }]
  return toStorage(to, fromJson(to.resource.type, made))
}

/**
 * Puts what somebody made of a shown object in the place of the request's object, with defaults. Whether that changed
 * anything. Throws a DecodeError when it is no object of the kind.
 */
export async function taken(
  request: AdmissionRequest,
  served: Served,
  before: unknown,
  after: unknown,
): Promise<boolean> {
  const { body, resource, object } = request
  const { type } = kindOf(request, served)
  const value = fromJson(type, after)
  const changed = !semanticEqual(type, fromJson(type, before), fromJson(type, after))
  if (body) {
    applyDefaults(body.type, value)
    if (body.take) body.take(object, value)
    else replace(object as object, value as object)
    return changed
  }
  const next = toStorage(served, value)
  const own = !resource.custom || served.apiVersion === resource.apiVersion
  const back = own ? next : await converted(served, request.served, next)
  if (request.operation === 'CREATE') back.metadata = decided(object as KubeObject, back)
  replace(object as object, back)
  return changed
}

/** What the server decided of a new object, and `undecided` left out. */
function decided({ metadata }: KubeObject, next: KubeObject): KubeObject['metadata'] {
  const { name, uid, creationTimestamp, generation } = metadata
  return {
    ...next.metadata,
    ...{ name: next.metadata.name || name, uid, creationTimestamp },
    ...(generation === undefined ? {} : { generation }),
  }
}

/** Others hold the object: it stays, with other contents. */
function replace(object: object, next: object): void {
  for (const key of Object.keys(object)) delete (object as Record<string, unknown>)[key]
  Object.assign(object, next)
}
