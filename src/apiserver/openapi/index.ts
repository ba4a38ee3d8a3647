import { notAcceptable } from '../../api/meta/statusError.ts'
import type { Catalog } from '../catalog.ts'
import type { Answer, PathHandler, ServerRequest } from '../contract.ts'
import { createDocuments, type Documents, type Made } from './documents.ts'

const v2 = '/openapi/v2'
const v3 = '/openapi/v3'
const json = 'application/json'
const protobuf = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'
/** What kubectl calls it; no answer can, since `@` may not stand in a media type. */
const protobufNames = [protobuf, 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf']

/** `/openapi/v3`, the list of documents, one per group and version; and `/openapi/v2`, all schemas in one. */
export function openapiPaths(catalog: Catalog): PathHandler {
  const documents = createDocuments(catalog)
  return (request, info) => {
    if (info.path === v2) return wholeAnswer(documents, request)
    if (info.path === v3 || info.path === `${v3}/`) return indexAnswer(documents, request)
    return info.path.startsWith(`${v3}/`) ? groupAnswer(documents, request, info.path.slice(v3.length + 1)) : undefined
  }
}

async function indexAnswer(documents: Documents, request: ServerRequest): Promise<Answer> {
  acceptJson(request)
  const paths: Record<string, { serverRelativeURL: string }> = {}
  for (const path of documents.paths) {
    const hash = await documents.hash(path)
    if (hash) paths[path] = { serverRelativeURL: `${v3}/${path}?hash=${hash}` }
  }
  return { form: 'text', status: 200, contentType: json, body: JSON.stringify({ paths }) }
}

async function groupAnswer(documents: Documents, request: ServerRequest, path: string): Promise<Answer | undefined> {
  const made = await documents.v3(path)
  if (!made) return undefined
  acceptJson(request)
  const asked = request.query.get('hash')
  if (asked && asked !== made.hash) {
    // The document has changed since: this is where it is now.
    const headers = { location: `${v3}/${path}?hash=${made.hash}` }
    return { form: 'text', status: 301, contentType: 'text/plain', body: '', headers }
  }
  return answerOf(request, made, json, asked ? 'public, immutable, max-age=31536000' : 'no-cache')
}

async function wholeAnswer(documents: Documents, request: ServerRequest): Promise<Answer> {
  const accepted = mediaTypes(request)
  const first = accepted.find(type => protobufNames.includes(type) || isJson(type))
  if (first === undefined && accepted.length > 0) throw notAcceptable([json, protobuf])
  const binary = first !== undefined && protobufNames.includes(first)
  const made = await documents.v2(binary ? 'protobuf' : 'json')
  return answerOf(request, made, binary ? protobuf : json, 'no-cache')
}

function answerOf(request: ServerRequest, made: Made, contentType: string, caching: string): Answer {
  const etag = `"${made.hash}"`
  const headers = { etag, vary: 'Accept', 'cache-control': caching }
  if (request.headers['if-none-match'] === etag) return { form: 'text', status: 304, contentType, body: '', headers }
  return { form: 'text', status: 200, contentType, body: made.body, headers }
}

/** What the client accepts, in its order; empty when it does not say. */
const mediaTypes = ({ headers }: ServerRequest) =>
  (headers.accept ?? '')
    .split(',')
    .map(clause => clause.split(';', 1)[0]?.trim() ?? '')
    .filter(type => type !== '')

const isJson = (type: string) => type === json || type === 'application/*' || type === '*/*'

function acceptJson(request: ServerRequest): void {
  const accepted = mediaTypes(request)
  if (accepted.length > 0 && !accepted.some(isJson)) throw notAcceptable([json])
}
