import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest, methodNotAllowed, notFound } from '../../api/meta/statusError.ts'
import type { ViewSubresource } from '../../api/resource.ts'
import type { Answer, Stored } from '../contract.ts'
import { objectIn, writeQuery } from './body.ts'
import { patched } from './patch.ts'
import { named } from './read.ts'
import type { Call, VerbDeps } from './scope.ts'
import { objectAnswer, toStorage } from './version.ts'
import { createObject, updateObject } from './write.ts'

/** POST to a collection. */
export async function create(deps: VerbDeps, call: Call): Promise<Answer> {
  const { dryRun, validation } = writeQuery(call.request)
  const object = toStorage(call.served, await objectIn(call, validation))
  return objectAnswer(call.served, 201, await createObject(deps, call, object, dryRun))
}

/** The subresource of the path, where it is a view of the object. */
export function viewOf({ served, info }: Call): ViewSubresource<KubeObject> | undefined {
  if (info.subresource === '') return undefined
  const view = served.resource.subresources?.[info.subresource]
  if (view?.form !== 'view') throw methodNotAllowed(named(served), info.verb)
  return view as ViewSubresource<KubeObject>
}

async function existing({ objects }: VerbDeps, { served, info }: Call): Promise<Stored> {
  const stored = await objects.get(served.resource, info.namespace, info.name)
  if (!stored) throw notFound(named(served), info.name)
  return stored
}

/** PUT of an object or of a view of it. Kinds that allow it are made when they are not there. */
export async function update(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info } = call
  const view = viewOf(call)
  const { dryRun, validation } = writeQuery(call.request)
  const object = await objectIn(call, validation)
  checkName(object, info.name)
  const stored = await deps.objects.get(served.resource, info.namespace, info.name)
  if (!stored) {
    if (!served.resource.createOnUpdate || view || object.metadata.resourceVersion || object.metadata.uid)
      throw notFound(named(served), info.name)
    return objectAnswer(served, 201, await createObject(deps, call, toStorage(served, object), dryRun))
  }
  const updated = await updateObject(deps, call, stored, {
    view,
    dryRun,
    change: () => toStorage(served, structuredClone(object)),
  })
  return objectAnswer(served, 200, updated.stored)
}

function checkName(object: KubeObject, name: string): void {
  const own = object.metadata.name
  if (own && own !== name) throw badName(own, name)
  object.metadata.name = name
}

const badName = (own: string, name: string) =>
  badRequest(`the name of the object (${own}) does not match the name on the URL (${name})`)

/** PATCH of an object or of a view of it: worked on what is stored, as often as it takes. */
export async function patch(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served } = call
  const view = viewOf(call)
  const { dryRun, validation } = writeQuery(call.request)
  const apply = await patched(call, validation)
  const updated = await updateObject(deps, call, await existing(deps, call), {
    view,
    dryRun,
    change: old => toStorage(served, apply(old)),
  })
  return objectAnswer(served, 200, updated.stored)
}
