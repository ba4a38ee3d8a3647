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
import type { Controller } from '../../client/controller.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { planStatus, type TakenNames } from './plan.ts'

/** The definitions as the server has them: looked at when needed, and not held, for they are large. */
export interface Definitions {
  get(name: string): CustomResourceDefinition | undefined
  /** Calls back with the definition after each change of one, and once for each there is. Returns how to stop. */
  on(changed: (definition: CustomResourceDefinition, how: 'there' | 'changed' | 'removed') => void): () => void
}

export interface DefinitionControllerDeps {
  readonly client: Client
  readonly known: Definitions
  readonly clock: Clock
}

/** How soon it is looked again whether the objects of a kind that goes are gone. Milliseconds. */
const patience = 500

/**
 * Accepts the names of definitions, establishes them, and empties those that go. Upstream does this in five controllers
 * of its API server; one here sees the whole status at once, so that a definition is established by a single write.
 */
export function definitionController({ client, known, clock }: DefinitionControllerDeps): Controller {
  const definitions = client.of(customResourceDefinitions)
  const now = () => formatTime(clock.now())

  const writeStatus = async (
    definition: CustomResourceDefinition,
    conditions: CustomResourceDefinition['status']['conditions'],
    metadata = definition.metadata,
  ) => definitions.updateStatus({ ...definition, metadata, status: { ...definition.status, conditions } })

  /** Definitions that wait for names, by name; and the names that all have. */
  const unaccepted = new Map<string, string>()
  const taken = new Map<string, TakenNames>()

  const settle = async (definition: CustomResourceDefinition) => {
    const { name = '' } = definition.metadata
    const status = planStatus(definition, taken.values(), now())
    if (status.conditions.some(each => each.type === 'NamesAccepted' && each.status !== 'True'))
      unaccepted.set(name, definition.spec.group)
    else unaccepted.delete(name)
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
      {
        informer: { whenSynced: () => Promise.resolve() },
        begin: queue =>
          known.on((definition, how) => {
            const { name = '' } = definition.metadata
            const { group } = definition.spec
            if (how === 'removed') taken.delete(name)
            else taken.set(name, { definition: name, group, names: definition.status.acceptedNames })
            queue.add(name)
            if (how === 'there') return
            // Names that were given up may be what others of the group wait for.
            for (const [other, wanted] of unaccepted) if (wanted === group) queue.add(other)
          }),
      },
    ],
    async reconcile(name) {
      const definition = known.get(name)
      if (!definition) {
        unaccepted.delete(name)
        return undefined
      }
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
