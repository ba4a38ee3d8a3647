import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Answer } from '../contract.ts'
import { track } from '../fieldManager/index.ts'
import { objectIn, writeQuery } from './body.ts'
import { createObject } from './createObject.ts'
import type { Call, VerbDeps } from './scope.ts'
import { objectAnswer, toStorage } from './version.ts'

const serversOwn = ['creationTimestamp', 'uid', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'selfLink'] as const

/** What only the server sets is nobody's, so nobody becomes its manager. Upstream's `WipeObjectMetaSystemFields`. */
function forgetSystemFields(object: KubeObject): void {
  object.metadata = { ...object.metadata }
  for (const name of serversOwn) delete object.metadata[name]
}

/** POST to a collection. */
export async function create(deps: VerbDeps, call: Call): Promise<Answer> {
  const { dryRun, validation, manager } = writeQuery(call.request, 'CreateOptions')
  const object = toStorage(call.served, await objectIn(call, validation))
  forgetSystemFields(object)
  await track(deps, call, undefined, object, manager)
  return objectAnswer(call.served, 201, await createObject(deps, call, object, dryRun))
}
