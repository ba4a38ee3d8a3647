import type { KubeObject, ObjectList } from '../api/meta/objectMeta.ts'
import type { Resource } from '../api/resource.ts'
import type { Draft } from '../schema/types.ts'
import type { Transport, WatchEvent } from './transport.ts'

/** Which object: name and, for namespaced kinds, namespace. */
export interface Where {
  readonly namespace?: string
}

export interface WriteOptions extends Where {
  readonly dryRun?: boolean
  readonly fieldManager?: string
  readonly fieldValidation?: 'Strict' | 'Warn' | 'Ignore'
  /** `status`, `scale`, ... */
  readonly subresource?: string
}

export interface ListOptions extends Where {
  readonly labelSelector?: string
  readonly fieldSelector?: string
  readonly limit?: number
  readonly continue?: string
  readonly resourceVersion?: string
  readonly resourceVersionMatch?: 'Exact' | 'NotOlderThan'
}

export interface WatchOptions extends ListOptions {
  readonly allowWatchBookmarks?: boolean
  readonly sendInitialEvents?: boolean
  readonly timeoutSeconds?: number
  /** Events carry metadata alone (PartialObjectMetadata); in process without managedFields. */
  readonly metadataOnly?: boolean
  readonly signal: AbortSignal
}

export interface DeleteOptions extends Where {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground'
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: boolean
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply'

/** Requests on one kind. Objects returned are frozen; failures are StatusErrors. Namespaced kinds need `namespace` (creates take the object's). */
export interface ResourceClient<T extends KubeObject> {
  readonly resource: Resource<T>
  get(name: string, options?: Where & { resourceVersion?: string; subresource?: string }): Promise<T>
  list(options?: ListOptions): Promise<ObjectList<T>>
  watch(options: WatchOptions, onEvent: (event: WatchEvent<T>) => void): Promise<{ readonly ended: Promise<void> }>
  create(object: Draft<T>, options?: WriteOptions): Promise<T>
  /** POST to a subresource or of a virtual kind, whose body and answer are of other kinds: `post(pod, 'binding', binding)`. */
  post<A>(name: string, subresource: string, body: unknown, options?: WriteOptions): Promise<A>
  /** Replaces the object; its metadata.resourceVersion, when set, must be the stored one. */
  update(object: Draft<T>, options?: WriteOptions): Promise<T>
  updateStatus(object: Draft<T>, options?: WriteOptions): Promise<T>
  /** `json` takes a list of operations, the others an object. */
  patch(name: string, type: PatchType, patch: unknown, options?: WriteOptions & { force?: boolean }): Promise<T>
  delete(name: string, options?: DeleteOptions): Promise<unknown>
  deleteCollection(options?: ListOptions & DeleteOptions): Promise<unknown>
}

const patchTypes: Record<PatchType, string> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
}

/** The media type of objects told by their metadata alone. */
const metadataAlone = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1'

/** Path of a collection, an object or a subresource, escaped. */
export function pathOf(
  resource: Pick<Resource, 'root' | 'plural' | 'namespaced'>,
  namespace: string | undefined,
  name?: string,
  subresource?: string,
): string {
  const space = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${resource.root}${space}/${resource.plural}${name ? `/${encodeURIComponent(name)}` : ''}${subresource ? `/${subresource}` : ''}`
}

function query(options: Readonly<Record<string, unknown>>): string {
  const all = new URLSearchParams()
  for (const [name, value] of Object.entries(options))
    if (value !== undefined && value !== '') all.append(name, String(value))
  const text = all.toString()
  return text ? `?${text}` : ''
}

const writing = ({ dryRun, fieldManager, fieldValidation }: WriteOptions) => ({
  dryRun: dryRun ? 'All' : undefined,
  fieldManager,
  fieldValidation,
})

function listing({
  labelSelector,
  fieldSelector,
  limit,
  continue: token,
  resourceVersion,
  resourceVersionMatch,
}: ListOptions) {
  return { labelSelector, fieldSelector, limit, continue: token, resourceVersion, resourceVersionMatch }
}

function deletion({ gracePeriodSeconds, propagationPolicy, preconditions, dryRun }: DeleteOptions): unknown {
  return {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    gracePeriodSeconds,
    propagationPolicy,
    preconditions,
    ...(dryRun ? { dryRun: ['All'] } : {}),
  }
}

export function resourceClient<T extends KubeObject>(transport: Transport, resource: Resource<T>): ResourceClient<T> {
  const send = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    object?: unknown,
    headers?: Record<string, string>,
  ) =>
    (
      await transport.request({
        method,
        path,
        ...(object === undefined ? {} : { object }),
        ...(headers ? { headers } : {}),
      })
    ).object as T
  const typed = (object: Draft<T>) => ({ ...(object as object), apiVersion: resource.apiVersion, kind: resource.kind })
  const spaceOf = (object: Draft<T>, options: Where) =>
    options.namespace ?? (object as Draft<KubeObject>).metadata?.namespace
  const nameOf = (object: Draft<T>) => (object as Draft<KubeObject>).metadata?.name ?? ''
  const put = (object: Draft<T>, options: WriteOptions) =>
    send(
      'PUT',
      pathOf(resource, spaceOf(object, options), nameOf(object), options.subresource) + query(writing(options)),
      typed(object),
    )
  return {
    resource,
    get: (name, options = {}) =>
      send(
        'GET',
        pathOf(resource, options.namespace, name, options.subresource) +
          query({ resourceVersion: options.resourceVersion }),
      ),
    list: (options = {}) =>
      send('GET', pathOf(resource, options.namespace) + query(listing(options))) as unknown as Promise<ObjectList<T>>,
    watch: ({ signal, ...options }, onEvent) => {
      const { allowWatchBookmarks, sendInitialEvents, timeoutSeconds, metadataOnly } = options
      const path =
        pathOf(resource, options.namespace) +
        query({ watch: true, allowWatchBookmarks, sendInitialEvents, timeoutSeconds, ...listing(options) })
      const headers = metadataOnly ? { headers: { accept: metadataAlone } } : {}
      return transport.watch({ method: 'GET', path, signal, ...headers }, onEvent as (event: WatchEvent) => void)
    },
    create: (object, options = {}) =>
      send('POST', pathOf(resource, spaceOf(object, options)) + query(writing(options)), typed(object)),
    post: (name, subresource, body, options = {}) =>
      send(
        'POST',
        pathOf(resource, options.namespace, name, subresource) + query(writing(options)),
        body,
      ) as Promise<never>,
    update: (object, options = {}) => put(object, options),
    updateStatus: (object, options = {}) => put(object, { ...options, subresource: 'status' }),
    patch: (name, type, patch, options = {}) =>
      send(
        'PATCH',
        pathOf(resource, options.namespace, name, options.subresource) +
          query({ ...writing(options), force: options.force }),
        patch,
        {
          'content-type': patchTypes[type],
        },
      ),
    delete: (name, options = {}) => send('DELETE', pathOf(resource, options.namespace, name), deletion(options)),
    deleteCollection: (options = {}) =>
      send('DELETE', pathOf(resource, options.namespace) + query(listing(options)), deletion(options)),
  }
}
