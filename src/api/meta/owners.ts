import type { ObjectMeta, OwnerReference } from './objectMeta.ts'

interface Owned {
  readonly metadata: Pick<ObjectMeta, 'ownerReferences'>
}

/** The owner that manages an object, if there is one. */
export const controllerOf = (object: Owned): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(owner => owner.controller === true)

/** Whether the object with this UID is among the owners. */
export const hasOwner = (object: Owned, uid: string): boolean =>
  object.metadata.ownerReferences?.some(owner => owner.uid === uid) ?? false

/** Whether the object with this UID manages an object. */
export const isControlledBy = (object: Owned, owner: { readonly metadata: Pick<ObjectMeta, 'uid'> }): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid

/** The reference by which `owner` manages an object; the owner's foreground deletion waits for the object. */
export const controllerReference = (
  owner: { readonly metadata: Pick<ObjectMeta, 'name' | 'uid'> },
  of: { readonly apiVersion: string; readonly kind: string },
): OwnerReference => ({
  apiVersion: of.apiVersion,
  kind: of.kind,
  name: owner.metadata.name ?? '',
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})
