import { fields, list, object, one, oneOf, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { GroupVersionKind } from './apiResources.ts'
import { ListMeta, ObjectMeta } from './objectMeta.ts'

const apiSubresourceDiscovery = fields({
  /** Name of the subresource. */
  subresource: string(1, { always: true }),
  /** Kind of the answer; absent when it is none of the API's. */
  responseKind: one(2, GroupVersionKind, { pointer: true }),
  /** Kinds of body it takes. */
  acceptedTypes: list(3, GroupVersionKind, { listType: 'map', listKeys: ['group', 'version', 'kind'] }),
  /** What can be done with it. */
  verbs: strings(4, { always: true, listType: 'set' }),
})
export interface APISubresourceDiscovery extends Shape<typeof apiSubresourceDiscovery> {}
export const APISubresourceDiscovery: Type<APISubresourceDiscovery> = object(
  'io.k8s.api.apidiscovery.v2.APISubresourceDiscovery',
  apiSubresourceDiscovery,
)

const apiResourceDiscovery = fields({
  /** Plural name. */
  resource: string(1, { always: true }),
  /** Kind of the objects. */
  responseKind: one(2, GroupVersionKind, { pointer: true }),
  /** Whether objects live in namespaces. */
  scope: oneOf(3, ['Cluster', 'Namespaced'], { always: true }),
  /** Name of one. */
  singularResource: string(4, { always: true }),
  /** What can be done with them. */
  verbs: strings(5, { always: true, listType: 'set' }),
  /** Other names, for people who type. */
  shortNames: strings(6, { listType: 'set' }),
  /** Names for groups of kinds, such as `all`. */
  categories: strings(7, { listType: 'set' }),
  /** What lies below each object. */
  subresources: list(8, APISubresourceDiscovery, { listType: 'map', listKeys: ['subresource'] }),
})
export interface APIResourceDiscovery extends Shape<typeof apiResourceDiscovery> {}
export const APIResourceDiscovery: Type<APIResourceDiscovery> = object(
  'io.k8s.api.apidiscovery.v2.APIResourceDiscovery',
  apiResourceDiscovery,
)

const apiVersionDiscovery = fields({
  /** The version. */
  version: string(1, { always: true }),
  /** Its resources. */
  resources: list(2, APIResourceDiscovery, { listType: 'map', listKeys: ['resource'] }),
  /** Whether this is what the group's own server says now, or what it said before. */
  freshness: oneOf(3, ['Current', 'Stale']),
})
export interface APIVersionDiscovery extends Shape<typeof apiVersionDiscovery> {}
export const APIVersionDiscovery: Type<APIVersionDiscovery> = object(
  'io.k8s.api.apidiscovery.v2.APIVersionDiscovery',
  apiVersionDiscovery,
)

const apiGroupDiscovery = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Versions that are served, preferred first. */
  versions: list(2, APIVersionDiscovery, { listType: 'map', listKeys: ['version'] }),
})
export interface APIGroupDiscovery extends RootShape<typeof apiGroupDiscovery> {}
export const APIGroupDiscovery: Type<APIGroupDiscovery> = root(
  'io.k8s.api.apidiscovery.v2.APIGroupDiscovery',
  apiGroupDiscovery,
)

const apiGroupDiscoveryList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, APIGroupDiscovery, { always: true }),
})
export interface APIGroupDiscoveryList extends RootShape<typeof apiGroupDiscoveryList> {}
export const APIGroupDiscoveryList: Type<APIGroupDiscoveryList> = root(
  'io.k8s.api.apidiscovery.v2.APIGroupDiscoveryList',
  apiGroupDiscoveryList,
)
