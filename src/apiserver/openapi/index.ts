import { createHash } from 'node:crypto'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { notAcceptable } from '../../api/meta/statusError.ts'
import type { Resource, ServedVersion } from '../../api/resource.ts'
import type { Type } from '../../schema/types.ts'
import type { Answer, PathHandler, ServerRequest } from '../contract.ts'
import { type ServedResource, servedGroups } from '../discovery/served.ts'
import { readDescriptions } from './descriptions.ts'
import { groupDocument, type Member } from './document.ts'

const root = '/openapi/v3'
const json = 'application/json'

/** A document in its bytes. */
interface Made {
  readonly body: Buffer
  readonly hash: string
}

/**
 * `/openapi/v3`: the list of documents, and one document per group and version. Nothing is made before it is asked for;
 * what was made is kept.
 */
export function openapiPaths(resources: readonly Resource[]): PathHandler {
  const versions = new Map(
    servedGroups(resources).flatMap(group =>
      group.versions.map(({ version, resources: served }) => {
        const path = group.name ? `apis/${group.name}/${version}` : `api/${version}`
        return [
          path,
          { group: group.name, version, members: served.map(each => memberOf(resources, group.name, version, each)) },
        ]
      }),
    ),
  )
  const kept = new Map<string, Made>()
  let descriptions: ReturnType<typeof readDescriptions> | undefined
  const documentOf = async (path: string): Promise<Made | undefined> => {
    const known = kept.get(path)
    const asked = versions.get(path)
    if (known || !asked) return known
    descriptions ??= readDescriptions()
    const describe = await descriptions
    const body = Buffer.from(JSON.stringify(groupDocument(asked.group, asked.version, asked.members, describe)))
    const made = { body, hash: createHash('sha512').update(body).digest('hex').toUpperCase() }
    kept.set(path, made)
    return made
  }
  const index = async (): Promise<Answer> => {
    const paths: Record<string, { serverRelativeURL: string }> = {}
    for (const path of [...versions.keys()].sort()) {
      const made = await documentOf(path)
      if (made) paths[path] = { serverRelativeURL: `${root}/${path}?hash=${made.hash}` }
    }
    return { form: 'text', status: 200, contentType: json, body: JSON.stringify({ paths }) }
  }

  return async (request, info) => {
    if (info.path !== root && !info.path.startsWith(`${root}/`)) return undefined
    const path = info.path.slice(root.length + 1)
    if (path !== '' && !versions.has(path)) return undefined
    if (!acceptsJson(request.headers.accept)) throw notAcceptable([json])
    if (path === '') return index()
    const made = await documentOf(path)
    return made && answerOf(request, path, made)
  }
}

function answerOf(request: ServerRequest, path: string, { body, hash }: Made): Answer {
  const etag = `"${hash}"`
  const asked = request.query.get('hash')
  if (asked && asked !== hash) {
    // The document has changed since: this is where it is now.
    const headers = { location: `${root}/${path}?hash=${hash}` }
    return { form: 'text', status: 301, contentType: 'text/plain', body: '', headers }
  }
  const headers = {
    etag,
    vary: 'Accept',
    'cache-control': asked ? 'public, immutable, max-age=31536000' : 'no-cache',
  }
  if (request.headers['if-none-match'] === etag)
    return { form: 'text', status: 304, contentType: json, body: '', headers }
  return { form: 'text', status: 200, contentType: json, body, headers }
}

const acceptsJson = (accept: string | undefined) =>
  !accept || accept.split(',').some(clause => /^\s*(application\/json|application\/\*|\*\/\*)\s*(;|$)/.test(clause))

function memberOf(resources: readonly Resource[], group: string, version: string, served: ServedResource): Member {
  for (const resource of resources) {
    if (resource.group === group && resource.version === version && resource.plural === served.name) {
      return { resource, served, type: resource.type as Type<unknown> }
    }
    const other = resource.versions?.find(each => isServed(each, resource, group, version, served.name))
    if (other) return { resource, served, type: other.type }
  }
  throw new Error(`describing ${group}/${version}: nobody declares ${served.name}`)
}

const isServed = (
  each: ServedVersion<KubeObject>,
  resource: Resource,
  group: string,
  version: string,
  plural: string,
) => each.group === group && each.version === version && (each.plural ?? resource.plural) === plural
