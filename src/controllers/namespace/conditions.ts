import type { NamespaceCondition } from '../../api/core/namespace.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'

/** What is left in a namespace after deletion was asked for. */
export interface Remains {
  /** By qualified resource. */
  readonly left: ReadonlyMap<string, readonly KubeObject[]>
  readonly errors: readonly string[]
  /** Group versions whose kinds are not known now. */
  readonly undiscovered: readonly string[]
}

interface Said {
  readonly type: string
  readonly bad: boolean
  readonly reason: string
  readonly message: string
}

function countLeft({ left }: Remains): string {
  return [...left]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([resource, items]) =>
        `${resource.includes('.') ? resource : `${resource}.`} has ${items.length} resource instances`,
    )
    .join(', ')
}

function countFinalizers({ left }: Remains): string {
  const counts = new Map<string, number>()
  for (const items of left.values())
    for (const item of items)
      for (const name of item.metadata.finalizers ?? []) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, count]) => `${name} in ${count} resource instances`)
    .join(', ')
}

function say(remains: Remains): Said[] {
  const { errors, undiscovered, left } = remains
  const finalizers = countFinalizers(remains)
  return [
    {
      type: 'NamespaceDeletionDiscoveryFailure',
      bad: undiscovered.length > 0,
      reason: undiscovered.length > 0 ? 'DiscoveryFailed' : 'ResourcesDiscovered',
      message:
        undiscovered.length > 0
          ? `Discovery failed for some groups, ${undiscovered.length} failing: ${undiscovered.join(', ')}`
          : 'All resources successfully discovered',
    },
    {
      type: 'NamespaceDeletionGroupVersionParsingFailure',
      bad: false,
      reason: 'ParsedGroupVersions',
      message: 'All legacy kube types successfully parsed',
    },
    {
      type: 'NamespaceDeletionContentFailure',
      bad: errors.length > 0,
      reason: errors.length > 0 ? 'ContentDeletionFailed' : 'ContentDeleted',
      message:
        errors.length > 0
          ? `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(', ')}`
          : 'All content successfully deleted, may be waiting on finalization',
    },
    {
      type: 'NamespaceContentRemaining',
      bad: left.size > 0,
      reason: left.size > 0 ? 'SomeResourcesRemain' : 'ContentRemoved',
      message:
        left.size > 0 ? `Some resources are remaining: ${countLeft(remains)}` : 'All content successfully removed',
    },
    {
      type: 'NamespaceFinalizersRemaining',
      bad: finalizers !== '',
      reason: finalizers ? 'SomeFinalizersRemain' : 'ContentHasNoFinalizers',
      message: finalizers
        ? `Some content in the namespace has finalizers remaining: ${finalizers}`
        : 'All content-preserving finalizers finished',
    },
  ]
}

/** The conditions that tell why a namespace is still there, in upstream's words; unchanged ones keep their time. */
export function conditionsOf(
  before: readonly NamespaceCondition[],
  remains: Remains,
  timestamp: string,
): NamespaceCondition[] {
  return say(remains).map(({ type, bad, reason, message }) => {
    const status = bad ? 'True' : 'False'
    const known = before.find(condition => condition.type === type)
    const lastTransitionTime = known?.status === status ? (known.lastTransitionTime ?? timestamp) : timestamp
    return { type, status, reason, message, lastTransitionTime }
  })
}
