import { createHash } from 'node:crypto'
import { type APIGroupDiscovery, APIGroupDiscoveryList, type APIResourceDiscovery } from '../../api/index.ts'
import { wrap } from '../../schema/codec/envelope.ts'
import { encodeJson } from '../../schema/codec/json.ts'
import { encodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Answer, ServerRequest } from '../contract.ts'
import type { ServedGroup, ServedResource } from './served.ts'

const json = 'application/json'
const protobuf = 'application/vnd.kubernetes.protobuf'
const group = 'apidiscovery.k8s.io'

/** Which aggregated form a client likes best; undefined: it wants the older documents. */
interface Wanted {
  readonly mediaType: typeof json | typeof protobuf
  readonly version: 'v2' | 'v2beta1'
}

/** One document with all groups under a root, made at first use and kept in each form. */
export function aggregatedDocument(groups: readonly ServedGroup[]): (request: ServerRequest) => Answer | undefined {
  const items = groups.map(describeGroup)
  const kept = new Map<string, { readonly body: Uint8Array; readonly etag: string }>()
  const encoded = (wanted: Wanted) => {
    const key = `${wanted.mediaType};${wanted.version}`
    const known = kept.get(key)
    if (known) return known
    const kind = { apiVersion: `${group}/${wanted.version}`, kind: 'APIGroupDiscoveryList' }
    const list: APIGroupDiscoveryList = { ...kind, metadata: {}, items }
    const body =
      wanted.mediaType === json
        ? Buffer.from(encodeJson(APIGroupDiscoveryList, list))
        : wrap(kind, encodeProtobuf(APIGroupDiscoveryList, list))
    const made = { body, etag: `"${createHash('sha512').update(body).digest('hex').toUpperCase()}"` }
    kept.set(key, made)
    return made
  }
  return request => {
    const wanted = wantedForm(request.headers.accept)
    if (!wanted) return undefined
    const { body, etag } = encoded(wanted)
    const headers = { etag, vary: 'Accept', 'cache-control': 'public' }
    const contentType = `${wanted.mediaType};g=${group};v=${wanted.version};as=APIGroupDiscoveryList`
    if (request.headers['if-none-match'] === etag) return { form: 'text', status: 304, contentType, body: '', headers }
    return { form: 'text', status: 200, contentType, body, headers }
  }
}

/** Reads an Accept header: the first form that is known decides, an ordinary one included. */
function wantedForm(accept: string | undefined): Wanted | undefined {
  for (const clause of (accept ?? '').split(',')) {
    const [type = '', ...parameters] = clause.split(';').map(part => part.trim())
    const mediaType =
      type === json || type === '*/*' || type === 'application/*' ? json : type === protobuf ? protobuf : undefined
    if (!mediaType) continue
    const told = new Map(parameters.map(part => part.split('=', 2) as [string, string]))
    if (told.get('as') === undefined) return undefined
    const version = told.get('v')
    if (told.get('as') !== 'APIGroupDiscoveryList' || told.get('g') !== group) continue
    if (version === 'v2' || version === 'v2beta1') return { mediaType, version }
  }
  return undefined
}

function describeGroup({ name, versions }: ServedGroup): APIGroupDiscovery {
  return {
    metadata: name ? { name } : {},
    versions: versions.map(({ version, resources, freshness }) => ({
      version,
      resources: resources.map(describe),
      freshness,
    })),
  }
}

function describe(resource: ServedResource): APIResourceDiscovery {
  const { name, singular, kind, namespaced, verbs, short, categories, subresources, of } = resource
  return {
    resource: name,
    responseKind: { group: of?.group ?? '', version: of?.version ?? '', kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs: [...verbs],
    ...(short.length > 0 ? { shortNames: [...short] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    ...(subresources.length > 0
      ? {
          subresources: subresources.map(each => ({
            subresource: each.name,
            responseKind: { group: each.group, version: each.version, kind: each.kind },
            verbs: [...each.verbs],
          })),
        }
      : {}),
  }
}
