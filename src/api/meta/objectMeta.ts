import { bool, fields, int64, list, object, one, oneOf, string, stringMap, strings, time } from '../../schema/fields.ts'
import { fieldsV1 } from '../../schema/scalars/raw.ts'
import type { Shape, Type } from '../../schema/types.ts'

const ownerReference = fields({
  /** API version of the owner. */
  apiVersion: string(5, { always: true }),
  /** Kind of the owner. */
  kind: string(1, { always: true }),
  /** Name of the owner. */
  name: string(3, { always: true }),
  /** UID of the owner: a new object under the same name is not the owner. */
  uid: string(4, { always: true }),
  /** Whether this owner manages the object; at most one owner does. */
  controller: bool(6, { pointer: true }),
  /** With foreground deletion, the owner stays until this object is gone. */
  blockOwnerDeletion: bool(7, { pointer: true }),
})
export interface OwnerReference extends Shape<typeof ownerReference> {}
export const OwnerReference: Type<OwnerReference> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  ownerReference,
  { atomic: true },
)

const managedFieldsEntry = fields({
  /** Who set the fields. */
  manager: string(1),
  /** How the fields came to be set. */
  operation: oneOf(2, ['Apply', 'Update']),
  /** API version the fields are named in. */
  apiVersion: string(3),
  /** When the set of fields last changed. */
  time: time(4, { pointer: true }),
  /** Format of `fieldsV1`; always FieldsV1. */
  fieldsType: string(6),
  /** The set of fields. */
  fieldsV1: one(7, fieldsV1, { pointer: true }),
  /** Subresource through which the fields were set. */
  subresource: string(8),
})
export interface ManagedFieldsEntry extends Shape<typeof managedFieldsEntry> {}
export const ManagedFieldsEntry: Type<ManagedFieldsEntry> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry',
  managedFieldsEntry,
)

const objectMeta = fields({
  /** Unique within a namespace, and never changed. */
  name: string(1),
  /** Prefix of a name that the server completes when `name` is empty. */
  generateName: string(2),
  /** The space in which the name is unique; empty for cluster-wide objects. */
  namespace: string(3),
  /** Deprecated: no longer filled in. */
  selfLink: string(4),
  /** Tells this object from others that had its name before. Set by the server. */
  uid: string(5),
  /** Version of the object as stored; compare for equality, or as growing integers. Set by the server. */
  resourceVersion: string(6),
  /** Counts the changes of the desired state. Set by the server. */
  generation: int64(7),
  /** CreationTimestamp is a timestamp of when the server made the object. */
  creationTimestamp: time(8),
  /** When the object will be, or was, asked to go. Set by the server when a graceful deletion begins. */
  deletionTimestamp: time(9, { pointer: true }),
  /** Seconds the object is given to end gracefully. Set together with `deletionTimestamp`. */
  deletionGracePeriodSeconds: int64(10, { pointer: true }),
  /** Keys and values to select objects by. */
  labels: stringMap(11),
  /** Keys and values that tools keep with the object; nothing is selected by them. */
  annotations: stringMap(12),
  /** Objects this one depends on; when all are gone it is collected. */
  ownerReferences: list(13, OwnerReference, {
    mergeKey: 'uid',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['uid'],
  }),
  /** Names that must be taken off, by those who put them there, before the object goes. */
  finalizers: strings(14, { patchStrategy: 'merge', listType: 'set' }),
  /** Which manager set which fields. A writer who sends an empty list wants all of it to be forgotten. */
  managedFields: list(17, ManagedFieldsEntry, { pointer: true, listType: 'atomic' }),
})
export interface ObjectMeta extends Shape<typeof objectMeta> {}
export const ObjectMeta: Type<ObjectMeta> = object('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', objectMeta)

const shardInfo = fields({
  /** Selects the objects of the shard. */
  selector: string(1, { always: true }),
})
export interface ShardInfo extends Shape<typeof shardInfo> {}
export const ShardInfo: Type<ShardInfo> = object('io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo', shardInfo)

const listMeta = fields({
  /** Deprecated: no longer filled in. */
  selfLink: string(1),
  /** Version of the store at which the list was read. */
  resourceVersion: string(2),
  /** Token to ask for the next page with; empty on the last. */
  continue: string(3),
  /** How many items are left beyond this page, when known. */
  remainingItemCount: int64(4, { pointer: true }),
  /** Which shard the list holds, when it was asked for one. */
  shardInfo: one(5, ShardInfo, { pointer: true }),
})
export interface ListMeta extends Shape<typeof listMeta> {}
export const ListMeta: Type<ListMeta> = object('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', listMeta)

/** What every kind has. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
}

/** A list of objects as the API answers it. */
export interface ObjectList<T> {
  apiVersion?: string
  kind?: string
  metadata: ListMeta
  items: T[]
}
