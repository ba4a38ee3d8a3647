import type { LabelSelector } from '../../meta/labelSelector.ts'
import type { Changes, ViewSubresource } from '../../resource.ts'
import type { PodAffinityTerm } from './affinity.ts'
import { withCondition } from './conditions.ts'
import type { Container } from './container.ts'
import type { Pod } from './pod.ts'
import { computeQos } from './qos.ts'
import { appArmorPrefix } from './rules/annotations.ts'
import { ephemeralRules } from './rules/ephemeral.ts'
import { podRules } from './rules/pod.ts'
import { resizeRules } from './rules/resize.ts'
import { podStatusRules } from './rules/status.ts'
import { podUpdateRules } from './rules/update.ts'
import type { AppArmorProfile } from './security.ts'
import type { PodCondition } from './status.ts'
import { podWarnings } from './warnings.ts'

/** What creating and updating a pod may change. Of upstream's podStrategy. */
export const podChanges: Changes<Pod> = {
  create(pod, { timestamp }) {
    pod.status = { phase: 'Pending', qosClass: computeQos(pod.spec) }
    dropUnserved(pod)
    if (pod.spec.schedulingGates?.length) pod.status.conditions = [...withCondition([], gated(timestamp))]
    mergeLabelKeys(pod)
    copyAppArmor(pod)
  },
  update(pod, old) {
    pod.status = old.status
    dropUnserved(pod)
  },
  updateRules: podUpdateRules,
  warnings: (pod, old) => (old ? [] : podWarnings(pod)),
}

const gated = (lastTransitionTime: string): PodCondition => ({
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
  lastProbeTime: '',
  lastTransitionTime,
})

/** Fields of features that v1.36 has switched off by default are dropped, not refused. */
function dropUnserved({ spec }: Pod): void {
  if (spec.schedulingGroup) delete spec.schedulingGroup
  for (const list of [spec.containers, spec.initContainers ?? [], spec.ephemeralContainers ?? []])
    for (const { lifecycle } of list) if (lifecycle?.stopSignal !== undefined) delete lifecycle.stopSignal
  for (const { projected } of spec.volumes ?? [])
    for (const source of projected?.sources ?? []) {
      if (source.clusterTrustBundle) delete source.clusterTrustBundle
      if (source.podCertificate) delete source.podCertificate
    }
}

/** Keys whose values come from the pod's labels become requirements of the selectors, once and for all. */
function mergeLabelKeys({ spec, metadata: { labels = {} } }: Pod): void {
  const merge = (selector: LabelSelector | undefined, keys: readonly string[] | undefined, operator: string) => {
    if (!selector || !keys) return
    const added = keys.flatMap(key => {
      const value = labels[key]
      return value === undefined ? [] : [{ key, operator, values: [value] }]
    })
    if (added.length) selector.matchExpressions = [...(selector.matchExpressions ?? []), ...added]
  }
  const mergeTerm = (term: PodAffinityTerm) => {
    merge(term.labelSelector, term.matchLabelKeys, 'In')
    merge(term.labelSelector, term.mismatchLabelKeys, 'NotIn')
  }
  for (const affinity of [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity]) {
    for (const { podAffinityTerm } of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [])
      mergeTerm(podAffinityTerm)
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeTerm(term)
  }
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? [])
    merge(labelSelector, matchLabelKeys, 'In')
}

/** Profiles that are named the old way, by annotation, get their field. */
function copyAppArmor({ spec, metadata: { annotations = {} } }: Pod): void {
  if (spec.os?.name === 'windows') return
  const ofPod = spec.securityContext?.appArmorProfile
  const copy = (container: Container) => {
    const text = annotations[appArmorPrefix + container.name]
    if (text === undefined || container.securityContext?.appArmorProfile) return
    const profile = profileOf(text)
    if (!profile || (ofPod?.type === profile.type && ofPod.localhostProfile === profile.localhostProfile)) return
    container.securityContext = { ...container.securityContext, appArmorProfile: profile }
  }
  for (const list of [spec.initContainers ?? [], spec.containers]) for (const container of list) copy(container)
}

