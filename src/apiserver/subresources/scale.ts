import { type OldScale, oldScaleOf, oldScales } from '../../api/autoscaling/oldScale.ts'
import { scaleColumns } from '../../api/autoscaling/scale.ts'
import { Scale } from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { invalid, methodNotAllowed, notFound } from '../../api/meta/statusError.ts'
import { type Resource, resource, type ScaleSubresource } from '../../api/resource.ts'
import { invalid as invalidValue } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { Type } from '../../schema/types.ts'
import { readBody } from '../content/body.ts'
import type { AdmittedBody, Answer, Stored } from '../contract.ts'
import {
  apply,
  isServedIn,
  managersAfterScale,
  managersOfScale,
  type ReplicasPath,
  track,
} from '../fieldManager/index.ts'
import { configIn, tellDuplicates } from '../verbs/applied.ts'
import { checkKind, type WriteQuery, writeQuery } from '../verbs/body.ts'
import { isApplyPatch, patched } from '../verbs/patch.ts'
import type { Call, Served, VerbDeps } from '../verbs/scope.ts'
import { checkName } from '../verbs/update.ts'
import { updateObject } from '../verbs/updateObject.ts'

/** What a Scale is, where verbs want to know: nothing of it is stored. */
const scales = resource<Scale>({
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  plural: 'scales',
  namespaced: true,
  type: Scale,
  columns: scaleColumns,
  virtual: true,
})
const served: Served = {
  resource: scales as unknown as Resource,
  version: undefined,
  apiVersion: scales.apiVersion,
  kind: scales.kind,
}

/** `scale`: how many there should be and are, of any kind that has the subresource. */
export async function scale(deps: VerbDeps, call: Call): Promise<Answer> {
  const { info } = call
  const { resource } = call.served
  const view = resource.subresources?.scale as ScaleSubresource<KubeObject>
  const stored = await deps.objects.get(resource, info.namespace, info.name)
  if (!stored) throw notFound(resource, info.name)
  if (info.verb === 'get') return answer(call, scaleOf(view, stored.object))
  if (info.verb !== 'update' && info.verb !== 'patch') throw methodNotAllowed(resource, info.verb)
  const isApply = info.verb === 'patch' && isApplyPatch(call)
  const query = writeQuery(call.request, info.verb === 'patch' ? 'PatchOptions' : 'UpdateOptions', isApply)
  const inner: Call = { ...call, served }
  const change = isApply
    ? await appliedScale(deps, inner, query)
    : await changedScale(deps, inner, query, oldVersion(call.served))
  const replicas: ReplicasPath = {
    path: (view.replicasPath ?? ['spec', 'replicas']).map(name => `f:${name}`),
    isServed: apiVersion => isServedIn(call.served, apiVersion),
  }
  const { stored: updated } = await updateObject(deps, call, stored, {
    view: undefined,
    dryRun: query.dryRun,
    body: bodyOf(view),
    async change(old) {
      const { managedFields } = old.object.metadata
      const before = scaleOf(view, old.object)
      const managers = managersOfScale(managedFields, replicas)
      if (managers) before.metadata = { ...before.metadata, managedFields: managers }
      const next = await change({ key: old.key, revision: old.revision, json: old.json, object: before })
      checkScale(next, info.name)
      const object = scaled(view, old.object, next)
      const entries = managersAfterScale(managedFields, next.metadata.managedFields, call.served.apiVersion, replicas)
      const { managedFields: _, ...metadata } = object.metadata
      object.metadata = entries ? { ...metadata, managedFields: entries } : metadata
      return object
    },
  })
  return answer(call, scaleOf(view, updated.object))
}

/** Admission sees the Scale, and may change how many there are to be. */
const bodyOf = (view: ScaleSubresource<KubeObject>): AdmittedBody => ({
  apiVersion: scales.apiVersion,
  kind: scales.kind,
  type: Scale as Type<unknown>,
  show: object => scaleOf(view, object as KubeObject),
  take: (object, changed) => view.setReplicas(object as KubeObject, (changed as Scale).spec.replicas ?? 0),
})

/** A version whose `scale` has a kind of its own. */
interface OldVersion {
  readonly apiVersion: string
  readonly type: Type<OldScale>
}

function oldVersion({ apiVersion }: Served): OldVersion | undefined {
  const type = oldScales[apiVersion]
  return type && { apiVersion, type }
}

/** Answers a Scale in the form that the version of the request has for it. */
function answer({ served: { apiVersion } }: Call, object: Scale): Answer {
  const old = oldScales[apiVersion]
  const { kind } = scales
  return old
    ? {
        form: 'object',
        status: 200,
        type: old as Type<unknown>,
        apiVersion,
        kind,
        object: oldScaleOf(apiVersion, object),
      }
    : {
        form: 'object',
        status: 200,
        type: Scale as Type<unknown>,
        apiVersion: scales.apiVersion,
        kind,
        object,
        resource: served.resource,
      }
}

function scaleOf(view: ScaleSubresource<KubeObject>, object: KubeObject): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const selector = view.selector(object)
  const replicas = view.replicas(object)
  return {
    kind: scales.kind,
    apiVersion: scales.apiVersion,
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: view.statusReplicas(object), ...(selector ? { selector } : {}) },
  }
}

/** Makes the new Scale of the old one, with its managers. */
type Change = (old: Stored) => Promise<Scale>

async function changedScale(
  deps: VerbDeps,
  call: Call,
  { validation, manager }: WriteQuery,
  old: OldVersion | undefined,
): Promise<Change> {
  const wanted = call.info.verb === 'patch' ? await patched(call, validation) : await sentScale(call, validation, old)
  return async old => {
    const next = wanted(old) as Scale
    await track(deps, call, old.object, next, manager)
    return next
  }
}

async function appliedScale(deps: VerbDeps, call: Call, { validation, manager, force }: WriteQuery): Promise<Change> {
  const { config, duplicates } = await configIn(call.request)
  return async old => {
    const next = (await apply(deps, call, old.object, { manager, force, config })) as Scale
    tellDuplicates(call.request, duplicates, validation)
    if (next.metadata.resourceVersion === old.object.metadata.resourceVersion) delete next.metadata.resourceVersion
    return next
  }
}

/** What is wanted stands in the same place in all of them. */
async function sentScale(
  { request }: Call,
  validation: WriteQuery['validation'],
  old: OldVersion | undefined,
): Promise<() => Scale> {
  const expected = { apiVersion: old?.apiVersion ?? scales.apiVersion, kind: scales.kind }
  const body = await readBody(request, expected)
  checkKind(body, expected)
  const object = body.decode((old?.type ?? Scale) as Type<Scale>, validation, text => void request.warnings.push(text))
  return () => ({ ...object, apiVersion: scales.apiVersion, metadata: { ...object.metadata } })
}

function checkScale({ metadata, spec }: Scale, name: string): void {
  checkName(metadata.name, name)
  const replicas = spec.replicas ?? 0
  if (replicas >= 0) return
  const error = invalidValue(at('spec', 'replicas'), replicas, 'must be greater than or equal to 0')
  throw invalid({ group: scales.group, kind: scales.kind }, name, [error])
}

/** The object with other replicas; what else the Scale says of it are conditions upon the write. */
function scaled(view: ScaleSubresource<KubeObject>, old: KubeObject, { metadata, spec }: Scale): KubeObject {
  const object = structuredClone(old)
  const { resourceVersion, uid } = metadata
  object.metadata = { ...object.metadata, resourceVersion, ...(uid ? { uid } : {}) }
  view.setReplicas(object, spec.replicas ?? 0)
  return object
}
