import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { badRequest } from '../../api/meta/statusError.ts'
import { type FieldValidation, readBody } from '../content/body.ts'
import type { ServerRequest } from '../contract.ts'
import type { Call } from './scope.ts'
import { typeOf } from './version.ts'

/** What a write is told in the query: whether it is for show, and what becomes of fields nobody knows. */
export interface WriteQuery {
  readonly dryRun: boolean
  readonly validation: FieldValidation
}

export function writeQuery({ query }: ServerRequest): WriteQuery {
  const dryRun = query.getAll('dryRun')
  const wrong = dryRun.find(value => value !== '' && value !== 'All')
  if (wrong !== undefined)
    throw badRequest(`dryRun: Unsupported value: ${JSON.stringify(wrong)}: supported values: "All"`)
  const validation = query.get('fieldValidation') || 'Warn'
  if (validation !== 'Strict' && validation !== 'Warn' && validation !== 'Ignore') {
    throw badRequest(
      `fieldValidation: Unsupported value: ${JSON.stringify(validation)}: supported values: "Ignore", "Strict", "Warn"`,
    )
  }
  return { dryRun: dryRun.includes('All'), validation }
}

/** The object in a request's body, in normal form of the version it was sent in. */
export async function objectIn({ served, request }: Call, validation: FieldValidation): Promise<KubeObject> {
  const body = await readBody(request, served.kind)
  if (!body) throw badRequest(`the object provided is unrecognized (must be of type ${served.kind}): the body is empty`)
  const { apiVersion, kind } = body
  const object = body.decode(
    typeOf(served),
    served.kind,
    validation,
    text => void request.warnings.push(text),
  ) as KubeObject
  if (apiVersion && apiVersion !== served.apiVersion) {
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${served.apiVersion})`,
    )
  }
  if (kind && kind !== served.kind)
    throw badRequest(
      `${kind} in version ${JSON.stringify(apiVersion.split('/').at(-1))} cannot be handled as a ${served.kind}: no kind ${JSON.stringify(kind)} is registered for this path`,
    )
  return { ...object, apiVersion: served.apiVersion, kind: served.kind }
}
