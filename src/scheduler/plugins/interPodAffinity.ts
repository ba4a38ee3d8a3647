import type { Pod, PodAffinityTerm } from '../../api/core/pod/pod.ts'
import { labelSelectorMatches } from '../../api/meta/selectors.ts'
import type { NodeInfo } from '../cache/nodeInfo.ts'
import type { PodInfo } from '../cache/podInfo.ts'
import type { Snapshot } from '../cache/snapshot.ts'
import { fits, type Rejection, type SchedulerPlugin } from '../plugin.ts'

/** Places (`topologyKey=value`) with how many matching pods they have, or how much weight. */
type Tally = Map<string, number>

interface Prepared {
  /** Per required affinity term of the pod, the places where it is met. */
  readonly affinity: readonly Tally[]
  readonly antiAffinity: readonly Tally[]
  /** Places that pods already there keep this one out of. */
  readonly forbidden: Tally
  readonly preferred: Tally
  /** The pod matches its own affinity: it may be the first of its group. */
  readonly first: boolean
}

const required = (pod: Pod, side: 'podAffinity' | 'podAntiAffinity') =>
  pod.spec.affinity?.[side]?.requiredDuringSchedulingIgnoredDuringExecution ?? []
const preferred = (pod: Pod, side: 'podAffinity' | 'podAntiAffinity') =>
  pod.spec.affinity?.[side]?.preferredDuringSchedulingIgnoredDuringExecution ?? []
const place = (node: NodeInfo, key: string) => {
  const value = node.node.metadata.labels?.[key]
  return value === undefined ? undefined : `${key}=${value}`
}
const add = (tally: Tally, where: string | undefined, amount = 1) => {
  if (where !== undefined) tally.set(where, (tally.get(where) ?? 0) + amount)
}

/** Whether a term of `owner` means `other`: right namespace, right labels. Namespace selectors mean all namespaces when empty. */
function means(term: PodAffinityTerm, owner: Pod, other: Pod): boolean {
  const named = term.namespaces ?? []
  const everywhere = term.namespaceSelector !== undefined && Object.keys(term.namespaceSelector).length === 0
  const own =
    named.length === 0 && term.namespaceSelector === undefined && other.metadata.namespace === owner.metadata.namespace
  if (!everywhere && !own && !named.includes(other.metadata.namespace ?? '')) return false
  if (!term.labelSelector) return false
  const labels = other.metadata.labels ?? {}
  const ownLabels = owner.metadata.labels ?? {}
  const same = (term.matchLabelKeys ?? []).every(key => ownLabels[key] === undefined || labels[key] === ownLabels[key])
  const differ = (term.mismatchLabelKeys ?? []).every(
    key => ownLabels[key] === undefined || labels[key] !== ownLabels[key],
  )
  return same && differ && labelSelectorMatches(term.labelSelector, labels)
}

function tallies(terms: readonly PodAffinityTerm[], pod: Pod, snapshot: Snapshot): Tally[] {
  return terms.map(term => {
    const tally: Tally = new Map()
    for (const node of snapshot.nodes) {
      const where = place(node, term.topologyKey)
      if (where === undefined) continue
      for (const other of node.pods.values()) if (means(term, pod, other.pod)) add(tally, where)
    }
    return tally
  })
}

function prepare({ pod }: PodInfo, snapshot: Snapshot): Prepared | undefined {
  const forbidden: Tally = new Map()
  const wanted: Tally = new Map()
  for (const node of snapshot.nodes) {
    for (const { pod: other } of node.pods.values()) {
      for (const term of required(other, 'podAntiAffinity'))
        if (means(term, other, pod)) add(forbidden, place(node, term.topologyKey))
      for (const { weight, podAffinityTerm } of preferred(pod, 'podAffinity'))
        if (means(podAffinityTerm, pod, other)) add(wanted, place(node, podAffinityTerm.topologyKey), weight)
      for (const { weight, podAffinityTerm } of preferred(pod, 'podAntiAffinity'))
        if (means(podAffinityTerm, pod, other)) add(wanted, place(node, podAffinityTerm.topologyKey), -weight)
    }
  }
  const terms = required(pod, 'podAffinity')
  return {
    affinity: tallies(terms, pod, snapshot),
    antiAffinity: tallies(required(pod, 'podAntiAffinity'), pod, snapshot),
    forbidden,
    preferred: wanted,
    first: terms.every(term => means(term, pod, pod)),
  }
}

/** Pods that want to be, or must not be, in one place with other pods: `plugins/interpodaffinity` upstream. */
export const interPodAffinity: SchedulerPlugin = {
  name: 'InterPodAffinity',
  wakes: ['node-added', 'node-labels', 'pod-removed', 'pod-bound', 'pod-changed'],
  weight: 2,
  prepare,
  filter({ pod }, node, prepared) {
    const { affinity, antiAffinity, forbidden, first } = prepared as Prepared
    const terms = required(pod, 'podAffinity')
    const met = terms.every((term, index) => {
      const where = place(node, term.topologyKey)
      return where !== undefined && (affinity[index]?.get(where) ?? 0) > 0
    })
    if (!met) {
      const nobody = affinity.every(tally => tally.size === 0)
      const placed = terms.every(term => place(node, term.topologyKey) !== undefined)
      if (!(first && nobody && placed))
        return [{ reason: "node(s) didn't match pod affinity rules", final: true }] satisfies Rejection[]
    }
    const apart = required(pod, 'podAntiAffinity').every((term, index) => {
      const where = place(node, term.topologyKey)
      return where === undefined || !antiAffinity[index]?.get(where)
    })
    if (!apart) return [{ reason: "node(s) didn't match pod anti-affinity rules" }]
    for (const where of forbidden.keys()) {
      const key = where.slice(0, where.indexOf('='))
      if (place(node, key) === where) return [{ reason: "node(s) didn't satisfy existing pods anti-affinity rules" }]
    }
    return fits
  },
  score(_pod, node, prepared) {
    let sum = 0
    for (const [where, weight] of (prepared as Prepared).preferred)
      if (place(node, where.slice(0, where.indexOf('='))) === where) sum += weight
    return sum
  },
}
