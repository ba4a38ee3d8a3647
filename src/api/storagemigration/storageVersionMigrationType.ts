import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { Condition } from '../meta/condition.ts'
import { GroupResource } from '../meta/groupResource.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const storageVersionMigrationSpecFields = fields({
  /** Kind whose objects are written anew. */
  resource: one(1, GroupResource, { always: true }),
})
export interface StorageVersionMigrationSpec extends Shape<typeof storageVersionMigrationSpecFields> {}
export const StorageVersionMigrationSpec: Type<StorageVersionMigrationSpec> = object(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationSpec',
  storageVersionMigrationSpecFields,
)

const storageVersionMigrationStatusFields = fields({
  /** State of the migration. */
  conditions: list(1, Condition, { patchStrategy: 'merge', mergeKey: 'type', listType: 'map', listKeys: ['type'] }),
  /** Version of the list that is being written anew. */
  resourceVersion: string(2),
})
export interface StorageVersionMigrationStatus extends Shape<typeof storageVersionMigrationStatusFields> {}
export const StorageVersionMigrationStatus: Type<StorageVersionMigrationStatus> = object(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationStatus',
  storageVersionMigrationStatusFields,
)

const storageVersionMigrationFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is to be written anew. */
  spec: one(2, StorageVersionMigrationSpec, { always: true }),
  /** What was seen last. */
  status: one(3, StorageVersionMigrationStatus, { always: true }),
})
export interface StorageVersionMigration extends RootShape<typeof storageVersionMigrationFields> {}
export const StorageVersionMigration: Type<StorageVersionMigration> = root(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigration',
  storageVersionMigrationFields,
)

const storageVersionMigrationListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, StorageVersionMigration, { always: true }),
})
export interface StorageVersionMigrationList extends RootShape<typeof storageVersionMigrationListFields> {}
export const StorageVersionMigrationList: Type<StorageVersionMigrationList> = root(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationList',
  storageVersionMigrationListFields,
)
