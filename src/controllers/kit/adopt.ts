import type { KubeObject, OwnerReference } from '../../api/meta/objectMeta.ts'
import { controllerOf, controllerReference } from '../../api/meta/owners.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Client } from '../../client/client.ts'

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
  /** Put on what is adopted, and taken off what is released. */
  readonly finalizer?: string
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
  finalizer,
}: Claim<T>): Promise<T[]> {
  const reference = controllerReference(owner, ownerResource)
  const mine: T[] = []
  let confirmed: Promise<boolean> | undefined
  /** Adoption trusts no cache: an owner that is going, or another of the same name, adopts nothing. */
  const mayAdopt = () => {
    confirmed ??= stillThere(client, ownerResource, owner)
    return confirmed
  }
  for (const object of candidates) {
    const controller = controllerOf(object)
    if (controller) {
      if (controller.uid !== reference.uid) continue
      if (selects(object)) mine.push(object)
      else if (!owner.metadata.deletionTimestamp) await release(client, resource, object, reference.uid, finalizer)
    } else if (
      selects(object) &&
      !object.metadata.deletionTimestamp &&
      !owner.metadata.deletionTimestamp &&
      (await mayAdopt())
    ) {
      const adopted = await adopt(client, resource, object, reference, finalizer)
      if (adopted) mine.push(adopted)
    }
  }
  return mine
}

async function stillThere(client: Client, resource: Resource, { metadata }: KubeObject): Promise<boolean> {
  try {
    const fresh = await client.of(resource).get(metadata.name ?? '', { namespace: metadata.namespace ?? '' })
    return fresh.metadata.uid === metadata.uid && !fresh.metadata.deletionTimestamp
  } catch (error) {
    if (is(error, 'NotFound')) return false
    throw error
  }
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

const adopt = <T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  object: T,
  reference: OwnerReference,
  finalizer: string | undefined,
) =>
  patch(client, resource, object, { ownerReferences: [reference], ...(finalizer ? { finalizers: [finalizer] } : {}) })

const release = <T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  object: T,
  owner: string,
  finalizer: string | undefined,
) =>
  patch(client, resource, object, {
    ownerReferences: [{ $patch: 'delete', uid: owner }],
    ...(finalizer ? { '$deleteFromPrimitiveList/finalizers': [finalizer] } : {}),
  })
