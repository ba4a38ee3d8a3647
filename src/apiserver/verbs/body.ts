import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { createOptionRules, patchOptionRules } from '../../api/meta/optionRules.ts'
import type { PatchOptions } from '../../api/meta/options.ts'
import { badRequest, invalid } from '../../api/meta/statusError.ts'
import { invalid as invalidValue } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { type Body, cannotBe, type Expected, type FieldValidation, readBody } from '../content/body.ts'
import { isRegistered } from '../content/registered.ts'
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
    dryRun: query.getAll('dryRun'),
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
  const { apiVersion, kind, resource } = served
  if (resource.custom) return customIn({ served, request }, validation)
  const body = await readBody(request, served)
  const others = (resource.versions ?? []).map(each => `${each.group}/${each.version}`)
  checkKind(body, served, [resource.apiVersion, ...others])
  const object = body.decode(typeOf(served), validation, text => warn(request, text)) as KubeObject
  return { ...object, apiVersion, kind }
}

/** A custom resource says what it is; upstream tells in other words what is wrong with that. */
async function customIn(
  { served, request }: Pick<Call, 'served' | 'request'>,
  validation: FieldValidation,
): Promise<KubeObject> {
  const { apiVersion, kind, resource } = served
  const body = await readBody(request, { apiVersion, kind, custom: request.object === undefined })
  if (request.object === undefined && body.apiVersion !== apiVersion) throw otherVersion(body.apiVersion, apiVersion)
  const object = body.decode(typeOf(served), validation, text => warn(request, text)) as KubeObject
  if (body.kind && body.kind !== kind) {
    const error = invalidValue(at('kind'), body.kind, `must be ${kind}`)
    throw invalid({ group: resource.group, kind: body.kind }, object.metadata.name ?? '', [error])
  }
  return { ...object, apiVersion, kind }
}

const otherVersion = (sent: string, expected: string) =>
  badRequest(`the API version in the data (${sent}) does not match the expected API version (${expected})`)

/**
 * Refuses a body that says it is of another kind. `versions`: those in which the kind is served too. Throws BadRequest,
 * in upstream's words.
 */
export function checkKind(
  sent: Pick<Body, 'apiVersion' | 'kind'>,
  expected: Expected,
  versions: readonly string[] = [],
): void {
  const apiVersion = sent.apiVersion || expected.apiVersion
  const kind = sent.kind || expected.kind
  const isOther = apiVersion !== expected.apiVersion
  if (isOther && kind === expected.kind && versions.includes(apiVersion))
    throw otherVersion(apiVersion, expected.apiVersion)
  const why = otherKind(sent, expected)
  if (why) throw badRequest(cannotBe({ ...sent, expected }, why))
}

/** Why something that says it is of a kind is not of the one that is expected; `undefined`: it is. */
export function otherKind(sent: Pick<Body, 'apiVersion' | 'kind'>, expected: Expected): string | undefined {
  const apiVersion = sent.apiVersion || expected.apiVersion
  const kind = sent.kind || expected.kind
  if (apiVersion === expected.apiVersion && kind === expected.kind) return undefined
  if (!isRegistered(apiVersion, kind))
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme ${JSON.stringify(scheme)}`
  const [, group = 'core'] = expected.apiVersion.split('/').reverse()
  const [version = ''] = apiVersion.split('/').reverse()
  return `converting (${version}.${kind}) to (${group.split('.', 1)[0]}.${expected.kind}): unknown conversion`
}

/** Where upstream keeps its kinds: part of its words. */
const scheme = 'pkg/api/legacyscheme/scheme.go:30'
