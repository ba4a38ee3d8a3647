import type { ListMeta } from '../../api/meta/objectMeta.ts'
import { badRequest, notFound } from '../../api/meta/statusError.ts'
import { listTypeOf } from '../content/lists.ts'
import type { Answer, Listed } from '../contract.ts'
import { isTrue } from '../requestInfo.ts'
import { predicateOf } from '../store/predicate.ts'
import { fresh, listItems } from './listItems.ts'
import { listOptions } from './listOptions.ts'
import { listRevision, parseVersion } from './revision.ts'
import type { Call, VerbDeps } from './scope.ts'
import { objectAnswer, toClient, typeOf } from './version.ts'

/** GET of one object, as it is now; a resourceVersion that is still to come is waited for. */
export async function get(deps: VerbDeps, { served, info, request }: Call): Promise<Answer> {
  const { objects } = deps
  if (isTrue(request.query.get('export')))
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported')
  const version = parseVersion(request.query.get('resourceVersion'), true)
  if (version) await fresh(deps, await objects.cache(served.resource), version)
  const stored = await objects.get(served.resource, info.namespace, info.name)
  if (!stored) throw notFound(served.resource, info.name)
  return objectAnswer(served, 200, stored)
}

/** GET of a collection: at one revision, cut into pages where asked for. */
export async function list(deps: VerbDeps, { served, info, request }: Call): Promise<Answer> {
  const { query } = request
  const predicate = predicateOf(served, info.namespace || undefined, query)
  const cache = await deps.objects.cache(served.resource)
  const { listed, revision, token, remaining } = await listItems(
    deps,
    cache,
    predicate,
    listRevision(listOptions(query, false)),
  )
  return listAnswer(served, listed, {
    resourceVersion: String(revision),
    // Upstream's lists of custom resources always tell it.
    ...(token ? { continue: token } : served.resource.custom ? { continue: '' } : {}),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  })
}

export function listAnswer(served: Call['served'], listed: Listed, metadata: ListMeta): Answer {
  const { apiVersion, kind, version } = served
  const listKind = served.resource.listKind ?? `${kind}List`
  return {
    form: 'object',
    status: 200,
    type: listTypeOf(typeOf(served)),
    apiVersion,
    kind: listKind,
    resource: served.resource,
    get object() {
      return {
        kind: listKind,
        apiVersion,
        metadata,
        items: listed.items.map(stored => toClient(served, stored.object)),
      }
    },
    ...(version ? {} : { list: { item: typeOf(served), metadata, listed } }),
  }
}
