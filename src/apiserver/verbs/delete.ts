import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { deleteOptionRules } from '../../api/meta/optionRules.ts'
import { DeleteOptions } from '../../api/meta/options.ts'
import { Status } from '../../api/meta/status.ts'
import { badRequest, conflict, invalid, is, notFound, type StatusBody } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { readBody } from '../content/body.ts'
import type { Answer, ServerRequest, Stored } from '../contract.ts'
import { encodeValue, storedOf } from '../store/codec.ts'
import { predicateOf } from '../store/predicate.ts'
import { admissionRequest } from './admission.ts'
import { beginDeletion, withDefaultPolicy } from './deletion.ts'
import { listItems } from './listItems.ts'
import { listOptions, wholeNumber } from './listOptions.ts'
import { checkDeletion } from './preconditions.ts'
import { listAnswer } from './read.ts'
import { reserved } from './reserved.ts'
import { listRevision } from './revision.ts'
import type { Call, VerbDeps } from './scope.ts'
import { objectAnswer } from './version.ts'

const tries = 20

/** Options of a deletion: from the body, or from the query of clients that send none. */
async function optionsOf({ request }: Call): Promise<DeleteOptions> {
  const isThere = request.object !== undefined || (await request.body()).length > 0
  const options = isThere ? await sentOptions(request) : queried(request.query)
  const errors = deleteOptionRules(options)
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
  return options
}

const expected = { apiVersion: 'meta.k8s.io/v1', kind: 'DeleteOptions', bare: true } as const

async function sentOptions(request: ServerRequest): Promise<DeleteOptions> {
  const body = await readBody(request, expected)
  // In whatever version: they are the same in all of them.
  if (body.kind && body.kind !== expected.kind)
    throw badRequest(
      `no kind ${JSON.stringify(body.kind)} is registered for version ${JSON.stringify(body.apiVersion || expected.apiVersion)} in scheme ${JSON.stringify(scheme)}`,
    )
  return body.decode(DeleteOptions)
}

/** Where upstream keeps the kind: part of its words. */
const scheme = 'k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27'

function queried(query: URLSearchParams): DeleteOptions {
  const grace = query.get('gracePeriodSeconds')
  const propagationPolicy = query.get('propagationPolicy')
  const orphan = query.get('orphanDependents')
  const dryRun = query.getAll('dryRun')
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: wholeNumber(grace) }),
    ...(propagationPolicy === null ? {} : { propagationPolicy }),
    ...(orphan === null ? {} : { orphanDependents: orphan === 'true' }),
    ...(dryRun.length > 0 ? { dryRun } : {}),
  }
}

/** DELETE of one object: at once, or begun when it has time to end, finalizers, or dependents that go first. */
export async function remove(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info } = call
  const options = await optionsOf(call)
  const stored = await deps.objects.get(served.resource, info.namespace, info.name)
  if (!stored) throw notFound(served.resource, info.name)
  const result = await removeObject(deps, call, stored, options)
  if (!result.deleted) return objectAnswer(served, options.orphanDependents === false ? 202 : 200, result.stored)
  return served.resource.returnsDeleted
    ? objectAnswer(served, 200, result.stored)
    : gone(served.resource, result.stored)
}

function gone({ group, plural }: Resource, { object }: Stored): Answer {
  const { name = '', uid = '' } = object.metadata
  const body: StatusBody = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(group ? { group } : {}), kind: plural, uid },
  }
  return { form: 'object', status: 200, type: Status, apiVersion: 'v1', kind: 'Status', object: body }
}

/** What a deletion came to: the object as it is now, or as it last was. */
export interface Removed {
  readonly deleted: boolean
  readonly stored: Stored
}

/** Deletes, again when somebody else changed the object meanwhile. */
export async function removeObject(
  deps: VerbDeps,
  call: Call,
  first: Stored,
  options: DeleteOptions,
): Promise<Removed> {
  const { resource } = call.served
  const dryRun = options.dryRun?.includes('All') ?? false
  let current = first
  for (let round = 1; ; round++) {
    checkDeletion(resource, current, options.preconditions ?? {})
    const admitted = admissionRequest(call, 'DELETE', undefined, current.object, dryRun, {
      options: { ...options, kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/v1' },
    })
    await deps.admission.mutate(admitted)
    await deps.admission.validate(admitted)
    const policy = withDefaultPolicy(resource, call.served.apiVersion, current.object, options)
    const begun = beginDeletion(resource, current.object, policy, deps.clock.now())
    if (begun.outcome === 'unchanged') return { deleted: false, stored: current }
    const deleted = begun.outcome === 'gone'
    if (dryRun) return { deleted, stored: deleted ? current : asIf(resource, current, begun.object) }
    const written = deleted
      ? await reserved(
          deps,
          admitted,
          () => deps.objects.delete(resource, current),
          ({ outcome }) => (outcome === 'done' ? 'gone' : 'failed'),
        )
      : await deps.objects.put(resource, begun.object, current.revision)
    if (written.outcome === 'done') return { deleted, stored: written.stored }
    const { name = '' } = current.object.metadata
    if (!written.current) throw notFound(resource, name)
    if (round >= tries) throw conflict(resource, name, 'the object changed too often to be deleted')
    current = written.current
  }
}

/** What would be stored. */
const asIf = (resource: Resource, { key, revision }: Stored, object: KubeObject): Stored =>
  storedOf(resource, key, revision, encodeValue(resource, object))

/** How many objects of a collection are deleted side by side. */
const width = 16

/** DELETE of a collection: everything selected, each by the rules of one deletion. */
export async function removeCollection(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info, request } = call
  const options = await optionsOf(call)
  const predicate = predicateOf(served, info.namespace || undefined, request.query)
  const cache = await deps.objects.cache(served.resource)
  const wanted = listRevision(listOptions(request.query, false))
  const { listed, revision } = await listItems(deps, cache, predicate, wanted)
  const { items } = listed
  const one = async (stored: Stored) => {
    const { name = '', namespace = '' } = stored.object.metadata
    try {
      await removeObject(deps, { ...call, info: { ...info, name, namespace } }, stored, options)
    } catch (error) {
      // Somebody else deleted it: that is what was wanted.
      if (!is(error, 'NotFound')) throw error
    }
  }
  for (let start = 0; start < items.length; start += width)
    await Promise.all(items.slice(start, start + width).map(one))
  return listAnswer(served, listed, { resourceVersion: String(revision) })
}
