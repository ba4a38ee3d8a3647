import { parseTime } from '../../../schema/scalars/time.ts'
import type { Pod } from '../pod/pod.ts'
import { qosOf } from '../pod/qos.ts'
import { podTerminal } from '../pod/readiness.ts'
import { podLimits, podRequests } from '../pod/requests.ts'
import { addResources, type ResourceList } from '../resourceList.ts'
import type { ScopedResourceSelectorRequirement } from '../resourceQuota.ts'
import { countName } from './counts.ts'
import type { Evaluator } from './evaluator.ts'
import { chooses } from './scopes.ts'

const counted = countName('', 'pods')
/** Of these, quotas limit both what is asked for and what may be used; the bare name is the request. */
const both = ['cpu', 'memory', 'ephemeral-storage']
const names = new Set([counted, 'pods', ...both.flatMap(name => [name, `requests.${name}`, `limits.${name}`])])
/** What every container must say of itself where it is limited. */
const required = new Set(['cpu', 'memory'].flatMap(name => [name, `requests.${name}`, `limits.${name}`]))

const isHugePages = (name: string) => name.startsWith('hugepages-')
/** Resources that others define, devices among them: a name with a domain that is not Kubernetes' own. */
const isExtended = (name: string) =>
  name.startsWith('deviceclass.resource.kubernetes.io/') || (name.includes('/') && !name.includes('kubernetes.io/'))

function amounts(requests: ResourceList = {}, limits: ResourceList = {}): ResourceList {
  const used: Record<string, string> = { pods: '1' }
  for (const name of both) {
    const [request, limit] = [requests[name], limits[name]]
    if (request !== undefined) used[name] = used[`requests.${name}`] = request
    if (limit !== undefined) used[`limits.${name}`] = limit
  }
  for (const [name, request] of Object.entries(requests)) {
    if (isHugePages(name)) used[name] = request
    if (isHugePages(name) || isExtended(name)) used[`requests.${name}`] = request
  }
  return used
}

/** It has ended, or should have: its time to do so is over. */
function isOver(pod: Pod, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  if (podTerminal(pod)) return true
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false
  return now > parseTime(deletionTimestamp) + Number(deletionGracePeriodSeconds) * 1000
}

const isTerminating = ({ spec }: Pod): boolean => spec.activeDeadlineSeconds !== undefined

function looksBeyondItsNamespace({ spec: { affinity } }: Pod): boolean {
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some(each => {
    const terms = [
      ...(each?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
      ...(each?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm }) => podAffinityTerm),
    ]
    return terms.some(term => (term.namespaces ?? []).length > 0 || term.namespaceSelector !== undefined)
  })
}

function isIn(condition: ScopedResourceSelectorRequirement, pod: Pod): boolean {
  switch (condition.scopeName) {
    case 'Terminating':
      return isTerminating(pod)
    case 'NotTerminating':
      return !isTerminating(pod)
    case 'BestEffort':
      return qosOf(pod) === 'BestEffort'
    case 'NotBestEffort':
      return qosOf(pod) !== 'BestEffort'
    case 'PriorityClass':
      return chooses(condition, pod.spec.priorityClassName || undefined)
    case 'CrossNamespacePodAffinity':
      return looksBeyondItsNamespace(pod)
    default:
      return false
  }
}

function unsaid(limited: readonly string[], { spec }: Pod): string | undefined {
  // What is said of the pod as a whole is enough.
  if (Object.keys({ ...spec.resources?.requests, ...spec.resources?.limits }).length > 0) return undefined
  const needed = limited.filter(name => required.has(name)).sort()
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const missing = needed.flatMap(name => {
    const silent = containers.filter(
      ({ resources }) => amounts(resources.requests, resources.limits)[name] === undefined,
    )
    const who = silent.map(container => container.name).sort()
    return who.length > 0 ? [`${name} for: ${who.join(',')}`] : []
  })
  return missing.length > 0 ? `must specify ${missing.join('; ')}` : undefined
}

/** Pods and what they ask for. Those that have ended use nothing but their place among the objects. */
export const podEvaluator: Evaluator = {
  handles({ operation, subresource, object, old }) {
    if (subresource === 'resize') return operation === 'UPDATE'
    if (subresource !== '') return false
    return operation === 'CREATE' || isTerminating(object as Pod) !== isTerminating(old as Pod)
  },
  counts: name =>
    names.has(name) ||
    isHugePages(name) ||
    (name.startsWith('requests.') && (isHugePages(name.slice(9)) || isExtended(name.slice(9)))),
  usage(object, now) {
    const pod = object as Pod
    if (isOver(pod, now)) return { [counted]: '1' }
    const options = { useStatus: true }
    return addResources({ [counted]: '1' }, amounts(podRequests(pod, options), podLimits(pod, options)))
  },
  inScope: (condition, object) => isIn(condition, object as Pod),
  unsaid: (limited, object) => unsaid(limited, object as Pod),
}
