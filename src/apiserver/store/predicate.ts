import type { KubeObject } from '../../api/meta/objectMeta.ts'
import {
  type FieldSelector,
  parseFieldSelector,
  parseLabelSelector,
  type Selector,
  selectorMatches,
} from '../../api/meta/selectors.ts'
import { badRequest } from '../../api/meta/statusError.ts'
import type { Resource, ServedVersion } from '../../api/resource.ts'
import type { Stored } from '../contract.ts'
import { keyIn, prefixOf } from './codec.ts'

/** Which objects a list or watch is about. */
export interface Predicate {
  readonly namespace: string | undefined
  /** What the keys of all that is meant begin with. */
  readonly scope: string
  /** The one object, where metadata.name is selected. */
  readonly name: string | undefined
  /** An exact condition on a selectable field: answered from an index. */
  readonly indexed: { readonly field: string; readonly value: string } | undefined
  /** Everything in scope matches: no object need be looked at. */
  readonly all: boolean
  /** Whether an object in scope matches. */
  matches(object: KubeObject): boolean
  /** Whether something of this kind, from wherever, is in scope and matches. */
  covers(stored: Stored): boolean
}

/** Reads one selectable field of an object. */
function fieldOf(resource: Resource, field: string | undefined, asked: string): (object: KubeObject) => string {
  if (field === 'metadata.name') return object => object.metadata.name ?? ''
  if (field === 'metadata.namespace' && resource.namespaced) return object => object.metadata.namespace ?? ''
  const read = field === undefined ? undefined : resource.select?.[field]
  if (!read && !resource.select && !resource.custom)
    throw badRequest(
      `${JSON.stringify(asked)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
    )
  if (!read) throw badRequest(`field label not supported: ${asked}`)
  return read
}

/** Parses the selectors of a request; throws BadRequest for what is no selector or no selectable field. */
export function predicateOf(
  { resource, version }: { readonly resource: Resource; readonly version: ServedVersion<KubeObject> | undefined },
  namespace: string | undefined,
  query: URLSearchParams,
  name?: string,
): Predicate {
  const labels: Selector = parseLabelSelector(query.get('labelSelector') ?? '')
  const fields: FieldSelector = parseFieldSelector(query.get('fieldSelector') ?? '')
  const names = version?.fields
  // A condition on nothing is none.
  const conditions = fields
    .filter(({ field }) => field !== '')
    .map(({ field, operator, value }) => {
      const key = field.startsWith('metadata.') || !names ? field : names[field]
      return { key, exact: operator === '=', value, read: fieldOf(resource, key, field) }
    })
  const exact = (key: string) => conditions.find(condition => condition.key === key && condition.exact)?.value
  const indexed = conditions.find(
    condition => condition.exact && condition.value !== '' && resource.select?.[condition.key ?? ''],
  )
  const inNamespace = namespace || (resource.namespaced ? exact('metadata.namespace') : undefined)
  const scope = resource.namespaced && inNamespace ? keyIn(resource, inNamespace, '') : prefixOf(resource)
  const all = labels.length === 0 && conditions.length === 0 && name === undefined
  const matches = (object: KubeObject): boolean => {
    if (name !== undefined && object.metadata.name !== name) return false
    for (const { read, exact, value } of conditions) if ((read(object) === value) !== exact) return false
    return labels.length === 0 || selectorMatches(labels, object.metadata.labels)
  }
  const one = name ?? exact('metadata.name')
  // Keys end with names: of objects of other names nothing need be read.
  const keyMatches = (key: string) => key.startsWith(scope) && (one === undefined || key.endsWith(`/${one}`))
  return {
    namespace: inNamespace,
    scope,
    name: one,
    indexed: indexed && { field: indexed.key ?? '', value: indexed.value },
    all,
    matches,
    covers: stored => keyMatches(stored.key) && (all || matches(stored.object)),
  }
}
