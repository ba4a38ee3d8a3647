import type { ParamKind, ParamRef } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { labelSelectorMatches } from '../../../api/meta/selectors.ts'
import { toJson } from '../../../schema/codec/json.ts'
import { type Catalog, servedOf } from '../../catalog.ts'
import type { ObjectReader } from '../../contract.ts'
import type { Objects } from '../../store/objects.ts'
import type { Served } from '../../verbs/scope.ts'
import { toClient, typeOf } from '../../verbs/version.ts'

export interface ParamDeps {
  readonly objects: ObjectReader
  /** Opens the caches of custom kinds, which are read only when somebody asks. */
  readonly store: Pick<Objects, 'cache'>
  readonly catalog: Pick<Catalog, 'resources'>
}

/** How the kind of a policy's parameters is served; undefined: there is no such kind. */
export function servedKind({ apiVersion, kind }: ParamKind, { catalog }: ParamDeps): Served | undefined {
  for (const resource of catalog.resources)
    for (const [, served] of servedOf(resource))
      if (served.apiVersion === apiVersion && served.kind === kind) return served
  return undefined
}

/** A parameter in JSON, and what tells it from others. */
export interface Param {
  readonly id: string
  readonly value: unknown
}

const nothing: readonly Param[] = [{ id: '', value: null }]

/**
 * The parameters that a binding gives, each of which the policy is carried out with; one that is null when it has none.
 * Throws an Error, in upstream's words, when that is an error. Upstream's CollectParams.
 */
export async function collectParams(
  kind: Served | undefined,
  ref: ParamRef | undefined,
  namespace: string,
  { objects, store }: ParamDeps,
): Promise<readonly Param[]> {
  if (!kind || !ref) return nothing
  const { resource } = kind
  const { name = '', namespace: wanted = '', selector } = ref
  if (!resource.namespaced && wanted)
    throw new Error('paramRef.namespace must not be provided for a cluster-scoped `paramKind`')
  const place = resource.namespaced ? wanted || namespace : undefined
  if (place === '')
    throw new Error('cannot use namespaced paramRef in policy binding that matches cluster-scoped resources')
  if (name && selector) throw new Error('paramRef.name and paramRef.selector are mutually exclusive')
  if (!name && !selector) throw new Error('one of name or selector must be provided')
  await store.cache(resource)
  const one = name ? objects.get(resource, place, name) : undefined
  const found = name
    ? one
      ? [one]
      : []
    : objects.list(resource, place).filter(each => labelSelectorMatches(selector, each.metadata.labels ?? {}))
  if (!found.length && ref.parameterNotFoundAction === 'Deny')
    throw new Error('no params found for policy binding with `Deny` parameterNotFoundAction')
  return found.map(each => ({
    id: `${each.metadata.namespace ?? ''}/${each.metadata.name ?? ''}`,
    value: json(kind, each),
  }))
}

const json = (kind: Served, object: KubeObject): unknown => ({
  ...(toJson(typeOf(kind), toClient(kind, object)) as object),
  apiVersion: kind.apiVersion,
  kind: kind.kind,
})
