import { bool, fields, int32, int64, list, object, one, string, stringMap } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { LabelSelector } from '../../meta/labelSelector.ts'
import { LocalObjectReference } from '../references.ts'
import { ObjectFieldSelector, ResourceFieldSelector } from './env.ts'

const keyToPath = fields({
  /** Key whose value is put into the file. */
  key: string(1, { always: true }),
  /** Path of the file; relative and without `..`. */
  path: string(2, { always: true }),
  /** Permission bits of the file; the volume's default when absent. */
  mode: int32(3, { pointer: true }),
})
export interface KeyToPath extends Shape<typeof keyToPath> {}
export const KeyToPath: Type<KeyToPath> = object('io.k8s.api.core.v1.KeyToPath', keyToPath)

const secretVolumeSource = fields({
  /** Name of the Secret. */
  secretName: string(1),
  /** Which keys become which files; every key its own file when empty. */
  items: list(2, KeyToPath, { listType: 'atomic' }),
  /** Permission bits of the files. */
  defaultMode: int32(3, { pointer: true, default: 0o644 }),
  /** Whether the Secret or its keys may be missing. */
  optional: bool(4, { pointer: true }),
})
export interface SecretVolumeSource extends Shape<typeof secretVolumeSource> {}
export const SecretVolumeSource: Type<SecretVolumeSource> = object(
  'io.k8s.api.core.v1.SecretVolumeSource',
  secretVolumeSource,
)

const configMapVolumeSource = fields({
  /** Which keys become which files; every key its own file when empty. */
  items: list(2, KeyToPath, { listType: 'atomic' }),
  /** Permission bits of the files. */
  defaultMode: int32(3, { pointer: true, default: 0o644 }),
  /** Whether the ConfigMap or its keys may be missing. */
  optional: bool(4, { pointer: true }),
})
export interface ConfigMapVolumeSource extends Shape<typeof configMapVolumeSource>, LocalObjectReference {}
export const ConfigMapVolumeSource: Type<ConfigMapVolumeSource> = object('io.k8s.api.core.v1.ConfigMapVolumeSource', {
  localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }),
  ...configMapVolumeSource,
})

const downwardAPIVolumeFile = fields({
  /** Path of the file; relative and without `..`. */
  path: string(1, { always: true }),
  /** A field of the pod. */
  fieldRef: one(2, ObjectFieldSelector, { pointer: true }),
  /** A resource amount of a container. */
  resourceFieldRef: one(3, ResourceFieldSelector, { pointer: true }),
  /** Permission bits of the file; the volume's default when absent. */
  mode: int32(4, { pointer: true }),
})
export interface DownwardAPIVolumeFile extends Shape<typeof downwardAPIVolumeFile> {}
export const DownwardAPIVolumeFile: Type<DownwardAPIVolumeFile> = object(
  'io.k8s.api.core.v1.DownwardAPIVolumeFile',
  downwardAPIVolumeFile,
)

const downwardAPIVolumeSource = fields({
  /** The files. */
  items: list(1, DownwardAPIVolumeFile, { listType: 'atomic' }),
  /** Permission bits of the files. */
  defaultMode: int32(2, { pointer: true, default: 0o644 }),
})
export interface DownwardAPIVolumeSource extends Shape<typeof downwardAPIVolumeSource> {}
export const DownwardAPIVolumeSource: Type<DownwardAPIVolumeSource> = object(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  downwardAPIVolumeSource,
)

const secretProjection = fields({
  /** Which keys become which files; every key its own file when empty. */
  items: list(2, KeyToPath, { listType: 'atomic' }),
  /** Whether the Secret or its keys may be missing. */
  optional: bool(4, { pointer: true }),
})
export interface SecretProjection extends Shape<typeof secretProjection>, LocalObjectReference {}
export const SecretProjection: Type<SecretProjection> = object('io.k8s.api.core.v1.SecretProjection', {
  localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }),
  ...secretProjection,
})

const configMapProjection = fields({
  /** Which keys become which files; every key its own file when empty. */
  items: list(2, KeyToPath, { listType: 'atomic' }),
  /** Whether the ConfigMap or its keys may be missing. */
  optional: bool(4, { pointer: true }),
})
export interface ConfigMapProjection extends Shape<typeof configMapProjection>, LocalObjectReference {}
export const ConfigMapProjection: Type<ConfigMapProjection> = object('io.k8s.api.core.v1.ConfigMapProjection', {
  localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }),
  ...configMapProjection,
})

