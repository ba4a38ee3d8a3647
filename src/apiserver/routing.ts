import { badRequest, failure, methodNotAllowed, notFound } from '../api/meta/statusError.ts'
import type { Resource } from '../api/resource.ts'
import { applyCborPatch, mediaTypes, streamTypes } from './content/mediaTypes.ts'
import type { RequestInfo, ServerRequest } from './contract.ts'
import type { Call } from './verbs/scope.ts'

/**
 * Which paths and methods there are, and in which forms they are spoken, before any kind is looked at: upstream leaves
 * that to a router with words of its own.
 */

export const nothingHere = () => failure(404, 'NotFound', 'the server could not find the requested resource', {})
export const notAllowed = () =>
  failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {})

const every = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const methods: Readonly<Record<string, string>> = {
  get: 'GET',
  list: 'GET',
  watch: 'GET',
  create: 'POST',
  update: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
  deletecollection: 'DELETE',
}
const ofCollections = new Set(['list', 'create', 'deletecollection'])
const ofObjects = new Set(['get', 'update', 'patch', 'delete'])
/** Subresources that answer with bytes of somebody else's. */
const handedOn = new Set(['log', 'exec', 'attach', 'portforward', 'proxy'])

/** Throws NotFound, MethodNotAllowed, UnsupportedMediaType or NotAcceptable, in the words of upstream's router. */
export function checkRoute(call: Call): void {
  const { info, request } = call
  if (info.verb === 'proxy' || info.subresource === 'proxy') return
  const verbs = verbsAt(call)
  if (verbs.length === 0 || info.path.includes('//')) throw nothingHere()
  if (!verbs.some(verb => methods[verb] === request.method)) throw notAllowed()
  if (info.verb === 'patch') checkPatchType(request)
  if (!handedOn.has(info.subresource))
    checkAccept(request, request.method === 'GET' && info.subresource === '' && !namedIn(info))
}

/** Whether a custom resource is asked for where it has no place: upstream has no page there. */
export const isNowhere = ({ served, info }: Call): boolean =>
  served.resource.namespaced && info.namespace === '' && info.verb !== 'list' && info.verb !== 'watch'

/** As `checkRoute`, of custom resources, which upstream answers without its router, in other words. */
export function checkCustomRoute({ served: { resource }, info }: Call): void {
  const { verb, name, subresource } = info
  if (subresource !== '') {
    if (!resource.subresources?.[subresource]) throw notFound(resource, name)
    if (!viewVerbs.includes(verb)) throw methodNotAllowed(resource, verb)
    return
  }
  if (!every.includes(verb)) throw methodNotAllowed(resource, verb)
  if (name === '' && (verb === 'update' || verb === 'patch')) throw badRequest('name must be provided')
}

/** The verbs that the path of a request knows; none: there is no such path. */
function verbsAt({ served, info }: Call): readonly string[] {
  const { resource, version } = served
  const { namespace, name, subresource } = info
  if (namespace !== '' && !resource.namespaced && resource.plural !== 'namespaces') return []
  if (subresource !== '') {
    const found = version?.subresources?.[subresource] ?? resource.subresources?.[subresource]
    if (!found || info.rest !== '') return []
    return 'verbs' in found && found.verbs ? found.verbs : viewVerbs
  }
  return inPlace(resource, namespace, namedIn(info) ? name : '')
}

const viewVerbs = ['get', 'patch', 'update']

/** A name may also come from a field selector: then it does not stand in the path. */
const namedIn = ({ path, name }: RequestInfo): boolean => name !== '' && path.replace(/\/$/, '').endsWith(`/${name}`)

function inPlace({ namespaced, verbs, virtual }: Resource, namespace: string, name: string): readonly string[] {
  const all = verbs ?? (virtual ? ['create'] : every)
  if (name !== '') return namespaced && namespace === '' ? [] : all.filter(verb => ofObjects.has(verb))
  if (!namespaced || namespace !== '') return all.filter(verb => ofCollections.has(verb))
  return all.filter(verb => verb === 'list')
}

const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
]

function checkPatchType({ headers, cbor }: ServerRequest): void {
  const sent = (headers['content-type'] ?? '').split(',').map(plain)
  const known = cbor ? [...patchTypes, applyCborPatch] : patchTypes
  if (!sent.some(type => known.includes(type)))
    throw failure(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {})
}

function checkAccept({ headers, cbor }: ServerRequest, streams: boolean): void {
  if (!headers.accept) return
  const known = Object.entries(mediaTypes).flatMap(([format, type]) => (format === 'cbor' && !cbor ? [] : [type]))
  const offered = streams ? [...known, ...streamTypes(cbor === true)] : known
  const accepted = headers.accept.split(',').map(plain)
  if (accepted.some(type => type === '*/*' || offered.includes(type))) return
  const words = `406: Not Acceptable\n\nAvailable representations: ${offered.join(', ')}`
  throw failure(406, 'NotAcceptable', words, {})
}

/** A media type without its parameters. */
const plain = (text: string): string => (text.split(';', 1)[0] ?? '').trim()

const readOnly =
  /^\/(?:api|api\/[^/]+|apis\/[^/]+\/[^/]+|version|\.well-known\/openid-configuration|openid\/v1\/jwks)\/?$/

/** Whether a path that is no kind's can be read only. */
export const isReadOnly = (path: string): boolean => readOnly.test(path)
