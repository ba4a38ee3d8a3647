import { isTrue, type NewCondition, withCondition } from '../../api/apiextensions/conditions.ts'
import {
  type CustomResourceDefinition,
  cleanupFinalizer,
  customResourceDefinitions,
} from '../../api/apiextensions/customResourceDefinition.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Resource, resource } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Client } from '../../client/client.ts'
import { type Controller, watching } from '../../client/controller.ts'
import type { Informers } from '../../client/informer.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { planStatus } from './plan.ts'

export interface DefinitionControllerDeps {
  readonly client: Client
  readonly informers: Informers
  readonly clock: Clock
}

/** How soon it is looked again whether the objects of a kind that goes are gone. Milliseconds. */
const patience = 500

/**
 * Accepts the names of definitions, establishes them, and empties those that go. Upstream does this in five controllers
 * of its API server; one here sees the whole status at once, so that a definition is established by a single write.
 */
export function definitionController({ client, informers, clock }: DefinitionControllerDeps): Controller {
  const informer = informers.of(customResourceDefinitions)
  const definitions = client.of(customResourceDefinitions)
  const now = () => formatTime(clock.now())

  const writeStatus = async (
    definition: CustomResourceDefinition,
    conditions: CustomResourceDefinition['status']['conditions'],
    metadata = definition.metadata,
  ) => definitions.updateStatus({ ...definition, metadata, status: { ...definition.status, conditions } })

  const settle = async (definition: CustomResourceDefinition) => {
    const status = planStatus(definition, informer.cache.list(), now())
    if (status !== definition.status) await definitions.updateStatus({ ...definition, status })
  }

  /** Deletes the objects of a kind; says how that stands. */
  const empty = async (definition: CustomResourceDefinition): Promise<NewCondition> => {
    if (!isTrue(definition, 'Established')) return ended('NeverEstablished', 'resource was never established')
    const objects = client.of(anyVersion(definition))
    try {
      const { items } = await objects.list()
      const namespaces = new Set(items.map(item => item.metadata.namespace ?? ''))
      for (const namespace of namespaces) await objects.deleteCollection(namespace ? { namespace } : {})
      if (items.length === 0 || (await objects.list()).items.length === 0) {
        return ended('InstanceDeletionCompleted', 'removed all instances')
      }
    } catch (error) {
      // The kind is not served any more: what is left of it nobody can reach.
      if (is(error, 'NotFound')) return ended('InstanceDeletionCompleted', 'removed all instances')
      return going('InstanceDeletionFailed', `could not issue all deletes: ${(error as Error).message}`)
    }
    return going('InstanceDeletionInProgress', 'CustomResource deletion is in progress')
  }

  const clean = async (definition: CustomResourceDefinition) => {
    const condition = await empty(definition)
    const conditions = withCondition(definition.status.conditions, condition, now())
    const gone = condition.status === 'False'
    const old = definition.status.conditions.find(each => each.type === 'Terminating')
    if (gone) {
      const finalizers = definition.metadata.finalizers?.filter(each => each !== cleanupFinalizer) ?? []
      await writeStatus(definition, conditions, { ...definition.metadata, finalizers })
      return undefined
    }
    if (!old || old.reason !== condition.reason || old.message !== condition.message)
      await writeStatus(definition, conditions)
    return { again: patience }
  }

  return {
    name: 'customresourcedefinition',
    workers: 1,
    watches: [
      watching(informer, ({ type, object }) => {
        const own = [object.metadata.name ?? '']
        if (type === 'added') return own
        // Names that were given up may be what others of the group wait for.
        const others = informer.cache.list().filter(each => each.spec.group === object.spec.group)
        return [...own, ...others.filter(each => !isTrue(each, 'NamesAccepted')).map(each => each.metadata.name ?? '')]
      }),
    ],
    async reconcile(name) {
      const definition = informer.cache.get(name)
      if (!definition) return undefined
      try {
        if (!definition.metadata.deletionTimestamp) await settle(definition)
        else if (definition.metadata.finalizers?.includes(cleanupFinalizer)) return await clean(definition)
      } catch (error) {
        // It changed or went meanwhile: its own event brings it back.
        if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
      }
      return undefined
    },
  }
}

const ended = (reason: string, message: string): NewCondition => ({
  type: 'Terminating',
  status: 'False',
  reason,
  message,
})
const going = (reason: string, message: string): NewCondition => ({
  type: 'Terminating',
  status: 'True',
  reason,
  message,
})

/** How the controller asks for the kind: in the version that is stored, where that is served. */
function anyVersion({ spec, status }: CustomResourceDefinition): Resource {
  const served = spec.versions.filter(version => version.served)
  const version = served.find(each => each.storage) ?? served[0]
  const { kind, plural } = status.acceptedNames
  return resource({
    group: spec.group,
    version: version?.name ?? '',
    kind,
    plural,
    namespaced: spec.scope === 'Namespaced',
    type: { form: 'object', name: '', fields: {}, root: true, atomic: false, rules: [] },
  })
}
