import type { KubeObject, ObjectMeta } from '../../api/meta/objectMeta.ts'
import type { DeleteOptions } from '../../api/meta/options.ts'
import type { Resource } from '../../api/resource.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import { held } from './held.ts'

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

/** What a deletion makes of an object: nothing more, an object that is marked as ending, or what it was already. */
export type Begun =
  | { readonly outcome: 'gone' }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'ending'; readonly object: KubeObject }

/**
 * Decides what the deletion of an object comes to. With grace it ends later, and the time can only be shortened; with
 * finalizers it stays until they are gone. Upstream's `rest.BeforeDelete` and `updateForGracefulDeletionAndFinalizers`.
 */
export function beginDeletion(resource: Resource, object: KubeObject, options: DeleteOptions, now: number): Begun {
  const { metadata } = object
  const asked = options.gracePeriodSeconds === undefined ? undefined : seconds(options.gracePeriodSeconds)
  const end = resource.grace ? graceful(resource, object, asked, now) : undefined
  if (end === 'unchanged') return { outcome: 'unchanged' }
  const finalizers = finalizersAfter(metadata, options)
  const next = withFinalizers(object, finalizers)
  const waits = held(resource, next)
  if (end) {
    if (!waits && end.grace === 0) return { outcome: 'gone' }
    return ending(resource, object, mark(next, end.time, end.grace))
  }
  if (!waits) return { outcome: 'gone' }
  const before = metadata.deletionTimestamp
  const time = before !== undefined && Date.parse(before) <= now ? before : formatTime(now)
  const marked = mark(next, time, 0)
  if (before === time && metadata.deletionGracePeriodSeconds === 0 && same(finalizers, metadata.finalizers ?? []))
    return { outcome: 'unchanged' }
  return ending(resource, object, marked)
}

/** Negative grace counts as one second. */
const seconds = (asked: number) => (asked < 0 ? 1 : asked)

interface End {
  readonly time: string
  readonly grace: number
}

/** When an object of a kind that ends gracefully will be due; undefined: what is left is up to its finalizers. */
function graceful(
  resource: Resource,
  object: KubeObject,
  asked: number | undefined,
  now: number,
): End | 'unchanged' | undefined {
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata
  if (deletionTimestamp === undefined) {
    const grace = resource.grace?.(object, asked) ?? 0
    return { time: formatTime(now + grace * 1000), grace }
  }
  const known = deletionGracePeriodSeconds === undefined ? 0 : seconds(deletionGracePeriodSeconds)
  if (known === 0) return undefined
  if (asked === undefined || asked >= known) return 'unchanged'
  const time = Date.parse(deletionTimestamp) + (asked - known) * 1000
  // The new time has passed: whoever ends the object still gets the shortest time there is, unless none was asked for.
  return time >= now ? { time: formatTime(time), grace: asked } : { time: formatTime(now), grace: asked === 0 ? 0 : 1 }
}

/** The options with what the kind does about dependents, in this version, where nobody says anything. */
export function withDefaultPolicy(
  { orphans }: Resource,
  apiVersion: string,
  { metadata: { finalizers = [] } }: KubeObject,
  options: DeleteOptions,
): DeleteOptions {
  const told = options.propagationPolicy !== undefined || options.orphanDependents !== undefined
  if (told || finalizers.includes(foreground) || !orphans?.includes(apiVersion)) return options
  return { ...options, propagationPolicy: 'Orphan' }
}

/** The finalizers a policy asks for: foreground waits for dependents, orphan sets them free. */
function finalizersAfter(metadata: ObjectMeta, { propagationPolicy, orphanDependents }: DeleteOptions): string[] {
  const before = metadata.finalizers ?? []
  const policy =
    propagationPolicy ?? (orphanDependents === undefined ? undefined : orphanDependents ? 'Orphan' : 'Background')
  if (policy === undefined) return before
  const others = before.filter(each => each !== foreground && each !== orphan)
  if (policy === 'Orphan') return [...others, orphan]
  return policy === 'Foreground' ? [...others, foreground] : others
}

const same = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every(each => b.includes(each))

function withFinalizers(object: KubeObject, finalizers: string[]): KubeObject {
  const { finalizers: _, ...metadata } = object.metadata
  return { ...object, metadata: finalizers.length > 0 ? { ...metadata, finalizers } : metadata }
}

const mark = (object: KubeObject, deletionTimestamp: string, deletionGracePeriodSeconds: number): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds },
})

/** The first mark of a deletion is a change of what is wanted: generation counts it. */
function ending(resource: Resource, before: KubeObject, object: KubeObject): Begun {
  if (before.metadata.deletionTimestamp === undefined) {
    const { generation } = object.metadata
    if (generation) object.metadata = { ...object.metadata, generation: generation + 1 }
    resource.deletion?.begin?.(object)
  }
  return { outcome: 'ending', object }
}
