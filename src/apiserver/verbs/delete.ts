import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { deleteOptionRules } from '../../api/meta/optionRules.ts'
import { DeleteOptions } from '../../api/meta/options.ts'
import { Status } from '../../api/meta/status.ts'
import { conflict, invalid, is, notFound, type StatusBody } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { readBody } from '../content/body.ts'
import type { Answer, Stored } from '../contract.ts'
import { predicateOf } from '../store/predicate.ts'
import { listItems } from './listItems.ts'
import { listOptions } from './listOptions.ts'
import { listAnswer, named } from './read.ts'
import { listRevision } from './revision.ts'
import type { Call, VerbDeps } from './scope.ts'
import { objectAnswer } from './version.ts'
import { admissionRequest, contextOf, held } from './write.ts'

const foreground = 'foregroundDeletion'
const orphan = 'orphan'
const tries = 20

/** Options of a deletion: from the body, or from the query of clients that send none. */
async function optionsOf({ request }: Call): Promise<DeleteOptions> {
  const body = await readBody(request, 'DeleteOptions')
  const options: DeleteOptions = body ? body.decode(DeleteOptions, 'DeleteOptions') : {}
  const { query } = request
  const grace = query.get('gracePeriodSeconds')
  const propagation = query.get('propagationPolicy')
  if (grace !== null && options.gracePeriodSeconds === undefined) options.gracePeriodSeconds = Number(grace)
  if (propagation !== null) options.propagationPolicy ??= propagation
  if (query.getAll('dryRun').includes('All')) options.dryRun = ['All']
  const errors = deleteOptionRules(options)
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors)
  return options
}

/** DELETE of one object: at once, or begun when it has time to end, finalizers, or dependents that go first. */
export async function remove(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info } = call
  const options = await optionsOf(call)
  const stored = await deps.objects.get(served.resource, info.namespace, info.name)
  if (!stored) throw notFound(named(served), info.name)
  const result = await removeObject(deps, call, stored, options)
  if (result.deleted) return statusAnswer(served.resource, stored)
  const waits = options.orphanDependents === false || options.propagationPolicy === 'Foreground'
  return objectAnswer(served, waits && options.orphanDependents === false ? 202 : 200, result.stored)
}

function statusAnswer(resource: Resource, { object }: Stored): Answer {
  const { name = '', uid = '' } = object.metadata
  const body: StatusBody = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...(resource.group ? { group: resource.group } : {}), kind: resource.plural, uid },
  }
  return { form: 'object', status: 200, type: Status, apiVersion: 'v1', kind: 'Status', object: body }
}

/** Deletes, again when somebody else changed the object meanwhile. */
export async function removeObject(
  deps: VerbDeps,
  call: Call,
  first: Stored,
  options: DeleteOptions,
): Promise<{ deleted: boolean; stored: Stored }> {
  const { resource } = call.served
  const dryRun = options.dryRun?.includes('All') ?? false
  let current = first
  for (let round = 1; ; round++) {
    checkPreconditions(resource, current, options)
    await deps.admission.validate(admissionRequest(call, 'DELETE', undefined, current.object, dryRun))
    const next = begun(deps, call, current.object, options)
    if (next === 'unchanged') return { deleted: false, stored: current }
    if (dryRun) return { deleted: next === 'gone', stored: current }
    const written =
      next === 'gone'
        ? await deps.objects.delete(resource, current)
        : await deps.objects.put(resource, next, current.revision)
    if (written.outcome === 'done') return { deleted: next === 'gone', stored: written.stored }
    const { name = '' } = current.object.metadata
    if (!written.current) throw notFound(resource, name)
    if (round >= tries) throw conflict(resource, name, 'the object changed too often to be deleted')
    current = written.current
  }
}

function checkPreconditions(resource: Resource, { object, revision }: Stored, { preconditions }: DeleteOptions): void {
  const { name = '', uid } = object.metadata
  if (preconditions?.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      resource,
      name,
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`,
    )
  }
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== String(revision)) {
    throw conflict(
      resource,
      name,
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${revision}`,
    )
  }
}

/** The finalizers a policy asks for: foreground waits for dependents, orphan sets them free. */
function finalizersAfter(object: KubeObject, { propagationPolicy, orphanDependents }: DeleteOptions): string[] {
  const before = object.metadata.finalizers ?? []
  const policy =
    propagationPolicy ?? (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background')
  if (policy === undefined) return before
  const others = before.filter(each => each !== foreground && each !== orphan)
  if (policy === 'Orphan') return [...others, orphan]
  return policy === 'Foreground' ? [...others, foreground] : others
}

/** What a deletion makes of the object: gone, or there for a while with its end marked; `unchanged` when that was so already. */
function begun(
  deps: VerbDeps,
  call: Call,
  object: KubeObject,
  options: DeleteOptions,
): KubeObject | 'gone' | 'unchanged' {
  const { resource } = call.served
  const { metadata } = object
  const finalizers = finalizersAfter(object, options)
  const asked =
    options.gracePeriodSeconds === undefined
      ? undefined
      : Math.max(options.gracePeriodSeconds, options.gracePeriodSeconds < 0 ? 1 : 0)
  const deleting = metadata.deletionTimestamp !== undefined
  const known = metadata.deletionGracePeriodSeconds ?? 0
  let grace = resource.grace?.(object, asked) ?? 0
  // A deletion under way can be hastened, never drawn out.
  if (deleting) grace = asked === undefined ? known : Math.min(grace, known)
  const waits = finalizers.length > 0 || held(resource, { ...object, metadata: { ...metadata, finalizers } })
  if (grace === 0 && !waits) return 'gone'
  const sameFinalizers =
    finalizers.length === (metadata.finalizers?.length ?? 0) &&
    finalizers.every(each => metadata.finalizers?.includes(each))
  if (deleting && grace === known && sameFinalizers) return 'unchanged'
  const { now } = contextOf(deps, call)
  const end = deleting && grace === known ? metadata.deletionTimestamp : formatTime(now + grace * 1000)
  const { finalizers: _, ...rest } = metadata
  const next: KubeObject = {
    ...object,
    metadata: {
      ...rest,
      deletionTimestamp: end,
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length > 0 ? { finalizers } : {}),
      ...(deleting || metadata.generation === undefined ? {} : { generation: metadata.generation + 1 }),
    },
  }
  if (!deleting) resource.deletion?.begin?.(next)
  return next
}

/** DELETE of a collection: everything selected, each by the rules of one deletion. */
export async function removeCollection(deps: VerbDeps, call: Call): Promise<Answer> {
  const { served, info, request } = call
  const options = await optionsOf(call)
  const predicate = predicateOf(served.resource, info.namespace || undefined, request.query)
  const cache = await deps.objects.cache(served.resource)
  const { items, revision } = await listItems(deps, cache, predicate, listRevision(listOptions(request.query, false)))
  const width = 16
  for (let start = 0; start < items.length; start += width) {
    await Promise.all(
      items.slice(start, start + width).map(async stored => {
        try {
          await removeObject(deps, call, stored, options)
        } catch (error) {
          if (!is(error, 'NotFound')) throw error
        }
      }),
    )
  }
  return listAnswer(served, items, { resourceVersion: String(revision) })
}
