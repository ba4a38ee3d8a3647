import { bool, fields, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { stringList } from './stringList.ts'

const groupVersionKind = fields({
  /** API group; empty for the core group. */
  group: string(1, { always: true }),
  /** Version in the group. */
  version: string(2, { always: true }),
  /** Kind in the version. */
  kind: string(3, { always: true }),
})
export interface GroupVersionKind extends Shape<typeof groupVersionKind> {}
export const GroupVersionKind: Type<GroupVersionKind> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionKind',
  groupVersionKind,
)

const groupVersionResource = fields({
  /** API group; empty for the core group. */
  group: string(1, { always: true }),
  /** Version in the group. */
  version: string(2, { always: true }),
  /** Plural in the version. */
  resource: string(3, { always: true }),
})
export interface GroupVersionResource extends Shape<typeof groupVersionResource> {}
export const GroupVersionResource: Type<GroupVersionResource> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionResource',
  groupVersionResource,
)

const apiResource = fields({
  /** Plural name, with `/subresource` where it is one. */
  name: string(1, { always: true }),
  /** Name of one. */
  singularName: string(6, { always: true }),
  /** Whether objects live in namespaces. */
  namespaced: bool(2, { always: true }),
  /** Group of the kind, when it differs from the list's. */
  group: string(8),
  /** Version of the kind, when it differs from the list's. */
  version: string(9),
  /** Kind of the objects. */
  kind: string(3, { always: true }),
  /** What can be done with them. */
  verbs: one(4, stringList, { always: true }),
  /** Other names, for people who type. */
  shortNames: strings(5, { listType: 'atomic' }),
  /** Names for groups of kinds, such as `all`. */
  categories: strings(7, { listType: 'atomic' }),
  /** Changes when the version kept in the store does. */
  storageVersionHash: string(10),
})
export interface APIResource extends Shape<typeof apiResource> {}
export const APIResource: Type<APIResource> = object('io.k8s.apimachinery.pkg.apis.meta.v1.APIResource', apiResource)

const apiResourceList = fields({
  /** The group and version the resources are of. */
  groupVersion: string(1, { always: true }),
  /** Names of the resources, and what they can do. */
  resources: list(2, APIResource, { always: true, listType: 'atomic' }),
})
export interface APIResourceList extends RootShape<typeof apiResourceList> {}
export const APIResourceList: Type<APIResourceList> = root(
  'io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList',
  apiResourceList,
)

const serverAddressByClientCIDR = fields({
  /** Clients with addresses in here ... */
  clientCIDR: string(1, { always: true }),
  /** ... reach the server at this address. */
  serverAddress: string(2, { always: true }),
})
export interface ServerAddressByClientCIDR extends Shape<typeof serverAddressByClientCIDR> {}
export const ServerAddressByClientCIDR: Type<ServerAddressByClientCIDR> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ServerAddressByClientCIDR',
  serverAddressByClientCIDR,
)

const groupVersionForDiscovery = fields({
  /** Group and version: `apps/v1`. */
  groupVersion: string(1, { always: true }),
  /** The version alone. */
  version: string(2, { always: true }),
})
export interface GroupVersionForDiscovery extends Shape<typeof groupVersionForDiscovery> {}
export const GroupVersionForDiscovery: Type<GroupVersionForDiscovery> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupVersionForDiscovery',
  groupVersionForDiscovery,
)

const apiGroup = fields({
  /** Name of the group. */
  name: string(1, { always: true }),
  /** Versions that are served. */
  versions: list(2, GroupVersionForDiscovery, { always: true, listType: 'atomic' }),
  /** Version to use when there is no reason for another. */
  preferredVersion: one(3, GroupVersionForDiscovery, { always: true }),
  /** Where clients reach the server, by the network they are in. */
  serverAddressByClientCIDRs: list(4, ServerAddressByClientCIDR, { listType: 'atomic' }),
})
export interface APIGroup extends RootShape<typeof apiGroup> {}
export const APIGroup: Type<APIGroup> = root('io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup', apiGroup)

const apiGroupList = fields({
  /** The groups. */
  groups: list(1, APIGroup, { always: true, listType: 'atomic' }),
})
export interface APIGroupList extends RootShape<typeof apiGroupList> {}
export const APIGroupList: Type<APIGroupList> = root('io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList', apiGroupList)

const apiVersions = fields({
  /** Versions that are served. */
  versions: strings(1, { always: true, listType: 'atomic' }),
  /** Where clients reach the server, by the network they are in. */
  serverAddressByClientCIDRs: list(2, ServerAddressByClientCIDR, { always: true, listType: 'atomic' }),
})
export interface APIVersions extends RootShape<typeof apiVersions> {}
export const APIVersions: Type<APIVersions> = root('io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions', apiVersions)
