import { bool, fields, int32, object, one, string, stringMap, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { ObjectReference, SecretReference } from '../core/references.ts'

const glusterfsPersistentVolumeSourceFields = fields({
  /** Endpoints object that names the servers. */
  endpoints: string(1, { always: true }),
  /** Name of the volume. */
  path: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** Namespace of the Endpoints; the claim's when absent. */
  endpointsNamespace: string(4, { pointer: true }),
})
export interface GlusterfsPersistentVolumeSource extends Shape<typeof glusterfsPersistentVolumeSourceFields> {}
export const GlusterfsPersistentVolumeSource: Type<GlusterfsPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.GlusterfsPersistentVolumeSource',
  glusterfsPersistentVolumeSourceFields,
)

const rbdPersistentVolumeSourceFields = fields({
  /** Addresses of the monitors. */
  monitors: strings(1, { always: true, listType: 'atomic' }),
  /** Name of the image. */
  image: string(2, { always: true }),
  /** Kind of file system. */
  fsType: string(3),
  /** Pool of the image. */
  pool: string(4, { default: 'rbd' }),
  /** User to act as. */
  user: string(5, { default: 'admin' }),
  /** File with the user's key, on the node. */
  keyring: string(6, { default: '/etc/ceph/keyring' }),
  /** Secret with the user's key; instead of the file. */
  secretRef: one(7, SecretReference, { pointer: true }),
  /** Mounted read-only. */
  readOnly: bool(8),
})
export interface RBDPersistentVolumeSource extends Shape<typeof rbdPersistentVolumeSourceFields> {}
export const RBDPersistentVolumeSource: Type<RBDPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.RBDPersistentVolumeSource',
  rbdPersistentVolumeSourceFields,
)

const iscsiPersistentVolumeSourceFields = fields({
  /** Address of the target. */
  targetPortal: string(1, { always: true }),
  /** Name of the target. */
  iqn: string(2, { always: true }),
  /** Number of the unit. */
  lun: int32(3, { always: true }),
  /** Interface of the initiator. */
  iscsiInterface: string(4, { default: 'default' }),
  /** Kind of file system. */
  fsType: string(5),
  /** Mounted read-only. */
  readOnly: bool(6),
  /** More addresses of the target. */
  portals: strings(7, { listType: 'atomic' }),
  /** Whether discovery is authenticated. */
  chapAuthDiscovery: bool(8),
  /** Whether sessions are authenticated. */
  chapAuthSession: bool(11),
  /** Secret with the credentials. */
  secretRef: one(10, SecretReference, { pointer: true }),
  /** Name of the initiator. */
  initiatorName: string(12, { pointer: true }),
})
export interface ISCSIPersistentVolumeSource extends Shape<typeof iscsiPersistentVolumeSourceFields> {}
export const ISCSIPersistentVolumeSource: Type<ISCSIPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.ISCSIPersistentVolumeSource',
  iscsiPersistentVolumeSourceFields,
)

const cinderPersistentVolumeSourceFields = fields({
  /** Id of the volume. */
  volumeID: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** Secret with the credentials. */
  secretRef: one(4, SecretReference, { pointer: true }),
})
export interface CinderPersistentVolumeSource extends Shape<typeof cinderPersistentVolumeSourceFields> {}
export const CinderPersistentVolumeSource: Type<CinderPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.CinderPersistentVolumeSource',
  cinderPersistentVolumeSourceFields,
)

const cephFSPersistentVolumeSourceFields = fields({
  /** Addresses of the monitors. */
  monitors: strings(1, { always: true, listType: 'atomic' }),
  /** Directory to mount. */
  path: string(2),
  /** User to act as. */
  user: string(3),
  /** File with the user's key, on the node. */
  secretFile: string(4),
  /** Secret with the user's key; instead of the file. */
  secretRef: one(5, SecretReference, { pointer: true }),
  /** Mounted read-only. */
  readOnly: bool(6),
})
export interface CephFSPersistentVolumeSource extends Shape<typeof cephFSPersistentVolumeSourceFields> {}
export const CephFSPersistentVolumeSource: Type<CephFSPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.CephFSPersistentVolumeSource',
  cephFSPersistentVolumeSourceFields,
)

const flexPersistentVolumeSourceFields = fields({
  /** Name of the driver. */
  driver: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Secret that the driver is given. */
  secretRef: one(3, SecretReference, { pointer: true }),
  /** Mounted read-only. */
  readOnly: bool(4),
  /** Options for the driver. */
  options: stringMap(5),
})
export interface FlexPersistentVolumeSource extends Shape<typeof flexPersistentVolumeSourceFields> {}
export const FlexPersistentVolumeSource: Type<FlexPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.FlexPersistentVolumeSource',
  flexPersistentVolumeSourceFields,
)

