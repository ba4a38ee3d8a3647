import { bool, fields, int32, object, one, oneOf, string, stringMap, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { LocalObjectReference } from '../references.ts'

const gcePersistentDiskVolumeSource = fields({
  /** Name of the disk. */
  pdName: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Partition to mount; 0 for the whole disk. */
  partition: int32(3),
  /** Mounted read-only. */
  readOnly: bool(4),
})
export interface GCEPersistentDiskVolumeSource extends Shape<typeof gcePersistentDiskVolumeSource> {}
export const GCEPersistentDiskVolumeSource: Type<GCEPersistentDiskVolumeSource> = object(
  'io.k8s.api.core.v1.GCEPersistentDiskVolumeSource',
  gcePersistentDiskVolumeSource,
)

const awsElasticBlockStoreVolumeSource = fields({
  /** Id of the disk. */
  volumeID: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Partition to mount; 0 for the whole disk. */
  partition: int32(3),
  /** Mounted read-only. */
  readOnly: bool(4),
})
export interface AWSElasticBlockStoreVolumeSource extends Shape<typeof awsElasticBlockStoreVolumeSource> {}
export const AWSElasticBlockStoreVolumeSource: Type<AWSElasticBlockStoreVolumeSource> = object(
  'io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource',
  awsElasticBlockStoreVolumeSource,
)

const gitRepoVolumeSource = fields({
  /** URL of the repository. */
  repository: string(1, { always: true }),
  /** Commit to check out. */
  revision: string(2),
  /** Directory to check out into; `.` for the volume itself. */
  directory: string(3),
})
export interface GitRepoVolumeSource extends Shape<typeof gitRepoVolumeSource> {}
export const GitRepoVolumeSource: Type<GitRepoVolumeSource> = object(
  'io.k8s.api.core.v1.GitRepoVolumeSource',
  gitRepoVolumeSource,
)

const iscsiVolumeSource = fields({
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
  /** Further addresses of the target. */
  portals: strings(7, { listType: 'atomic' }),
  /** Discovery asks for a password. */
  chapAuthDiscovery: bool(8),
  /** Sessions ask for a password. */
  chapAuthSession: bool(11),
  /** Secret that holds the password. */
  secretRef: one(10, LocalObjectReference, { pointer: true }),
  /** Name of the initiator. */
  initiatorName: string(12, { pointer: true }),
})
export interface ISCSIVolumeSource extends Shape<typeof iscsiVolumeSource> {}
export const ISCSIVolumeSource: Type<ISCSIVolumeSource> = object(
  'io.k8s.api.core.v1.ISCSIVolumeSource',
  iscsiVolumeSource,
)

const glusterfsVolumeSource = fields({
  /** Endpoints object with the servers. */
  endpoints: string(1, { always: true }),
  /** Name of the volume. */
  path: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
})
export interface GlusterfsVolumeSource extends Shape<typeof glusterfsVolumeSource> {}
export const GlusterfsVolumeSource: Type<GlusterfsVolumeSource> = object(
  'io.k8s.api.core.v1.GlusterfsVolumeSource',
  glusterfsVolumeSource,
)

const rbdVolumeSource = fields({
  /** Addresses of the monitors. */
  monitors: strings(1, { always: true, listType: 'atomic' }),
  /** Name of the image. */
  image: string(2, { always: true }),
  /** Kind of file system. */
  fsType: string(3),
  /** Pool of the image. */
  pool: string(4, { default: 'rbd' }),
  /** User to log in as. */
  user: string(5, { default: 'admin' }),
  /** File with the user's key. */
  keyring: string(6, { default: '/etc/ceph/keyring' }),
  /** Secret with the user's key, instead of the file. */
  secretRef: one(7, LocalObjectReference, { pointer: true }),
  /** Mounted read-only. */
  readOnly: bool(8),
})
export interface RBDVolumeSource extends Shape<typeof rbdVolumeSource> {}
export const RBDVolumeSource: Type<RBDVolumeSource> = object('io.k8s.api.core.v1.RBDVolumeSource', rbdVolumeSource)

const flexVolumeSource = fields({
  /** Name of the driver. */
  driver: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Secret handed to the driver. */
  secretRef: one(3, LocalObjectReference, { pointer: true }),
  /** Mounted read-only. */
  readOnly: bool(4),
  /** Settings for the driver. */
  options: stringMap(5),
})
export interface FlexVolumeSource extends Shape<typeof flexVolumeSource> {}
export const FlexVolumeSource: Type<FlexVolumeSource> = object('io.k8s.api.core.v1.FlexVolumeSource', flexVolumeSource)

const cinderVolumeSource = fields({
  /** Id of the disk. */
  volumeID: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** Secret with the credentials. */
  secretRef: one(4, LocalObjectReference, { pointer: true }),
})
export interface CinderVolumeSource extends Shape<typeof cinderVolumeSource> {}
export const CinderVolumeSource: Type<CinderVolumeSource> = object(
  'io.k8s.api.core.v1.CinderVolumeSource',
  cinderVolumeSource,
)

const cephFSVolumeSource = fields({
  /** Addresses of the monitors. */
  monitors: strings(1, { always: true, listType: 'atomic' }),
  /** Directory that is mounted; `/` when empty. */
  path: string(2),
  /** User to log in as. */
  user: string(3),
  /** File with the user's key. */
  secretFile: string(4),
  /** Secret with the user's key, instead of the file. */
  secretRef: one(5, LocalObjectReference, { pointer: true }),
  /** Mounted read-only. */
  readOnly: bool(6),
})
export interface CephFSVolumeSource extends Shape<typeof cephFSVolumeSource> {}
export const CephFSVolumeSource: Type<CephFSVolumeSource> = object(
  'io.k8s.api.core.v1.CephFSVolumeSource',
  cephFSVolumeSource,
)

const flockerVolumeSource = fields({
  /** Name of the dataset. */
  datasetName: string(1),
  /** UUID of the dataset. */
  datasetUUID: string(2),
})
export interface FlockerVolumeSource extends Shape<typeof flockerVolumeSource> {}
export const FlockerVolumeSource: Type<FlockerVolumeSource> = object(
  'io.k8s.api.core.v1.FlockerVolumeSource',
  flockerVolumeSource,
)

const fcVolumeSource = fields({
  /** World wide names of the targets. */
  targetWWNs: strings(1, { listType: 'atomic' }),
  /** Number of the unit. */
  lun: int32(2, { pointer: true }),
  /** Kind of file system. */
  fsType: string(3),
  /** Mounted read-only. */
  readOnly: bool(4),
  /** World wide ids of the volume, instead of targets and unit. */
  wwids: strings(5, { listType: 'atomic' }),
})
export interface FCVolumeSource extends Shape<typeof fcVolumeSource> {}
export const FCVolumeSource: Type<FCVolumeSource> = object('io.k8s.api.core.v1.FCVolumeSource', fcVolumeSource)

const azureFileVolumeSource = fields({
  /** Secret with account and key. */
  secretName: string(1, { always: true }),
  /** Name of the share. */
  shareName: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
})
export interface AzureFileVolumeSource extends Shape<typeof azureFileVolumeSource> {}
export const AzureFileVolumeSource: Type<AzureFileVolumeSource> = object(
  'io.k8s.api.core.v1.AzureFileVolumeSource',
  azureFileVolumeSource,
)

const vsphereVirtualDiskVolumeSource = fields({
  /** Path of the disk. */
  volumePath: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Name of the storage policy. */
  storagePolicyName: string(3),
  /** Id of the storage policy. */
  storagePolicyID: string(4),
})
export interface VsphereVirtualDiskVolumeSource extends Shape<typeof vsphereVirtualDiskVolumeSource> {}
export const VsphereVirtualDiskVolumeSource: Type<VsphereVirtualDiskVolumeSource> = object(
  'io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource',
  vsphereVirtualDiskVolumeSource,
)

const quobyteVolumeSource = fields({
  /** Addresses of the registries, with commas between. */
  registry: string(1, { always: true }),
  /** Name of the volume. */
  volume: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
  /** User that files belong to. */
  user: string(4),
  /** Group that files belong to. */
  group: string(5),
  /** Tenant that owns the volume. */
  tenant: string(6),
})
export interface QuobyteVolumeSource extends Shape<typeof quobyteVolumeSource> {}
export const QuobyteVolumeSource: Type<QuobyteVolumeSource> = object(
  'io.k8s.api.core.v1.QuobyteVolumeSource',
  quobyteVolumeSource,
)

const azureDiskVolumeSource = fields({
  /** Name of the disk. */
  diskName: string(1, { always: true }),
  /** URI of the disk. */
  diskURI: string(2, { always: true }),
  /** How the host caches the disk. */
  cachingMode: oneOf(3, ['None', 'ReadOnly', 'ReadWrite'], { pointer: true, default: 'ReadWrite' }),
  /** Kind of file system. */
  fsType: string(4, { pointer: true, default: 'ext4' }),
  /** Mounted read-only. */
  readOnly: bool(5, { pointer: true, default: false }),
  /** Kind of disk. */
  kind: oneOf(6, ['Shared', 'Dedicated', 'Managed'], { pointer: true, default: 'Shared' }),
})
export interface AzureDiskVolumeSource extends Shape<typeof azureDiskVolumeSource> {}
export const AzureDiskVolumeSource: Type<AzureDiskVolumeSource> = object(
  'io.k8s.api.core.v1.AzureDiskVolumeSource',
  azureDiskVolumeSource,
)

const photonPersistentDiskVolumeSource = fields({
  /** Id of the disk. */
  pdID: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
})
export interface PhotonPersistentDiskVolumeSource extends Shape<typeof photonPersistentDiskVolumeSource> {}
export const PhotonPersistentDiskVolumeSource: Type<PhotonPersistentDiskVolumeSource> = object(
  'io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource',
  photonPersistentDiskVolumeSource,
)

const portworxVolumeSource = fields({
  /** Id of the volume. */
  volumeID: string(1, { always: true }),
  /** Kind of file system. */
  fsType: string(2),
  /** Mounted read-only. */
  readOnly: bool(3),
})
export interface PortworxVolumeSource extends Shape<typeof portworxVolumeSource> {}
export const PortworxVolumeSource: Type<PortworxVolumeSource> = object(
  'io.k8s.api.core.v1.PortworxVolumeSource',
  portworxVolumeSource,
)

const scaleIOVolumeSource = fields({
  /** Address of the gateway. */
  gateway: string(1, { always: true }),
  /** Name of the storage system. */
  system: string(2, { always: true }),
  /** Secret with the credentials. */
  secretRef: one(3, LocalObjectReference, { pointer: true, required: true }),
  /** Talk TLS to the gateway. */
  sslEnabled: bool(4),
  /** Name of the protection domain. */
  protectionDomain: string(5),
  /** Name of the pool. */
  storagePool: string(6),
  /** ThickProvisioned or ThinProvisioned. */
  storageMode: string(7, { default: 'ThinProvisioned' }),
  /** Name of the volume. */
  volumeName: string(8),
  /** Kind of file system. */
  fsType: string(9, { default: 'xfs' }),
  /** Mounted read-only. */
  readOnly: bool(10),
})
export interface ScaleIOVolumeSource extends Shape<typeof scaleIOVolumeSource> {}
export const ScaleIOVolumeSource: Type<ScaleIOVolumeSource> = object(
  'io.k8s.api.core.v1.ScaleIOVolumeSource',
  scaleIOVolumeSource,
)

const storageOSVolumeSource = fields({
  /** Name of the volume. */
  volumeName: string(1),
  /** Namespace of the volume. */
  volumeNamespace: string(2),
  /** Kind of file system. */
  fsType: string(3),
  /** Mounted read-only. */
  readOnly: bool(4),
  /** Secret with the credentials. */
  secretRef: one(5, LocalObjectReference, { pointer: true }),
})
export interface StorageOSVolumeSource extends Shape<typeof storageOSVolumeSource> {}
export const StorageOSVolumeSource: Type<StorageOSVolumeSource> = object(
  'io.k8s.api.core.v1.StorageOSVolumeSource',
  storageOSVolumeSource,
)
