import type { Answer } from '../contract.ts'
import { objectIn, writeQuery } from './body.ts'
import { createObject } from './createObject.ts'
import type { Call, VerbDeps } from './scope.ts'
import { objectAnswer, toStorage } from './version.ts'

/** POST to a collection. */
export async function create(deps: VerbDeps, call: Call): Promise<Answer> {
  const { dryRun, validation } = writeQuery(call.request, 'CreateOptions')
  const object = toStorage(call.served, await objectIn(call, validation))
  return objectAnswer(call.served, 201, await createObject(deps, call, object, dryRun))
}
