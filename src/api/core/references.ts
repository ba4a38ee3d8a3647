import { fields, object, string } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'

const localObjectReference = fields({
  /** Name of the object. */
  name: string(1),
})
export interface LocalObjectReference extends Shape<typeof localObjectReference> {}
export const LocalObjectReference: Type<LocalObjectReference> = object(
  'io.k8s.api.core.v1.LocalObjectReference',
  localObjectReference,
  { atomic: true },
)

const typedLocalObjectReference = fields({
  /** API group of the object; absent for the core group. */
  apiGroup: string(1, { pointer: true }),
  /** Kind of the object. */
  kind: string(2, { always: true }),
  /** Name of the object. */
  name: string(3, { always: true }),
})
export interface TypedLocalObjectReference extends Shape<typeof typedLocalObjectReference> {}
export const TypedLocalObjectReference: Type<TypedLocalObjectReference> = object(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  typedLocalObjectReference,
  { atomic: true },
)

const typedObjectReference = fields({
  /** API group of the object; absent for the core group. */
  apiGroup: string(1, { pointer: true }),
  /** Kind of the object. */
  kind: string(2, { always: true }),
  /** Name of the object. */
  name: string(3, { always: true }),
  /** Namespace of the object; the one of the referrer when absent. */
  namespace: string(4, { pointer: true }),
})
export interface TypedObjectReference extends Shape<typeof typedObjectReference> {}
export const TypedObjectReference: Type<TypedObjectReference> = object(
  'io.k8s.api.core.v1.TypedObjectReference',
  typedObjectReference,
)

const secretReference = fields({
  /** Name of the secret. */
  name: string(1),
  /** Namespace of the secret. */
  namespace: string(2),
})
export interface SecretReference extends Shape<typeof secretReference> {}
export const SecretReference: Type<SecretReference> = object('io.k8s.api.core.v1.SecretReference', secretReference, {
  atomic: true,
})

const objectReference = fields({
  /** Kind of the object. */
  kind: string(1),
  /** Namespace of the object. */
  namespace: string(2),
  /** Name of the object. */
  name: string(3),
  /** UID of the object. */
  uid: string(4),
  /** API version of the object. */
  apiVersion: string(5),
  /** Version of the object that is meant, if a certain one. */
  resourceVersion: string(6),
  /** Part of the object that is meant, as a path: `spec.containers{web}`. */
  fieldPath: string(7),
})
export interface ObjectReference extends Shape<typeof objectReference> {}
export const ObjectReference: Type<ObjectReference> = object('io.k8s.api.core.v1.ObjectReference', objectReference, {
  atomic: true,
})
