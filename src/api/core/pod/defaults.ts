import { formatQuantity, parseQuantity } from '../../../schema/scalars/quantity.ts'
import type { ResourceList } from '../resourceList.ts'
import type { ResourceRequirements } from '../resourceRequirements.ts'
import type { Container } from './container.ts'
import { defaultPullPolicy } from './image.ts'
import type { Pod } from './pod.ts'
import { isPodLevelResource, specResources } from './requests.ts'
import type { PodSpec } from './spec.ts'
import { sourceOf, type Volume } from './volume.ts'

/**
 * Defaults of a PodSpec that its fields can't tell by themselves, of pods and of templates alike. Like every function
 * here it edits in place, and only what has to change.
 */
export function podSpecDefaults(spec: PodSpec): void {
  for (const list of [spec.containers, spec.initContainers ?? [], spec.ephemeralContainers ?? []])
    for (const container of list) containerDefaults(container)
  for (const volume of spec.volumes ?? []) volumeDefaults(volume)
  if (spec.overhead) spec.overhead = wholeMilli(spec.overhead)
  if (spec.resources) requirementDefaults(spec.resources)
  const account = spec.serviceAccountName || spec.serviceAccount
  if (account && (spec.serviceAccountName !== account || spec.serviceAccount !== account)) {
    spec.serviceAccountName = account
    spec.serviceAccount = account
  }
}

function containerDefaults(container: Container): void {
  container.imagePullPolicy ??= defaultPullPolicy(container.image ?? '')
  requirementDefaults(container.resources)
}

function volumeDefaults(volume: Volume): void {
  if (sourceOf(volume) === undefined) volume.emptyDir = {}
  if (volume.image && !volume.image.pullPolicy)
    volume.image.pullPolicy = defaultPullPolicy(volume.image.reference ?? '')
}

function requirementDefaults(resources: ResourceRequirements): void {
  for (const kind of ['limits', 'requests'] as const) {
    const list = resources[kind]
    const rounded = list && wholeMilli(list)
    if (rounded !== list) resources[kind] = rounded
  }
}

const milli = 1_000_000n

/** Amounts finer than a thousandth are rounded up to it. The same list comes back when none is. */
function wholeMilli(list: ResourceList): Record<string, string> {
  let rounded: Record<string, string> = list
  for (const [name, text] of Object.entries(list)) {
    if (!/[nu.e]/.test(text)) continue
    const { nano, format } = parseQuantity(text)
    const rest = nano % milli
    if (rest === 0n) continue
    if (rounded === list) rounded = { ...list }
    rounded[name] = formatQuantity({ nano: nano - rest + (nano > 0n ? milli : -milli), format })
  }
  return rounded
}

/** Defaults of a pod, over those of its spec: requests follow limits, ports of the node those of the container. */
export function podDefaults(pod: Pod): void {
  const { spec } = pod
  podSpecDefaults(spec)
  for (const list of [spec.containers, spec.initContainers ?? []])
    for (const { resources, ports = [] } of list) {
      const missing = Object.entries(resources.limits ?? {}).filter(
        ([name]) => resources.requests?.[name] === undefined,
      )
      if (missing.length) resources.requests = { ...resources.requests, ...Object.fromEntries(missing) }
      if (spec.hostNetwork) for (const port of ports) if (!port.hostPort) port.hostPort = port.containerPort
    }
  podLevelDefaults(spec)
  spec.enableServiceLinks ??= true
  if ((spec.terminationGracePeriodSeconds ?? 0) < 0) spec.terminationGracePeriodSeconds = 1
  statusDefaults(pod)
}

/** Where some amounts are set for the pod as a whole, others follow from its containers. */
function podLevelDefaults(spec: PodSpec): void {
  const { resources } = spec
  if (!resources || !(Object.keys(resources.limits ?? {}).length || Object.keys(resources.requests ?? {}).length))
    return
  const limits = { ...resources.limits }
  for (const [name, amount] of Object.entries(specResources(spec, 'limits')))
    if (name.startsWith('hugepages-') && resources.requests?.[name] === undefined) limits[name] ??= amount
  if (Object.keys(limits).length === 0) return
  const requests = { ...resources.requests }
  for (const [name, amount] of Object.entries(specResources(spec, 'requests')))
    if (name === 'cpu' || name === 'memory') requests[name] ??= amount
  for (const [name, amount] of Object.entries(limits)) if (isPodLevelResource(name)) requests[name] ??= amount
  spec.resources = { ...resources, limits, ...(Object.keys(requests).length ? { requests } : {}) }
}

/** `podIP` is the first of `podIPs`; where they differ `podIP` counts, as old kubelets know only that. */
function statusDefaults({ status }: Pod): void {
  const first = status.podIPs?.[0]?.ip
  if (status.podIP && status.podIP !== first) status.podIPs = [{ ip: status.podIP }]
  else if (first && !status.podIP) status.podIP = first
}
