import { bool, fields, int32, list, object, one, root, string, stringMap, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { PersistentVolumeSpec } from '../core/persistentVolumeType.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const volumeAttachmentSourceFields = fields({
  /** Volume to attach. */
  persistentVolumeName: string(1, { pointer: true }),
  /** Volume of a pod's own, described in full. */
  inlineVolumeSpec: one(2, PersistentVolumeSpec, { pointer: true }),
})
export interface VolumeAttachmentSource extends Shape<typeof volumeAttachmentSourceFields> {}
export const VolumeAttachmentSource: Type<VolumeAttachmentSource> = object(
  'io.k8s.api.storage.v1.VolumeAttachmentSource',
  volumeAttachmentSourceFields,
)

const volumeAttachmentSpecFields = fields({
  /** Driver that attaches. */
  attacher: string(1, { always: true }),
  /** What is attached. */
  source: one(2, VolumeAttachmentSource, { always: true }),
  /** Node it is attached to. */
  nodeName: string(3, { always: true }),
})
export interface VolumeAttachmentSpec extends Shape<typeof volumeAttachmentSpecFields> {}
export const VolumeAttachmentSpec: Type<VolumeAttachmentSpec> = object(
  'io.k8s.api.storage.v1.VolumeAttachmentSpec',
  volumeAttachmentSpecFields,
)

const volumeErrorFields = fields({
  /** When it happened. */
  time: time(1),
  /** What happened. */
  message: string(2),
  /** Code of the driver's answer. */
  errorCode: int32(3, { pointer: true }),
})
export interface VolumeError extends Shape<typeof volumeErrorFields> {}
export const VolumeError: Type<VolumeError> = object('io.k8s.api.storage.v1.VolumeError', volumeErrorFields)

const volumeAttachmentStatusFields = fields({
  /** Whether it is attached. */
  attached: bool(1, { always: true }),
  /** What the driver told, for the mount. */
  attachmentMetadata: stringMap(2),
  /** Why attaching failed last. */
  attachError: one(3, VolumeError, { pointer: true }),
  /** Why detaching failed last. */
  detachError: one(4, VolumeError, { pointer: true }),
})
export interface VolumeAttachmentStatus extends Shape<typeof volumeAttachmentStatusFields> {}
export const VolumeAttachmentStatus: Type<VolumeAttachmentStatus> = object(
  'io.k8s.api.storage.v1.VolumeAttachmentStatus',
  volumeAttachmentStatusFields,
)

const volumeAttachmentFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is to be attached. Never changes. */
  spec: one(2, VolumeAttachmentSpec, { always: true }),
  /** What came of it. */
  status: one(3, VolumeAttachmentStatus, { always: true }),
})
export interface VolumeAttachment extends RootShape<typeof volumeAttachmentFields> {}
export const VolumeAttachment: Type<VolumeAttachment> = root(
  'io.k8s.api.storage.v1.VolumeAttachment',
  volumeAttachmentFields,
)
export const VolumeAttachmentV1beta1: Type<VolumeAttachment> = root(
  'io.k8s.api.storage.v1beta1.VolumeAttachment',
  volumeAttachmentFields,
)
export const VolumeAttachmentV1alpha1: Type<VolumeAttachment> = root(
  'io.k8s.api.storage.v1alpha1.VolumeAttachment',
  volumeAttachmentFields,
)

const volumeAttachmentListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, VolumeAttachment, { always: true }),
})
export interface VolumeAttachmentList extends RootShape<typeof volumeAttachmentListFields> {}
export const VolumeAttachmentList: Type<VolumeAttachmentList> = root(
  'io.k8s.api.storage.v1.VolumeAttachmentList',
  volumeAttachmentListFields,
)
