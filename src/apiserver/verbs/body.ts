import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { createOptionRules, patchOptionRules } from '../../api/meta/optionRules.ts'
import type { PatchOptions } from '../../api/meta/options.ts'
import { badRequest, invalid } from '../../api/meta/statusError.ts'
import { type FieldValidation, readBody } from '../content/body.ts'
import type { ServerRequest } from '../contract.ts'
import { managerOf } from '../fieldManager/index.ts'
import { warn } from './admission.ts'
import type { Call } from './scope.ts'
import { typeOf } from './version.ts'

/** What a write is told in the query: whether it is for show, and what becomes of fields nobody knows. */
export interface WriteQuery {
  readonly dryRun: boolean
  readonly validation: FieldValidation
  /** Who the write is noted under. */
  readonly manager: string
  /** Whether a server-side apply takes over what others manage. */
  readonly force: boolean
}

/** Reads the options of a create, update or patch; `apply`: of a server-side apply. Throws Invalid, about options of that kind. */
export function writeQuery(
  request: ServerRequest,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  apply = false,
): WriteQuery {
  const { query } = request
  const force = query.get('force')
  const options: PatchOptions = {
    dryRun: query.getAll('dryRun').filter(value => value !== ''),
    fieldManager: query.get('fieldManager') ?? '',
    fieldValidation: query.get('fieldValidation') ?? '',
    ...(force === null ? {} : { force: isTrue(force) }),
  }
  const errors = kind === 'PatchOptions' ? patchOptionRules(options, apply) : createOptionRules(options)
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind }, '', errors)
  return {
    dryRun: (options.dryRun?.length ?? 0) > 0,
    validation: (options.fieldValidation || 'Warn') as FieldValidation,
    manager: managerOf(request, options.fieldManager ?? ''),
    force: options.force ?? false,
  }
}

/** A boolean in a query, as upstream reads it: everything but these is true. */
const isTrue = (text: string): boolean => !['false', '0'].includes(text.toLowerCase())

/** The object in a request's body, in normal form of the version it was sent in. */
export async function objectIn({ served, request }: Call, validation: FieldValidation): Promise<KubeObject> {
  const body = await readBody(request, served.kind)
  if (!body) throw badRequest(`the object provided is unrecognized (must be of type ${served.kind}): the body is empty`)
  const { apiVersion, kind } = body
  if (apiVersion && apiVersion !== served.apiVersion)
    throw badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${served.apiVersion})`,
    )
  if (kind && kind !== served.kind) throw badRequest(otherKind(served, kind))
  const object = body.decode(typeOf(served), served.kind, validation, text => warn(request, text)) as KubeObject
  return { ...object, apiVersion: served.apiVersion, kind: served.kind }
}

function otherKind({ apiVersion, kind }: Call['served'], sent: string): string {
  const [version = '', group = 'core'] = apiVersion.split('/').reverse()
  const converting = `converting (${version}.${sent}) to (${group.split('.', 1)[0]}.${kind}): unknown conversion`
  return `${sent} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${converting}`
}
