import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest, failure, invalid, methodNotAllowed, notFound } from '../../api/meta/statusError.ts'
import type { Resource, ViewSubresource } from '../../api/resource.ts'
import { invalid as invalidValue } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { Answer, Stored } from '../contract.ts'
import { track } from '../fieldManager/index.ts'
import { objectIn, writeQuery } from './body.ts'
import { createObject } from './createObject.ts'
import type { Call, VerbDeps } from './scope.ts'
import { updateObject } from './updateObject.ts'
import { objectAnswer, toStorage } from './version.ts'

/** The subresource of the path, where it is a view of the object. */
export function viewOf({ served, info }: Call): ViewSubresource<KubeObject> | undefined {
  if (info.subresource === '') return undefined
  const view = served.resource.subresources?.[info.subresource]
  if (view?.form !== 'view') throw methodNotAllowed(served.resource, info.verb)
  return view as ViewSubresource<KubeObject>
}

/** PUT of an object or of a view of it. Kinds that allow it are made when they are not there. */
export async function update(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info } = call
  const view = viewOf(call)
  const { dryRun, validation, manager } = writeQuery(call.request, 'UpdateOptions')
  const object = await objectIn(call, validation)
  checkName(object.metadata.name, info.name)
  const { resourceVersion: version = '' } = object.metadata
  // Upstream does not expect that.
  if (!/^\d*$/.test(version))
    throw failure(500, '', `strconv.ParseUint: parsing ${JSON.stringify(version)}: invalid syntax`)
  const stored = await deps.objects.get(served.resource, info.namespace, info.name)
  if (!stored) {
    const { resourceVersion, uid } = object.metadata
    if (!served.resource.createOnUpdate || view || resourceVersion || uid) throw notFound(served.resource, info.name)
    await deps.authorize?.(call.user, { ...info, verb: 'create' }, call.request)
    const made = toStorage(served, object)
    await track(deps, call, undefined, made, manager)
    return objectAnswer(served, 201, await createObject(deps, call, made, dryRun))
  }
  if (served.resource.conditionalUpdate && !view) checkVersion(call, object)
  // A write takes the object over: if it has to be tried again, the body is read again.
  let first: KubeObject | undefined = object
  const change = async (old: Stored) => {
    const next = toStorage(served, first ?? (await objectIn(call, validation)))
    first = undefined
    await track(deps, call, old.object, next, manager)
    return next
  }
  return objectAnswer(served, 200, (await updateObject(deps, call, stored, { view, dryRun, change })).stored)
}

/** Throws Invalid when the body names no version to replace. */
function checkVersion({ served: { resource }, info }: Call, { metadata }: KubeObject): void {
  if (metadata.resourceVersion && metadata.resourceVersion !== '0') return
  const error = invalidValue(at('metadata', 'resourceVersion'), 0, 'must be specified for an update')
  throw invalid({ group: resource.group, kind: resource.plural }, info.name, [error])
}

/** Throws BadRequest when the body is about another object than the path. */
export function checkName(own: string | undefined, name: string): void {
  if (!own) throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
  if (own !== name) throw badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`)
}

/** A patch may not say whose object it is: that is no condition, as it is in a PUT, but a change. */
export function checkUid(resource: Resource, { metadata }: KubeObject, { metadata: old }: KubeObject): void {
  if (!metadata.uid || metadata.uid === old.uid) return
  const error = invalidValue(at('metadata', 'uid'), metadata.uid, 'field is immutable')
  throw invalid(resource, old.name ?? '', [error])
}