const downwardAPIProjection = fields({
  /** The files. */
  items: list(1, DownwardAPIVolumeFile, { listType: 'atomic' }),
})
export interface DownwardAPIProjection extends Shape<typeof downwardAPIProjection> {}
export const DownwardAPIProjection: Type<DownwardAPIProjection> = object(
  'io.k8s.api.core.v1.DownwardAPIProjection',
  downwardAPIProjection,
)

const serviceAccountTokenProjection = fields({
  /** Who the token is for; the API server when empty. */
  audience: string(1),
  /** Seconds the token is wanted to live; it is renewed before. */
  expirationSeconds: int64(2, { pointer: true, default: 3600 }),
  /** Path of the file. */
  path: string(3, { always: true }),
})
export interface ServiceAccountTokenProjection extends Shape<typeof serviceAccountTokenProjection> {}
export const ServiceAccountTokenProjection: Type<ServiceAccountTokenProjection> = object(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  serviceAccountTokenProjection,
)

const clusterTrustBundleProjection = fields({
  /** Name of the one bundle. */
  name: string(1, { pointer: true }),
  /** Signer of the bundles, instead of one by name. */
  signerName: string(2, { pointer: true }),
  /** Labels of the bundles, with `signerName`. */
  labelSelector: one(3, LabelSelector, { pointer: true }),
  /** Whether the bundles may be missing. */
  optional: bool(5, { pointer: true }),
  /** Path of the file. */
  path: string(4, { always: true }),
})
export interface ClusterTrustBundleProjection extends Shape<typeof clusterTrustBundleProjection> {}
export const ClusterTrustBundleProjection: Type<ClusterTrustBundleProjection> = object(
  'io.k8s.api.core.v1.ClusterTrustBundleProjection',
  clusterTrustBundleProjection,
)

const podCertificateProjection = fields({
  /** Signer that is asked for the certificate. */
  signerName: string(1, { required: true }),
  /** Kind of key: RSA3072, RSA4096, ECDSAP256, ECDSAP384, ECDSAP521 or ED25519. */
  keyType: string(2, { required: true }),
  /** The longest the certificate may live. */
  maxExpirationSeconds: int32(3, { pointer: true }),
  /** File that gets key and certificates. */
  credentialBundlePath: string(4),
  /** File that gets the key. */
  keyPath: string(5),
  /** File that gets the certificates. */
  certificateChainPath: string(6),
  /** Notes passed on to the signer. */
  userAnnotations: stringMap(7),
})
export interface PodCertificateProjection extends Shape<typeof podCertificateProjection> {}
export const PodCertificateProjection: Type<PodCertificateProjection> = object(
  'io.k8s.api.core.v1.PodCertificateProjection',
  podCertificateProjection,
)

const volumeProjection = fields({
  /** Keys of a Secret. */
  secret: one(1, SecretProjection, { pointer: true }),
  /** Fields of the pod. */
  downwardAPI: one(2, DownwardAPIProjection, { pointer: true }),
  /** Keys of a ConfigMap. */
  configMap: one(3, ConfigMapProjection, { pointer: true }),
  /** A token of the pod's service account. */
  serviceAccountToken: one(4, ServiceAccountTokenProjection, { pointer: true }),
  /** Certificates of trust bundles. */
  clusterTrustBundle: one(5, ClusterTrustBundleProjection, { pointer: true }),
  /** A key and a certificate of the pod's own. */
  podCertificate: one(6, PodCertificateProjection, { pointer: true }),
})
export interface VolumeProjection extends Shape<typeof volumeProjection> {}
export const VolumeProjection: Type<VolumeProjection> = object('io.k8s.api.core.v1.VolumeProjection', volumeProjection)

const projectedVolumeSource = fields({
  /** Where the files come from. */
  sources: list(1, VolumeProjection, { always: true, listType: 'atomic', required: false }),
  /** Permission bits of the files. */
  defaultMode: int32(2, { pointer: true, default: 0o644 }),
})
export interface ProjectedVolumeSource extends Shape<typeof projectedVolumeSource> {}
export const ProjectedVolumeSource: Type<ProjectedVolumeSource> = object(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  projectedVolumeSource,
)
