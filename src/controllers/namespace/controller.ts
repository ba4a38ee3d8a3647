import { type Namespace, type NamespaceCondition, namespaces } from '../../api/core/namespace.ts'
import { pods } from '../../api/core/pod/resource.ts'
import { resources as builtin } from '../../api/index.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { is } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { type Controller, watching } from '../../client/controller.ts'
import { discoverOthers } from '../../client/discovery.ts'
import { equal } from '../../schema/derive/equal.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { ControllerContext } from '../controller.ts'
import { conditionsOf, type Remains } from './conditions.ts'

const finalizer = 'kubernetes'
const wanted = ['list', 'deletecollection']

/**
 * Empties a namespace that is being deleted, then lets it go: every kind is deleted by collection; what is left keeps
 * the namespace and is told in its conditions. `k8s.io/kubernetes/pkg/controller/namespace`.
 */
export function namespaceController({ client, informers, clock }: ControllerContext): Controller {
  const informer = informers.of(namespaces)

  const kinds = async (): Promise<{ resources: Resource[]; failed: string[] }> => {
    const others = await discoverOthers(client, builtin)
    const can = (each: Resource) =>
      each.namespaced && !each.virtual && wanted.every(verb => (each.verbs ?? wanted).includes(verb))
    return { resources: [...builtin, ...others.resources].filter(can), failed: others.failed }
  }

  /** Deletes what is there of one kind; returns what still is, going or held back by finalizers. */
  const empty = async (resource: Resource, namespace: string): Promise<readonly KubeObject[]> => {
    const first = await client.of(resource).list({ namespace, limit: 1 })
    if (first.items.length === 0) return []
    await client.of(resource).deleteCollection({ namespace, propagationPolicy: 'Background' })
    return (await client.of(resource).list({ namespace })).items
  }

  const drain = async (namespace: string): Promise<Remains> => {
    const { resources, failed } = await kinds()
    const left = new Map<string, readonly KubeObject[]>()
    const errors: string[] = []
    for (const resource of resources) {
      try {
        const items = await empty(resource, namespace)
        if (items.length > 0) left.set(resource.qualified, items)
      } catch (error) {
        if (!is(error, 'NotFound') && !is(error, 'MethodNotAllowed')) errors.push((error as Error).message)
      }
    }
    return { left, errors, undiscovered: failed }
  }

  const writeConditions = async (namespace: Namespace, remains: Remains) => {
    const conditions: NamespaceCondition[] = conditionsOf(
      namespace.status.conditions ?? [],
      remains,
      formatTime(clock.now()),
    )
    if (!equal(conditions, namespace.status.conditions ?? []))
      await client.of(namespaces).updateStatus({ ...namespace, status: { ...namespace.status, conditions } })
  }

  /** How long to wait before looking again: pods get the time they asked for. */
  const patience = (remains: Remains): number => {
    const graces = (remains.left.get(pods.qualified) ?? []).map(pod => pod.metadata.deletionGracePeriodSeconds ?? 0)
    return Math.min(15_000, Math.max(500, ...graces.map(seconds => (seconds * 1000) / 2 + 100)))
  }

  return {
    name: 'namespace',
    workers: 10,
    watches: [
      watching(informer, ({ type, object }) =>
        type !== 'removed' && object.metadata.deletionTimestamp ? [object.metadata.name ?? ''] : [],
      ),
    ],
    async reconcile(name) {
      const namespace = informer.cache.get(name)
      if (!namespace?.metadata.deletionTimestamp || !namespace.spec.finalizers?.includes(finalizer)) return undefined
      const remains = await drain(name)
      if (remains.left.size > 0 || remains.errors.length > 0 || remains.undiscovered.length > 0) {
        await writeConditions(namespace, remains)
        return { again: patience(remains) }
      }
      const finalizers = namespace.spec.finalizers.filter(each => each !== finalizer)
      try {
        await client
          .of(namespaces)
          .update({ ...namespace, spec: { ...namespace.spec, finalizers } }, { subresource: 'finalize' })
      } catch (error) {
        if (!is(error, 'NotFound')) throw error
      }
      return undefined
    },
  }
}