function profileOf(text: string): AppArmorProfile | undefined {
  if (text === 'runtime/default') return { type: 'RuntimeDefault' }
  if (text === 'unconfined') return { type: 'Unconfined' }
  const name = text.startsWith('localhost/') ? text.slice('localhost/'.length) : ''
  return name && name.trim() === name ? { type: 'Localhost', localhostProfile: name } : undefined
}

/** The status: spec and owners stay; what a kubelet that knows less leaves out is kept. */
export const statusOnly: ViewSubresource<Pod> = {
  form: 'view',
  resets: [['spec'], ['metadata', 'deletionTimestamp'], ['metadata', 'ownerReferences']],
  update(pod, old) {
    pod.spec = old.spec
    pod.metadata = { ...pod.metadata, ownerReferences: old.metadata.ownerReferences }
    delete pod.metadata.deletionTimestamp
    if (old.metadata.deletionTimestamp) pod.metadata.deletionTimestamp = old.metadata.deletionTimestamp
    pod.status.qosClass ??= old.status.qosClass
    pod.status.observedGeneration ??= old.status.observedGeneration
    if (pod.status.conditions) pod.status.conditions = withOldGenerations(pod.status.conditions, old)
  },
  updateRules: podStatusRules,
}

/** A condition without `observedGeneration` keeps that of the old one of its type. */
function withOldGenerations(conditions: readonly PodCondition[], { status }: Pod): PodCondition[] {
  const before = [...(status.conditions ?? [])]
  return conditions.map(condition => {
    const at = before.findIndex(one => one.type === condition.type)
    const [old] = at < 0 ? [] : before.splice(at, 1)
    return condition.observedGeneration || !old?.observedGeneration
      ? condition
      : { ...condition, observedGeneration: old.observedGeneration }
  })
}

/** Everything of the old pod but its spec. */
function restore(pod: Pod, old: Pod, spec: Pod['spec']): void {
  const { managedFields, resourceVersion } = pod.metadata
  pod.metadata = { ...old.metadata, resourceVersion, ...(managedFields ? { managedFields } : {}) }
  pod.spec = spec
  pod.status = old.status
}

/** Adds containers to look into a running pod. */
export const ephemeralcontainers: ViewSubresource<Pod> = {
  form: 'view',
  sets: [['spec', 'ephemeralContainers']],
  update(pod, old) {
    const { ephemeralContainers } = pod.spec
    restore(pod, old, { ...old.spec, ...(ephemeralContainers ? { ephemeralContainers } : {}) })
    if (!ephemeralContainers) delete pod.spec.ephemeralContainers
  },
  rules: podRules,
  updateRules: ephemeralRules,
}

type Sized = Pick<Container, 'name' | 'resources' | 'resizePolicy'>

/** The old containers with new resources; the new ones as they are when they don't match, for the rules to tell. */
function resized(after: readonly Sized[] = [], before: readonly Container[] = []): Container[] {
  if (after.length !== before.length || after.some(({ name }, i) => name !== before[i]?.name))
    return [...after] as Container[]
  return before.map((container, i) => {
    const { resources = container.resources, resizePolicy } = after[i] ?? container
    const { resizePolicy: _, ...rest } = container
    return { ...rest, resources, ...(resizePolicy ? { resizePolicy } : {}) }
  })
}

/** Changes resources of a running pod. */
export const resize: ViewSubresource<Pod> = {
  form: 'view',
  sets: ['containers', 'initContainers'].flatMap(list => [
    ['spec', list, '*', 'resources'],
    ['spec', list, '*', 'resizePolicy'],
  ]),
  update(pod, old) {
    const { containers, initContainers, resources } = pod.spec
    if (
      containers.length !== old.spec.containers.length ||
      (initContainers?.length ?? 0) !== (old.spec.initContainers?.length ?? 0)
    )
      return
    const { resources: _, ...rest } = old.spec
    restore(pod, old, {
      ...rest,
      containers: resized(containers, old.spec.containers),
      ...(initContainers ? { initContainers: resized(initContainers, old.spec.initContainers) } : {}),
      ...(resources ? { resources } : {}),
    })
  },
  rules: podRules,
  updateRules: resizeRules,
}
