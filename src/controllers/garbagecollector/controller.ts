import { resources as builtin } from '../../api/index.ts'
import type { KubeObject, OwnerReference } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import type { Controller, Watch } from '../../client/controller.ts'
import { discoverOthers } from '../../client/discovery.ts'
import type { ControllerContext } from '../controller.ts'
import { watchCustomKinds } from '../kit/customKinds.ts'
import { createGraph, foregroundFinalizer, type Item, itemOf, orphanFinalizer } from './graph.ts'
import { type OwnerState, plan } from './plan.ts'

const needed = ['list', 'watch', 'delete']
/** Events own nothing and are owned by nothing; watching them would double the cost of each. */
const ignored = new Set(['events', 'events.events.k8s.io'])

/**
 * Deletes what has lost its owners, and carries out foreground deletion and orphaning. It watches every kind that can be
 * deleted; keys are UIDs. `k8s.io/kubernetes/pkg/controller/garbagecollector`.
 */
export function garbageCollector({ client, informers, log }: ControllerContext): Controller {
  const graph = createGraph()
  const collectable = builtin.filter(
    each =>
      !each.virtual && !ignored.has(each.qualified) && needed.every(verb => (each.verbs ?? needed).includes(verb)),
  )
  const groupOf = (apiVersion: string) => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')
  const known = new Map<string, Resource>(collectable.map(each => [`${each.group}/${each.kind}`, each]))

  const watch = (resource: Resource): Watch => {
    const informer = informers.of(resource, { identityOnly: true })
    return {
      informer,
      begin(queue) {
        const look = (object: KubeObject) => {
          const item = itemOf(resource, object)
          const before = graph.get(item.uid)
          graph.set(item)
          // It may have ceased to hold up an owner.
          for (const owner of before?.owners ?? []) if (graph.get(owner.uid)?.foreground) queue.add(owner.uid)
          if (item.owners.length > 0 || item.foreground || item.orphaning) queue.add(item.uid)
          // What waits for its owner's state must look again: the owner begins to wait for its dependents.
          if (item.foreground) for (const dependent of graph.dependents(item.uid)) queue.add(dependent.uid)
        }
        return informer.on({
          added: look,
          changed: look,
          removed(object) {
            const uid = object.metadata.uid ?? ''
            const gone = graph.get(uid)
            graph.delete(uid)
            for (const dependent of graph.dependents(uid)) queue.add(dependent.uid)
            for (const owner of gone?.owners ?? []) if (graph.get(owner.uid)?.foreground) queue.add(owner.uid)
          },
        })
      },
    }
  }

  /** A kind that may go: with it go the objects that were known of it. */
  const watchCustom = (resource: Resource): Watch => {
    known.set(`${resource.group}/${resource.kind}`, resource)
    const inner = watch(resource)
    return {
      ...inner,
      begin(queue) {
        const stop = inner.begin(queue)
        return () => {
          stop()
          for (const { metadata } of informers.of(resource, { identityOnly: true }).cache.list()) {
            const { uid = '' } = metadata
            graph.delete(uid)
            for (const dependent of graph.dependents(uid)) queue.add(dependent.uid)
          }
          informers.forget(resource)
        }
      },
    }
  }

  /** A kind that was not declared here: custom resources are looked up when first met. */
  const resourceFor = async (owner: OwnerReference): Promise<Resource | undefined> => {
    const id = `${groupOf(owner.apiVersion)}/${owner.kind}`
    if (!known.has(id))
      for (const found of (await discoverOthers(client, builtin)).resources)
        known.set(`${found.group}/${found.kind}`, found)
    return known.get(id)
  }

  /** Asks the server where the graph has no answer: a cache may lag, a deletion cannot be taken back. */
  const stateOf = async (item: Item, owner: OwnerReference): Promise<OwnerState> => {
    const cached = graph.get(owner.uid)
    if (cached) {
      // An owner in another namespace is no owner.
      if (cached.resource.namespaced && cached.namespace !== item.namespace) return 'gone'
      return cached.foreground ? 'waiting' : 'there'
    }
    const resource = await resourceFor(owner)
    if (!resource) return 'unknown'
    if (resource.namespaced && !item.namespace) return 'unknown'
    try {
      const found = await client.of(resource).get(owner.name, resource.namespaced ? { namespace: item.namespace } : {})
      if (found.metadata.uid !== owner.uid) return 'gone'
      return itemOf(resource, found).foreground ? 'waiting' : 'there'
    } catch (error) {
      if (is(error, 'NotFound')) return 'gone'
      throw error
    }
  }

  const where = (item: Item) => (item.resource.namespaced ? { namespace: item.namespace } : {})
  const tolerant = async (work: Promise<unknown>) => {
    try {
      await work
    } catch (error) {
      // It went by itself, or changed: its own event brings it back.
      if (!is(error, 'NotFound') && !is(error, 'Conflict') && !is(error, 'Invalid')) throw error
    }
  }
  const withOwners = (item: Item, ownerReferences: readonly OwnerReference[]) =>
    tolerant(
      client.of(item.resource).patch(item.name, 'merge', { metadata: { uid: item.uid, ownerReferences } }, where(item)),
    )
  const withoutOwners = (item: Item, owners: readonly string[]) =>
    withOwners(
      item,
      item.owners.filter(owner => !owners.includes(owner.uid)),
    )
  const withoutFinalizer = async (item: Item, finalizer: string) => {
    const object = await client.of(item.resource).get(item.name, where(item))
    if (object.metadata.uid !== item.uid) return
    const finalizers = (object.metadata.finalizers ?? []).filter(each => each !== finalizer)
    const { uid, resourceVersion } = object.metadata
    await client
      .of(item.resource)
      .patch(item.name, 'merge', { metadata: { uid, resourceVersion, finalizers } }, where(item))
  }

  return {
    name: 'garbage-collector',
    workers: 20,
    watches: [
      ...collectable.map(resource => watch(resource)),
      watchCustomKinds({ client, informers, log }, watchCustom),
    ],
    async reconcile(uid) {
      const item = graph.get(uid)
      if (!item) return undefined
      const states = new Map<string, OwnerState>()
      if (!item.deleting) for (const owner of item.owners) states.set(owner.uid, await stateOf(item, owner))
      const action = plan(item, graph, owner => states.get(owner.uid) ?? 'unknown')
      switch (action.act) {
        case 'keep':
          return undefined
        case 'drop':
          await withoutOwners(item, action.owners)
          return undefined
        case 'delete':
          log.debug('deleting an object whose owners are gone', {
            kind: item.resource.kind,
            namespace: item.namespace,
            name: item.name,
          })
          if (action.circle)
            await withOwners(
              item,
              item.owners.map(({ blockOwnerDeletion: _, ...owner }) => owner),
            )
          await tolerant(
            client
              .of(item.resource)
              .delete(item.name, { ...where(item), propagationPolicy: action.policy, preconditions: { uid } }),
          )
          return undefined
        case 'wait':
          // Each dependent decides for itself whether it has another owner to stay for.
          return undefined
        case 'unblock':
          await tolerant(withoutFinalizer(item, foregroundFinalizer))
          return undefined
        case 'orphan':
          await Promise.all(action.dependents.map(each => withoutOwners(each, [uid])))
          await tolerant(withoutFinalizer(item, orphanFinalizer))
          return undefined
      }
    },
  }
}
