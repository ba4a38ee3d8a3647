import { APIGroup, APIGroupList, APIResourceList, APIVersions } from '../../api/index.ts'
import type { Type } from '../../schema/types.ts'
import { type Catalog, derived } from '../catalog.ts'
import type { Answer, PathHandler, ServerRequest } from '../contract.ts'
import { aggregatedDocument } from './aggregated.ts'
import { groupDocument, versionDocument } from './plain.ts'
import { rootPaths } from './root.ts'
import { type ServedGroup, servedGroups } from './served.ts'

type Document = (request: ServerRequest) => Answer

/** What the server serves: `/`, `/api`, `/apis` and what is below. All of it follows from the catalog. */
export function discoveryPaths(catalog: Catalog): PathHandler {
  const current = derived(catalog, () => documentsOf(servedGroups(catalog.resources, catalog.foreign)))
  // Whatever the method: upstream asks for none here.
  return (request, info) => {
    const path = info.path.length > 1 ? info.path.replace(/\/$/, '') : info.path
    return current().get(path)?.(request)
  }
}

function documentsOf(groups: readonly ServedGroup[]): ReadonlyMap<string, Document> {
  const documents = new Map<string, Document>()
  const core = groups.filter(group => group.name === '')
  const named = groups.filter(group => group.name !== '')
  const inCore = aggregatedDocument(core)
  const inNamed = aggregatedDocument(named)
  documents.set('/api', request => inCore(request) ?? versionsAnswer(core, request))
  documents.set('/apis', request => inNamed(request) ?? groupsAnswer(named))
  for (const group of groups) {
    if (group.name)
      documents.set(
        `/apis/${group.name}`,
        once(() => object(APIGroup, 'APIGroup', groupDocument(group))),
      )
    for (const version of group.versions) {
      // Another server tells of its own version.
      if (version.foreign) continue
      const path = group.name ? `/apis/${group.name}/${version.version}` : `/api/${version.version}`
      documents.set(
        path,
        once(() => object(APIResourceList, 'APIResourceList', versionDocument(version), group.name && 'v1')),
      )
    }
  }
  const root = once(() => rootPaths([...documents.keys(), ...groups.flatMap(foreignPaths)]))
  documents.set('/', root)
  return documents
}

const foreignPaths = ({ name, versions }: ServedGroup) =>
  versions.filter(version => version.foreign).map(({ version }) => `/apis/${name}/${version}`)

const object = <T>(type: Type<T>, kind: string, value: object, apiVersion = 'v1'): Answer => ({
  form: 'object',
  status: 200,
  type: type as Type<unknown>,
  apiVersion,
  kind,
  object: { apiVersion, kind, ...value },
})

/** The answer, made when it is first asked for. */
function once(make: () => Answer): Document {
  let made: Answer | undefined
  return () => {
    made ??= make()
    return made
  }
}

function versionsAnswer(core: readonly ServedGroup[], request: ServerRequest): Answer {
  const serverAddress = request.headers.host ?? request.headers[':authority'] ?? ''
  const told = {
    versions: core.flatMap(group => group.versions.map(each => each.version)),
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  }
  // What is older than groups does not say its own version.
  return object(APIVersions, 'APIVersions', told, '')
}

const groupsAnswer = (named: readonly ServedGroup[]): Answer =>
  object(APIGroupList, 'APIGroupList', { groups: named.map(groupDocument) })
