import type { PodSpec } from '../../../api/core/pod/pod.ts'
import type { ObjectMeta } from '../../../api/meta/objectMeta.ts'

/** What is asked for that a level does not grant: the reason in a word or two, and who asks for what. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

/** What of a pod, or of a template for pods, is looked at. */
export interface Subject {
  readonly metadata: Pick<ObjectMeta, 'annotations'>
  readonly spec: PodSpec
}

/** One rule of a level; from the minor version `since` on as `find` has it. */
export interface Check {
  readonly id: string
  readonly versions: readonly {
    readonly since: number
    find(subject: Subject): Violation | undefined
    /** Rules of the level below that this one makes superfluous. */
    readonly instead?: readonly string[]
  }[]
}

/** What containers of all sorts have in common, as far as it is looked at. */
export type AnyContainer = Pick<
  PodSpec['containers'][number],
  'name' | 'securityContext' | 'ports' | 'livenessProbe' | 'readinessProbe' | 'startupProbe' | 'lifecycle'
>

export const containersOf = ({ spec }: Subject): readonly AnyContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
]

/** Names of the containers of which something is true. */
export const containersWith = (subject: Subject, is: (container: AnyContainer) => boolean): string[] =>
  containersOf(subject).flatMap(container => (is(container) ? [container.name] : []))

export const quoted = (words: Iterable<string>): string => [...words].map(word => JSON.stringify(word)).join(', ')
export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many)
export const sorted = (words: Iterable<string>): string[] => [...new Set(words)].sort()

/** `container "a"`, `containers "a", "b"`. */
export const named = (containers: readonly string[], word = 'container'): string =>
  `${plural(containers.length, word)} ${quoted(containers)}`

/** `pod and containers "a", "b"`; empty when nobody did it. */
export const setters = (pod: boolean, containers: readonly string[]): string =>
  [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(' and ')

/** Pods with users of their own are root nowhere else. */
export const hasOwnUsers = ({ spec }: Subject): boolean => spec.hostUsers === false
export const isWindows = ({ spec }: Subject): boolean => spec.os?.name === 'windows'
