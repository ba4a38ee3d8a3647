import { bool, fields, int64, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'

const preconditions = fields({
  /** The object must have this UID. */
  uid: string(1, { pointer: true }),
  /** The object must be at this version. */
  resourceVersion: string(2, { pointer: true }),
})
export interface Preconditions extends Shape<typeof preconditions> {}
export const Preconditions: Type<Preconditions> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions',
  preconditions,
)

const deleteOptions = fields({
  /** Seconds the object may take to end; 0 means at once, absent the kind's own. */
  gracePeriodSeconds: int64(1, { pointer: true }),
  /** What must hold, or the deletion fails with a conflict. */
  preconditions: one(2, Preconditions, { pointer: true }),
  /** Deprecated: whether objects it owns are left alone. Use `propagationPolicy`. */
  orphanDependents: bool(3, { pointer: true }),
  /** What becomes of the objects it owns. */
  propagationPolicy: string(4, { pointer: true }),
  /** `All`: do everything except the write. */
  dryRun: strings(5, { listType: 'atomic' }),
  /** Delete even what cannot be read from the store any more. Dangerous. */
  ignoreStoreReadErrorWithClusterBreakingPotential: bool(6, { pointer: true }),
})
export interface DeleteOptions extends RootShape<typeof deleteOptions> {}
export const DeleteOptions: Type<DeleteOptions> = root(
  'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions',
  deleteOptions,
)

const listOptions = fields({
  /** Only objects whose labels match. */
  labelSelector: string(1),
  /** Only objects whose fields match. */
  fieldSelector: string(2),
  /** Send changes as they come, rather than a list. */
  watch: bool(3),
  /** Let the watch send bookmarks. */
  allowWatchBookmarks: bool(9),
  /** Version the answer refers to; what it means depends on `resourceVersionMatch`. */
  resourceVersion: string(4),
  /** How `resourceVersion` is meant. */
  resourceVersionMatch: string(10),
  /** Seconds after which the request ends, whatever happens. */
  timeoutSeconds: int64(5, { pointer: true }),
  /** At most this many objects; the answer then carries a token for the rest. */
  limit: int64(7),
  /** Token of the earlier answer, to go on with its list. */
  continue: string(8),
  /** Begin the watch with what is there, then a bookmark. */
  sendInitialEvents: bool(11, { pointer: true }),
  /** Only objects of one shard. */
  shardSelector: string(15),
})
export interface ListOptions extends RootShape<typeof listOptions> {}
export const ListOptions: Type<ListOptions> = root('io.k8s.apimachinery.pkg.apis.meta.v1.ListOptions', listOptions)

const getOptions = fields({
  /** Oldest version that will do. */
  resourceVersion: string(1),
})
export interface GetOptions extends RootShape<typeof getOptions> {}
export const GetOptions: Type<GetOptions> = root('io.k8s.apimachinery.pkg.apis.meta.v1.GetOptions', getOptions)

const createOptions = fields({
  /** `All`: do everything except the write. */
  dryRun: strings(1, { listType: 'atomic' }),
  /** Who sets the fields. */
  fieldManager: string(3),
  /** What is done about unknown and duplicate fields: Ignore, Warn or Strict. */
  fieldValidation: string(4),
})
export interface CreateOptions extends RootShape<typeof createOptions> {}
export const CreateOptions: Type<CreateOptions> = root(
  'io.k8s.apimachinery.pkg.apis.meta.v1.CreateOptions',
  createOptions,
)

const updateOptions = fields({
  /** `All`: do everything except the write. */
  dryRun: strings(1, { listType: 'atomic' }),
  /** Who sets the fields. */
  fieldManager: string(2),
  /** What is done about unknown and duplicate fields: Ignore, Warn or Strict. */
  fieldValidation: string(3),
})
export interface UpdateOptions extends RootShape<typeof updateOptions> {}
export const UpdateOptions: Type<UpdateOptions> = root(
  'io.k8s.apimachinery.pkg.apis.meta.v1.UpdateOptions',
  updateOptions,
)

const patchOptions = fields({
  /** `All`: do everything except the write. */
  dryRun: strings(1, { listType: 'atomic' }),
  /** Take fields over from other managers. Apply only. */
  force: bool(2, { pointer: true }),
  /** Who sets the fields; an apply must name it. */
  fieldManager: string(3),
  /** What is done about unknown and duplicate fields: Ignore, Warn or Strict. */
  fieldValidation: string(4),
})
export interface PatchOptions extends RootShape<typeof patchOptions> {}
export const PatchOptions: Type<PatchOptions> = root('io.k8s.apimachinery.pkg.apis.meta.v1.PatchOptions', patchOptions)

const tableOptions = fields({
  /** What of each object goes into its row: None, Metadata or Object. */
  includeObject: string(1),
})
export interface TableOptions extends RootShape<typeof tableOptions> {}
export const TableOptions: Type<TableOptions> = root('io.k8s.apimachinery.pkg.apis.meta.v1.TableOptions', tableOptions)