const azureFilePersistentVolumeSourceFields = fields({
  /** Secret with the account's name and key. */
  secretName: string(1, { always: true }),
  /** Name of the share. */
  shareName: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** Namespace of the Secret; the claim's when absent. */
  secretNamespace: string(4, { pointer: true }),
})
export interface AzureFilePersistentVolumeSource extends Shape<typeof azureFilePersistentVolumeSourceFields> {}
export const AzureFilePersistentVolumeSource: Type<AzureFilePersistentVolumeSource> = object(
  'io.k8s.api.core.v1.AzureFilePersistentVolumeSource',
  azureFilePersistentVolumeSourceFields,
)

const scaleIOPersistentVolumeSourceFields = fields({
  /** Address of the gateway. */
  gateway: string(1, { always: true }),
  /** Name of the storage system. */
  system: string(2, { always: true }),
  /** Secret with the credentials. */
  secretRef: one(3, SecretReference, { pointer: true }),
  /** Whether the gateway is spoken to over TLS. */
  sslEnabled: bool(4),
  /** Protection domain of the storage. */
  protectionDomain: string(5),
  /** Storage pool. */
  storagePool: string(6),
  /** Whether space is taken at once. */
  storageMode: string(7, { default: 'ThinProvisioned' }),
  /** Name of the volume. */
  volumeName: string(8),
  /** Kind of file system. */
  fsType: string(9, { default: 'xfs' }),
  /** Mounted read-only. */
  readOnly: bool(10),
})
export interface ScaleIOPersistentVolumeSource extends Shape<typeof scaleIOPersistentVolumeSourceFields> {}
export const ScaleIOPersistentVolumeSource: Type<ScaleIOPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.ScaleIOPersistentVolumeSource',
  scaleIOPersistentVolumeSourceFields,
)

const localVolumeSourceFields = fields({
  /** Directory or device on the node. */
  path: string(1, { always: true }),
  /** Kind of file system, where it is a device. */
  fsType: string(2, { pointer: true }),
})
export interface LocalVolumeSource extends Shape<typeof localVolumeSourceFields> {}
export const LocalVolumeSource: Type<LocalVolumeSource> = object(
  'io.k8s.api.core.v1.LocalVolumeSource',
  localVolumeSourceFields,
)

const storageOSPersistentVolumeSourceFields = fields({
  /** Name of the volume. */
  volumeName: string(1),
  /** Namespace of the volume in StorageOS. */
  volumeNamespace: string(2),
  /** Kind of file system. */
  fsType: string(3),
  /** Mounted read-only. */
  readOnly: bool(4),
  /** Secret with the credentials. */
  secretRef: one(5, ObjectReference, { pointer: true }),
})
export interface StorageOSPersistentVolumeSource extends Shape<typeof storageOSPersistentVolumeSourceFields> {}
export const StorageOSPersistentVolumeSource: Type<StorageOSPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.StorageOSPersistentVolumeSource',
  storageOSPersistentVolumeSourceFields,
)

const csiPersistentVolumeSourceFields = fields({
  /** Name of the driver. */
  driver: string(1, { always: true }),
  /** Name of the volume, as the driver knows it. */
  volumeHandle: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** Kind of file system. */
  fsType: string(4),
  /** More about the volume, for the driver. */
  volumeAttributes: stringMap(5),
  /** Secret for attaching. */
  controllerPublishSecretRef: one(6, SecretReference, { pointer: true }),
  /** Secret for the first mount on a node. */
  nodeStageSecretRef: one(7, SecretReference, { pointer: true }),
  /** Secret for a pod's mount. */
  nodePublishSecretRef: one(8, SecretReference, { pointer: true }),
  /** Secret for making it larger, in the storage system. */
  controllerExpandSecretRef: one(9, SecretReference, { pointer: true }),
  /** Secret for making it larger, on the node. */
  nodeExpandSecretRef: one(10, SecretReference, { pointer: true }),
})
export interface CSIPersistentVolumeSource extends Shape<typeof csiPersistentVolumeSourceFields> {}
export const CSIPersistentVolumeSource: Type<CSIPersistentVolumeSource> = object(
  'io.k8s.api.core.v1.CSIPersistentVolumeSource',
  csiPersistentVolumeSourceFields,
)
