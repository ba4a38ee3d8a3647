import { bool, fields, object, one, quantity, string } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { LocalObjectReference } from '../references.ts'

const objectFieldSelector = fields({
  /** API version the path is written for. */
  apiVersion: string(1, { default: 'v1' }),
  /** Path of the field: `metadata.name`, `status.podIP`, ... */
  fieldPath: string(2, { always: true }),
})
export interface ObjectFieldSelector extends Shape<typeof objectFieldSelector> {}
export const ObjectFieldSelector: Type<ObjectFieldSelector> = object(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  objectFieldSelector,
  { atomic: true },
)

const resourceFieldSelector = fields({
  /** Container that is asked about; needed in volumes. */
  containerName: string(1),
  /** Resource: `limits.cpu`, `requests.memory`, ... */
  resource: string(2, { always: true }),
  /** Unit the amount is told in; 1 when zero. */
  divisor: quantity(3, { always: true }),
})
export interface ResourceFieldSelector extends Shape<typeof resourceFieldSelector> {}
export const ResourceFieldSelector: Type<ResourceFieldSelector> = object(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  resourceFieldSelector,
  { atomic: true },
)

const configMapKeySelector = fields({
  /** Key whose value is taken. */
  key: string(2, { always: true }),
  /** Whether the object or the key may be missing. */
  optional: bool(3, { pointer: true }),
})
export interface ConfigMapKeySelector extends Shape<typeof configMapKeySelector>, LocalObjectReference {}
export const ConfigMapKeySelector: Type<ConfigMapKeySelector> = object(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  { localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }), ...configMapKeySelector },
  { atomic: true },
)

const secretKeySelector = fields({
  /** Key whose value is taken. */
  key: string(2, { always: true }),
  /** Whether the object or the key may be missing. */
  optional: bool(3, { pointer: true }),
})
export interface SecretKeySelector extends Shape<typeof secretKeySelector>, LocalObjectReference {}
export const SecretKeySelector: Type<SecretKeySelector> = object(
  'io.k8s.api.core.v1.SecretKeySelector',
  { localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }), ...secretKeySelector },
  { atomic: true },
)

const fileKeySelector = fields({
  /** Volume that holds the file; an emptyDir. */
  volumeName: string(1, { always: true }),
  /** Path of the file in the volume. */
  path: string(2, { always: true }),
  /** Variable of the file whose value is taken. */
  key: string(3, { always: true }),
  /** Whether the file or the variable may be missing. */
  optional: bool(4, { pointer: true, default: false }),
})
export interface FileKeySelector extends Shape<typeof fileKeySelector> {}
export const FileKeySelector: Type<FileKeySelector> = object('io.k8s.api.core.v1.FileKeySelector', fileKeySelector, {
  atomic: true,
})

const envVarSource = fields({
  /** A field of the pod. */
  fieldRef: one(1, ObjectFieldSelector, { pointer: true }),
  /** A resource amount of a container. */
  resourceFieldRef: one(2, ResourceFieldSelector, { pointer: true }),
  /** A key of a ConfigMap. */
  configMapKeyRef: one(3, ConfigMapKeySelector, { pointer: true }),
  /** A key of a Secret. */
  secretKeyRef: one(4, SecretKeySelector, { pointer: true }),
  /** A variable of a file that an earlier container wrote. */
  fileKeyRef: one(5, FileKeySelector, { pointer: true }),
})
export interface EnvVarSource extends Shape<typeof envVarSource> {}
export const EnvVarSource: Type<EnvVarSource> = object('io.k8s.api.core.v1.EnvVarSource', envVarSource)

const envVar = fields({
  /** Name of the variable. */
  name: string(1, { always: true }),
  /** Its value; `$(NAME)` stands for another variable, `$$` for a dollar sign. */
  value: string(2),
  /** Where the value comes from instead. */
  valueFrom: one(3, EnvVarSource, { pointer: true }),
})
export interface EnvVar extends Shape<typeof envVar> {}
export const EnvVar: Type<EnvVar> = object('io.k8s.api.core.v1.EnvVar', envVar)

const configMapEnvSource = fields({
  /** Whether the ConfigMap may be missing. */
  optional: bool(2, { pointer: true }),
})
export interface ConfigMapEnvSource extends Shape<typeof configMapEnvSource>, LocalObjectReference {}
export const ConfigMapEnvSource: Type<ConfigMapEnvSource> = object('io.k8s.api.core.v1.ConfigMapEnvSource', {
  localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }),
  ...configMapEnvSource,
})

const secretEnvSource = fields({
  /** Whether the Secret may be missing. */
  optional: bool(2, { pointer: true }),
})
export interface SecretEnvSource extends Shape<typeof secretEnvSource>, LocalObjectReference {}
export const SecretEnvSource: Type<SecretEnvSource> = object('io.k8s.api.core.v1.SecretEnvSource', {
  localObjectReference: one(1, LocalObjectReference, { always: true, inline: true }),
  ...secretEnvSource,
})

const envFromSource = fields({
  /** Put in front of every key. */
  prefix: string(1),
  /** ConfigMap whose keys become variables. */
  configMapRef: one(2, ConfigMapEnvSource, { pointer: true }),
  /** Secret whose keys become variables. */
  secretRef: one(3, SecretEnvSource, { pointer: true }),
})
export interface EnvFromSource extends Shape<typeof envFromSource> {}
export const EnvFromSource: Type<EnvFromSource> = object('io.k8s.api.core.v1.EnvFromSource', envFromSource)
