import { bool, fields, object, one, oneOf, quantity, string, stringMap } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ObjectMeta } from '../../meta/objectMeta.ts'
import { PersistentVolumeClaimSpec } from '../persistentVolumeClaimSpec.ts'
import { LocalObjectReference } from '../references.ts'
import {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CephFSVolumeSource,
  CinderVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GCEPersistentDiskVolumeSource,
  GitRepoVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  PhotonPersistentDiskVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from './storageProviders.ts'
import {
  ConfigMapVolumeSource,
  DownwardAPIVolumeSource,
  ProjectedVolumeSource,
  SecretVolumeSource,
} from './volumeFiles.ts'

const hostPathVolumeSource = fields({
  /** Path on the node. */
  path: string(1, { always: true }),
  /** What must stand there, or is made. */
  type: oneOf(
    2,
    ['', 'DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'],
    { pointer: true, default: '' },
  ),
})
export interface HostPathVolumeSource extends Shape<typeof hostPathVolumeSource> {}
export const HostPathVolumeSource: Type<HostPathVolumeSource> = object(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  hostPathVolumeSource,
)

const emptyDirVolumeSource = fields({
  /** Empty for the node's disk, `Memory`, or `HugePages-<size>`. */
  medium: string(1),
  /** The most it may hold. */
  sizeLimit: quantity(2, { pointer: true }),
})
export interface EmptyDirVolumeSource extends Shape<typeof emptyDirVolumeSource> {}
export const EmptyDirVolumeSource: Type<EmptyDirVolumeSource> = object(
  'io.k8s.api.core.v1.EmptyDirVolumeSource',
  emptyDirVolumeSource,
)

const nfsVolumeSource = fields({
  /** Address of the server. */
  server: string(1, { always: true }),
  /** Path the server exports. */
  path: string(2, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(3),
})
export interface NFSVolumeSource extends Shape<typeof nfsVolumeSource> {}
export const NFSVolumeSource: Type<NFSVolumeSource> = object('io.k8s.api.core.v1.NFSVolumeSource', nfsVolumeSource)

const persistentVolumeClaimVolumeSource = fields({
  /** Name of the claim. */
  claimName: string(1, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(2),
})
export interface PersistentVolumeClaimVolumeSource extends Shape<typeof persistentVolumeClaimVolumeSource> {}
export const PersistentVolumeClaimVolumeSource: Type<PersistentVolumeClaimVolumeSource> = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource',
  persistentVolumeClaimVolumeSource,
)

const csiVolumeSource = fields({
  /** Name of the driver. */
  driver: string(1, { always: true }),
  /** Mounted read-only. */
  readOnly: bool(2, { pointer: true }),
  /** Kind of file system. */
  fsType: string(3, { pointer: true }),
  /** Settings for the driver. */
  volumeAttributes: stringMap(4),
  /** Secret handed to the driver. */
  nodePublishSecretRef: one(5, LocalObjectReference, { pointer: true }),
})
export interface CSIVolumeSource extends Shape<typeof csiVolumeSource> {}
export const CSIVolumeSource: Type<CSIVolumeSource> = object('io.k8s.api.core.v1.CSIVolumeSource', csiVolumeSource)

const persistentVolumeClaimTemplate = fields({
  /** Labels and annotations of the claim. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The claim that is made. */
  spec: one(2, PersistentVolumeClaimSpec, { always: true, required: true }),
})
export interface PersistentVolumeClaimTemplate extends Shape<typeof persistentVolumeClaimTemplate> {}
export const PersistentVolumeClaimTemplate: Type<PersistentVolumeClaimTemplate> = object(
  'io.k8s.api.core.v1.PersistentVolumeClaimTemplate',
  persistentVolumeClaimTemplate,
)

const ephemeralVolumeSource = fields({
  /** The claim that is made for the pod and goes with it. */
  volumeClaimTemplate: one(1, PersistentVolumeClaimTemplate, { pointer: true }),
})
export interface EphemeralVolumeSource extends Shape<typeof ephemeralVolumeSource> {}
export const EphemeralVolumeSource: Type<EphemeralVolumeSource> = object(
  'io.k8s.api.core.v1.EphemeralVolumeSource',
  ephemeralVolumeSource,
)

const imageVolumeSource = fields({
  /** Image or artifact whose files are mounted. */
  reference: string(1),
  /** When it is pulled; `Always` for `:latest`, otherwise `IfNotPresent`. */
  pullPolicy: oneOf(2, ['Always', 'Never', 'IfNotPresent']),
})
export interface ImageVolumeSource extends Shape<typeof imageVolumeSource> {}
export const ImageVolumeSource: Type<ImageVolumeSource> = object(
  'io.k8s.api.core.v1.ImageVolumeSource',
  imageVolumeSource,
)

const volumeSource = fields({
  /** A file or directory of the node. */
  hostPath: one(1, HostPathVolumeSource, { pointer: true }),
  /** A directory that lives as long as the pod. */
  emptyDir: one(2, EmptyDirVolumeSource, { pointer: true }),
  /** A disk of Google's cloud; deprecated. */
  gcePersistentDisk: one(3, GCEPersistentDiskVolumeSource, { pointer: true }),
  /** A disk of Amazon's cloud; deprecated. */
  awsElasticBlockStore: one(4, AWSElasticBlockStoreVolumeSource, { pointer: true }),
  /** A checked out repository; deprecated. */
  gitRepo: one(5, GitRepoVolumeSource, { pointer: true }),
  /** Files from a Secret. */
  secret: one(6, SecretVolumeSource, { pointer: true }),
  /** An NFS export. */
  nfs: one(7, NFSVolumeSource, { pointer: true }),
  /** An iSCSI unit. */
  iscsi: one(8, ISCSIVolumeSource, { pointer: true }),
  /** A GlusterFS volume; deprecated. */
  glusterfs: one(9, GlusterfsVolumeSource, { pointer: true }),
  /** A claim of the same namespace. */
  persistentVolumeClaim: one(10, PersistentVolumeClaimVolumeSource, { pointer: true }),
  /** A RADOS block device; deprecated. */
  rbd: one(11, RBDVolumeSource, { pointer: true }),
  /** A volume of an exec driver; deprecated. */
  flexVolume: one(12, FlexVolumeSource, { pointer: true }),
  /** A disk of OpenStack; deprecated. */
  cinder: one(13, CinderVolumeSource, { pointer: true }),
  /** A CephFS directory; deprecated. */
  cephfs: one(14, CephFSVolumeSource, { pointer: true }),
  /** A Flocker dataset; deprecated. */
  flocker: one(15, FlockerVolumeSource, { pointer: true }),
  /** Files from fields of the pod. */
  downwardAPI: one(16, DownwardAPIVolumeSource, { pointer: true }),
  /** A Fibre Channel unit. */
  fc: one(17, FCVolumeSource, { pointer: true }),
  /** A file share of Azure; deprecated. */
  azureFile: one(18, AzureFileVolumeSource, { pointer: true }),
  /** Files from a ConfigMap. */
  configMap: one(19, ConfigMapVolumeSource, { pointer: true }),
  /** A disk of vSphere; deprecated. */
  vsphereVolume: one(20, VsphereVirtualDiskVolumeSource, { pointer: true }),
  /** A Quobyte volume; deprecated. */
  quobyte: one(21, QuobyteVolumeSource, { pointer: true }),
  /** A disk of Azure; deprecated. */
  azureDisk: one(22, AzureDiskVolumeSource, { pointer: true }),
  /** A disk of Photon; deprecated. */
  photonPersistentDisk: one(23, PhotonPersistentDiskVolumeSource, { pointer: true }),
  /** Files from several sources in one directory. */
  projected: one(26, ProjectedVolumeSource, { pointer: true }),
  /** A Portworx volume; deprecated. */
  portworxVolume: one(24, PortworxVolumeSource, { pointer: true }),
  /** A ScaleIO volume; deprecated. */
  scaleIO: one(25, ScaleIOVolumeSource, { pointer: true }),
  /** A StorageOS volume; deprecated. */
  storageos: one(27, StorageOSVolumeSource, { pointer: true }),
  /** A volume a CSI driver makes for the pod. */
  csi: one(28, CSIVolumeSource, { pointer: true }),
  /** A volume whose claim is made for the pod. */
  ephemeral: one(29, EphemeralVolumeSource, { pointer: true }),
  /** Files of an image. */
  image: one(30, ImageVolumeSource, { pointer: true }),
})
export interface VolumeSource extends Shape<typeof volumeSource> {}
export const VolumeSource: Type<VolumeSource> = object('io.k8s.api.core.v1.VolumeSource', volumeSource)

const volume = fields({
  /** Name of the volume; a DNS label, unique in the pod. */
  name: string(1, { always: true }),
})
export interface Volume extends Shape<typeof volume>, VolumeSource {}
export const Volume: Type<Volume> = object('io.k8s.api.core.v1.Volume', {
  ...volume,
  volumeSource: one(2, VolumeSource, { always: true, inline: true }),
})

const sources = Object.keys(volumeSource) as readonly (keyof VolumeSource)[]

/** Which kind of source a volume has; undefined while it has none. */
export const sourceOf = (volume: Volume): keyof VolumeSource | undefined =>
  sources.find(name => volume[name] !== undefined)
