import { fields, list, map, object, one, oneOf, root, string, strings, time } from '../../schema/fields.ts'
import { quantity as quantityType } from '../../schema/scalars/quantity.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { NodeSelector } from '../core/node/nodeSelector.ts'
import {
  AzureFilePersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FlexPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
} from '../core/persistentVolumeSources.ts'
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  FCVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from '../core/pod/storageProviders.ts'
import { HostPathVolumeSource, NFSVolumeSource } from '../core/pod/volume.ts'
import { ObjectReference } from '../core/references.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const persistentVolumeSourceFields = fields({
  /** Disk of Google's cloud. */
  gcePersistentDisk: one(1, GCEPersistentDiskVolumeSource, { pointer: true }),
  /** Disk of Amazon's cloud. */
  awsElasticBlockStore: one(2, AWSElasticBlockStoreVolumeSource, { pointer: true }),
  /** Directory of the node; for one node only. */
  hostPath: one(3, HostPathVolumeSource, { pointer: true }),
  /** Volume of Gluster. */
  glusterfs: one(4, GlusterfsPersistentVolumeSource, { pointer: true }),
  /** Directory of an NFS server. */
  nfs: one(5, NFSVolumeSource, { pointer: true }),
  /** Block device of Ceph. */
  rbd: one(6, RBDPersistentVolumeSource, { pointer: true }),
  /** iSCSI device. */
  iscsi: one(7, ISCSIPersistentVolumeSource, { pointer: true }),
  /** Volume of OpenStack. */
  cinder: one(8, CinderPersistentVolumeSource, { pointer: true }),
  /** File system of Ceph. */
  cephfs: one(9, CephFSPersistentVolumeSource, { pointer: true }),
  /** Fibre Channel device. */
  fc: one(10, FCVolumeSource, { pointer: true }),
  /** Volume of Flocker. */
  flocker: one(11, FlockerVolumeSource, { pointer: true }),
  /** Volume of a driver that is a program on the node. */
  flexVolume: one(12, FlexPersistentVolumeSource, { pointer: true }),
  /** File share of Microsoft's cloud. */
  azureFile: one(13, AzureFilePersistentVolumeSource, { pointer: true }),
  /** Disk of vSphere. */
  vsphereVolume: one(14, VsphereVirtualDiskVolumeSource, { pointer: true }),
  /** Volume of Quobyte. */
  quobyte: one(15, QuobyteVolumeSource, { pointer: true }),
  /** Disk of Microsoft's cloud. */
  azureDisk: one(16, AzureDiskVolumeSource, { pointer: true }),
  /** Disk of Photon. */
  photonPersistentDisk: one(17, PhotonPersistentDiskVolumeSource, { pointer: true }),
  /** Volume of Portworx. */
  portworxVolume: one(18, PortworxVolumeSource, { pointer: true }),
  /** Volume of ScaleIO. */
  scaleIO: one(19, ScaleIOPersistentVolumeSource, { pointer: true }),
  /** Directory or device of one node. */
  local: one(20, LocalVolumeSource, { pointer: true }),
  /** Volume of StorageOS. */
  storageos: one(21, StorageOSPersistentVolumeSource, { pointer: true }),
  /** Volume of a driver that speaks CSI. */
  csi: one(22, CSIPersistentVolumeSource, { pointer: true }),
})
export interface PersistentVolumeSource extends Shape<typeof persistentVolumeSourceFields> {}
export const PersistentVolumeSource: Type<PersistentVolumeSource> = object(
  'io.k8s.api.core.v1.PersistentVolumeSource',
  persistentVolumeSourceFields,
)

const volumeNodeAffinityFields = fields({
  /** Nodes that reach the volume. */
  required: one(1, NodeSelector, { pointer: true }),
})
export interface VolumeNodeAffinity extends Shape<typeof volumeNodeAffinityFields> {}
export const VolumeNodeAffinity: Type<VolumeNodeAffinity> = object(
  'io.k8s.api.core.v1.VolumeNodeAffinity',
  volumeNodeAffinityFields,
)

const persistentVolumeSpecFields = fields({
  /** How much it holds. */
  capacity: map(1, quantityType),
  /** How it can be mounted. */
  accessModes: strings(3, { listType: 'atomic' }),
  /** Claim it is bound to. */
  claimRef: one(4, ObjectReference, { pointer: true, mapType: 'granular' }),
  /** What becomes of it when the claim is gone. */
  persistentVolumeReclaimPolicy: oneOf(5, ['Recycle', 'Delete', 'Retain'], { open: true }),
  /** Class of storage it belongs to. */
  storageClassName: string(6),
  /** Options that it is mounted with. */
  mountOptions: strings(7, { listType: 'atomic' }),
  /** Mounted as a file system, or handed over as a block device. */
  volumeMode: oneOf(8, ['Block', 'Filesystem'], { pointer: true, open: true }),
  /** Nodes that reach it. */
  nodeAffinity: one(9, VolumeNodeAffinity, { pointer: true }),
  /** Class of settings that may change while it lives. */
  volumeAttributesClassName: string(10, { pointer: true }),
})
export interface PersistentVolumeSpec extends Shape<typeof persistentVolumeSpecFields>, PersistentVolumeSource {}
export const PersistentVolumeSpec: Type<PersistentVolumeSpec> = object('io.k8s.api.core.v1.PersistentVolumeSpec', {
  ...persistentVolumeSpecFields,
  persistentVolumeSource: one(2, PersistentVolumeSource, { always: true, inline: true }),
})

const persistentVolumeStatusFields = fields({
  /** Pending, Available, Bound, Released or Failed. */
  phase: string(1),
  /** Why, for people. */
  message: string(2),
  /** Why, as one word. */
  reason: string(3),
  /** When `phase` last changed. */
  lastPhaseTransitionTime: time(4, { pointer: true }),
})
export interface PersistentVolumeStatus extends Shape<typeof persistentVolumeStatusFields> {}
export const PersistentVolumeStatus: Type<PersistentVolumeStatus> = object(
  'io.k8s.api.core.v1.PersistentVolumeStatus',
  persistentVolumeStatusFields,
)

const persistentVolumeFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the volume is. */
  spec: one(2, PersistentVolumeSpec, { always: true }),
  /** What was seen last. */
  status: one(3, PersistentVolumeStatus, { always: true }),
})
export interface PersistentVolume extends RootShape<typeof persistentVolumeFields> {}
export const PersistentVolume: Type<PersistentVolume> = root(
  'io.k8s.api.core.v1.PersistentVolume',
  persistentVolumeFields,
)

const persistentVolumeListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, PersistentVolume, { always: true }),
})
export interface PersistentVolumeList extends RootShape<typeof persistentVolumeListFields> {}
export const PersistentVolumeList: Type<PersistentVolumeList> = root(
  'io.k8s.api.core.v1.PersistentVolumeList',
  persistentVolumeListFields,
)
