import type { ServedResource, ServedSubresource } from '../discovery/served.ts'
import {
  deleteParameters,
  listParameters,
  nameParameter,
  namespaceParameter,
  type Parameter,
  patchParameters,
  pathParameter,
  prettyParameter,
  writeParameters,
} from './parameters.ts'

type Item = Record<string, unknown>

/** One resource in one version, with the definitions its requests carry. */
export interface Described {
  readonly group: string
  readonly version: string
  readonly served: ServedResource
  /** Definition names. */
  readonly type: string
  readonly listType: string
  /** A custom resource: it has no protobuf, and no strategic merge. */
  readonly custom: boolean
  /** Definition name of a subresource's body; undefined for plain text and connections. */
  subresourceType(name: string): string | undefined
}

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const mediaTypes = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml']
const customMediaTypes = ['application/json', 'application/yaml']
const patchTypes = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]

/** The paths of a resource and its subresources. */
export function resourcePaths(described: Described): Record<string, Item> {
  const { group, version, served } = described
  const base = group ? `/apis/${group}/${version}` : `/api/${version}`
  const paths: Record<string, Item> = {}
  const collection = served.namespaced ? `${base}/namespaces/{namespace}/${served.name}` : `${base}/${served.name}`
  const space = served.namespaced ? [namespaceParameter] : []
  const add = (path: string, parameters: readonly Parameter[], operations: Item) => {
    if (Object.keys(operations).length > 0)
      paths[path] = { ...operations, parameters: [...parameters, prettyParameter] }
  }
  const has = (verb: string) => served.verbs.includes(verb)
  add(collection, space, {
    ...(has('list')
      ? { get: operation(described, 'list', { answer: described.listType, parameters: listParameters }) }
      : {}),
    ...(has('create')
      ? {
          post: operation(described, 'post', {
            answer: described.type,
            body: described.type,
            parameters: writeParameters,
          }),
        }
      : {}),
    ...(has('deletecollection')
      ? {
          delete: operation(described, 'deletecollection', {
            answer: `${meta}.Status`,
            parameters: [...listParameters, ...deleteParameters],
          }),
        }
      : {}),
  })
  add(`${collection}/{name}`, [nameParameter(served.kind), ...space], objectOperations(described))
  if (served.namespaced && has('list')) {
    add(`${base}/${served.name}`, [], {
      get: operation(described, 'list', { answer: described.listType, parameters: listParameters }),
    })
  }
  for (const subresource of served.subresources) {
    const path = `${collection}/{name}/${subresource.name}`
    const parameters = [nameParameter(served.kind), ...space]
    add(path, parameters, subresourceOperations(described, subresource))
    if (subresource.name === 'proxy') {
      add(`${path}/{path}`, [...parameters, pathParameter], subresourceOperations(described, subresource))
    }
  }
  return paths
}

function objectOperations(described: Described): Item {
  const { served, type } = described
  const has = (verb: string) => served.verbs.includes(verb)
  return {
    ...(has('get') ? { get: operation(described, 'get', { answer: type }) } : {}),
    ...(has('update')
      ? { put: operation(described, 'put', { answer: type, body: type, parameters: writeParameters }) }
      : {}),
    ...(has('patch') ? { patch: operation(described, 'patch', { answer: type, parameters: patchParameters }) } : {}),
    ...(has('delete')
      ? {
          delete: operation(described, 'delete', {
            answer: `${meta}.Status`,
            body: `${meta}.DeleteOptions`,
            parameters: deleteParameters,
          }),
        }
      : {}),
  }
}

function subresourceOperations(described: Described, subresource: ServedSubresource): Item {
  const type = described.subresourceType(subresource.name)
  const has = (verb: string) => subresource.verbs.includes(verb)
  const body = type ? { body: type } : {}
  const answer = type ? { answer: type } : {}
  const about = { ...described, served: { ...described.served, kind: subresource.kind } }
  const of = {
    subresource,
    group: subresource.group || described.group,
    version: subresource.version || described.version,
  }
  return {
    ...(has('get') ? { get: operation(about, type ? 'get' : 'connect', { ...answer, of }) } : {}),
    ...(has('create')
      ? { post: operation(about, type ? 'post' : 'connect', { ...answer, ...body, of, parameters: writeParameters }) }
      : {}),
    ...(has('update') ? { put: operation(about, 'put', { ...answer, ...body, of, parameters: writeParameters }) } : {}),
    ...(has('patch') ? { patch: operation(about, 'patch', { ...answer, of, parameters: patchParameters }) } : {}),
    ...(has('delete') ? { delete: operation(about, 'connect', { ...answer, of }) } : {}),
  }
}

interface OperationOptions {
  readonly answer?: string
  readonly body?: string
  readonly parameters?: readonly Parameter[]
  readonly of?: { readonly subresource: ServedSubresource; readonly group: string; readonly version: string }
}

const words: Readonly<Record<string, string>> = {
  list: 'list or watch objects of kind',
  post: 'create a',
  deletecollection: 'delete a collection of',
  get: 'read the specified',
  put: 'replace the specified',
  patch: 'partially update the specified',
  delete: 'delete a',
  connect: 'connect requests to',
}

function operation({ group, version, served, custom }: Described, action: string, options: OperationOptions): Item {
  const reference = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } })
  const spoken = custom ? customMediaTypes : mediaTypes
  const content = (name: string) => Object.fromEntries(spoken.map(type => [type, reference(name)]))
  const status = action === 'post' ? '201' : '200'
  const answer = options.answer
    ? { content: content(options.answer) }
    : { content: { '*/*': { schema: { type: 'string' } } } }
  const tag = `${groupTitle(group).toLowerCase()}_${version}`
  return {
    description: `${words[action]} ${served.kind}`,
    operationId: operationId(group, version, served, action, options.of?.subresource.name),
    ...(options.parameters ? { parameters: options.parameters } : {}),
    ...bodyOf(action, options, custom),
    responses: {
      [status]: { ...answer, description: status === '201' ? 'Created' : 'OK' },
      401: { description: 'Unauthorized' },
    },
    tags: [tag],
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': {
      group: options.of?.group ?? group,
      kind: served.kind,
      version: options.of?.version ?? version,
    },
  }
}

function bodyOf(action: string, { body }: OperationOptions, custom: boolean): Item {
  const reference = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } })
  if (action === 'patch') {
    const types = custom ? patchTypes.filter(type => !type.includes('strategic')) : patchTypes
    const content = Object.fromEntries(types.map(type => [type, { schema: { type: 'object' } }]))
    return { requestBody: { content, required: true } }
  }
  if (!body) return {}
  return { requestBody: { content: { '*/*': reference(body) }, ...(action === 'delete' ? {} : { required: true }) } }
}

const verbs: Readonly<Record<string, string>> = {
  get: 'read',
  post: 'create',
  put: 'replace',
  deletecollection: 'deleteCollection',
}
const titled = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** `rbac.authorization.k8s.io` is RbacAuthorization, the core group is Core. */
const groupTitle = (group: string) =>
  group
    ? group
        .replace(/\.k8s\.io$/, '')
        .split('.')
        .map(titled)
        .join('')
    : 'Core'

function operationId(group: string, version: string, served: ServedResource, action: string, subresource = ''): string {
  const scope = served.namespaced ? 'Namespaced' : ''
  const below = subresource ? titled(subresource) : ''
  return `${verbs[action] ?? action}${groupTitle(group)}${titled(version)}${scope}${titled(served.singular)}${below}`
}
