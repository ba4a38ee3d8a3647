import type { KubeObject, OwnerReference } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Client } from '../../client/client.ts'

/** The reference that makes `owner` the one controller of an object. */
export function controllerReference(
  resource: Pick<Resource, 'apiVersion' | 'kind'>,
  owner: KubeObject,
): OwnerReference {
  return {
    apiVersion: resource.apiVersion,
    kind: resource.kind,
    name: owner.metadata.name ?? '',
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  }
}

/** The reference of the object's controller; at most one is marked so. */
export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find(reference => reference.controller)

export interface Claim<T extends KubeObject> {
  readonly client: Client
  /** The owner's kind and the owner, as cached. */
  readonly ownerResource: Resource
  readonly owner: KubeObject
  /** The dependents' kind, and those that might belong to the owner. */
  readonly resource: Resource<T>
  readonly candidates: readonly T[]
  /** Whether the owner's selector takes the object. */
  selects(object: T): boolean
}

/**
 * The objects that belong to `owner` now: those it controls and selects; orphans it selects are adopted, those it
 * controls but no longer selects are released. As `k8s.io/kubernetes/pkg/controller.BaseControllerRefManager`.
 */
export async function claim<T extends KubeObject>({
  client,
  ownerResource,
  owner,
  resource,
  candidates,
  selects,
}: Claim<T>): Promise<T[]> {
  const reference = controllerReference(ownerResource, owner)
  const mine: T[] = []
  let confirmed: Promise<boolean> | undefined
  /** Adoption trusts no cache: an owner that is going, or another of the same name, adopts nothing. */
  const mayAdopt = () => {
    confirmed ??= client
      .of(ownerResource)
      .get(reference.name, { namespace: owner.metadata.namespace ?? '' })
      .then(fresh => fresh.metadata.uid === reference.uid && !fresh.metadata.deletionTimestamp)
    return confirmed
  }
  for (const object of candidates) {
    const controller = controllerOf(object)
    if (controller) {
      if (controller.uid !== reference.uid) continue
      if (selects(object)) mine.push(object)
      else if (!owner.metadata.deletionTimestamp) await release(client, resource, object, reference.uid)
    } else if (
      selects(object) &&
      !object.metadata.deletionTimestamp &&
      !owner.metadata.deletionTimestamp &&
      (await mayAdopt())
    ) {
      const adopted = await adopt(client, resource, object, reference)
      if (adopted) mine.push(adopted)
    }
  }
  return mine
}

const patch = async <T extends KubeObject>(client: Client, resource: Resource<T>, object: T, metadata: object) => {
  try {
    return await client
      .of(resource)
      .patch(
        object.metadata.name ?? '',
        'strategic',
        { metadata: { uid: object.metadata.uid, ...metadata } },
        { namespace: object.metadata.namespace ?? '' },
      )
  } catch (error) {
    // Gone, or replaced by another of the same name: then there is nothing to own.
    if (is(error, 'NotFound') || is(error, 'Invalid') || is(error, 'Conflict')) return undefined
    throw error
  }
}

const adopt = <T extends KubeObject>(client: Client, resource: Resource<T>, object: T, reference: OwnerReference) =>
  patch(client, resource, object, { ownerReferences: [reference] })

const release = <T extends KubeObject>(client: Client, resource: Resource<T>, object: T, owner: string) =>
  patch(client, resource, object, { ownerReferences: [{ $patch: 'delete', uid: owner }] })
