import { semanticEqual } from '../../../../schema/derive/equal.ts'
import { forbidden, invalid } from '../../../../schema/rules/errors.ts'
import { at } from '../../../../schema/rules/path.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { ResourceList } from '../../resourceList.ts'
import { ResourceRequirements } from '../../resourceRequirements.ts'
import { Container } from '../container.ts'
import type { Pod } from '../pod.ts'
import { computeQos, qosOf } from '../qos.ts'
import { isSidecar } from '../requests.ts'
import { PodSpec } from '../spec.ts'
import { isMirror } from './annotations.ts'

const path = at('spec')

/** What a resize may change: amounts of CPU and memory. Of upstream's ValidatePodResize. */
export function resizeRules(pod: Pod, old: Pod): readonly FieldError[] {
  if (isMirror(old.metadata)) return [forbidden(at(''), 'static pods cannot be resized')]
  if (old.spec.os?.name === 'windows') return [forbidden(at(''), 'windows pods cannot be resized')]
  const errors: FieldError[] = []
  if (qosOf(old) !== computeQos(pod.spec))
    errors.push(invalid(path, pod.status.qosClass, 'Pod QOS Class may not change as a result of resizing'))
  const running = old.status.containerStatuses?.find(status => status.state.running)
  if (running && !running.resources) errors.push(forbidden(path, 'Pod running on node without support for resize'))
  errors.push(...podLevelRules(pod, old))
  if (old.status.nodeAllocatableResourceClaimStatuses?.length)
    errors.push(forbidden(path, 'pods with node allocatable resource claims cannot be resized'))
  const disorder = [...orderRules(pod, old, 'containers'), ...orderRules(pod, old, 'initContainers')]
  if (disorder.length) return [...errors, ...disorder]
  errors.push(...containerRules(pod, old, 'initContainers'), ...containerRules(pod, old, 'containers'))
  if (errors.length > 0) return errors
  const { containers, initContainers, resources } = old.spec
  return semanticEqual(PodSpec, { ...pod.spec, containers, initContainers, resources }, old.spec)
    ? []
    : [forbidden(path, 'only cpu and memory resources are mutable')]
}

type Lists = 'containers' | 'initContainers'

function orderRules(pod: Pod, old: Pod, list: Lists): FieldError[] {
  const [after, before] = [pod.spec[list] ?? [], old.spec[list] ?? []]
  if (after.length !== before.length)
    return [forbidden(path.child(list), `${list} may not be added or removed on resize`)]
  return before.flatMap(({ name }, i) =>
    after[i]?.name === name
      ? []
      : [forbidden(path.child(list).index(i).child('name'), `${list} may not be renamed or reordered on resize`)],
  )
}

const removed = (after: ResourceList = {}, before: ResourceList = {}) =>
  Object.keys(before).some(name => after[name] === undefined)

const withoutCpuAndMemory = ({ limits = {}, requests = {}, claims }: ResourceRequirements): ResourceRequirements => {
  const rest = ({ cpu: _, memory: __, ...others }: Record<string, string>) => others
  return { limits: rest(limits), requests: rest(requests), ...(claims ? { claims } : {}) }
}

const masked = (container: Container): Container => ({
  ...container,
  resources: withoutCpuAndMemory(container.resources),
})

function containerRules(pod: Pod, old: Pod, list: Lists): FieldError[] {
  return (old.spec[list] ?? []).flatMap((before, i) => {
    const after = pod.spec[list]?.[i] ?? before
    const here = path.child(list).index(i)
    const errors = removedRules(after.resources, before.resources, here.child('resources'), 'resource')
    if (!semanticEqual(Container, masked(after), masked(before)))
      errors.push(
        list === 'containers'
          ? forbidden(path, 'only cpu and memory resources are mutable')
          : forbidden(here, 'only cpu and memory resources for init or sidecar containers are mutable'),
      )
    if (list === 'initContainers' && !isSidecar(after) && !semanticEqual(Container, after, before))
      for (const policy of after.resizePolicy ?? [])
        if (policy.restartPolicy === 'RestartContainer')
          errors.push(
            forbidden(here, 'non-sidecar init containers with a resize policy of RestartContainer cannot be resized'),
          )
    return errors
  })
}

function removedRules(after: ResourceRequirements, before: ResourceRequirements, at: Path, what: string): FieldError[] {
  const errors: FieldError[] = []
  for (const kind of ['requests', 'limits'] as const)
    if (removed(after[kind], before[kind])) errors.push(forbidden(at.child(kind), `${what} ${kind} cannot be removed`))
  return errors
}

function podLevelRules(pod: Pod, old: Pod): FieldError[] {
  const [after, before] = [pod.spec.resources, old.spec.resources]
  const here = path.child('resources')
  if (before && !after) return [forbidden(here, 'pod-level resources cannot be removed')]
  if (!after) return []
  const errors = before ? removedRules(after, before, here, 'pod-level resource') : []
  if (!semanticEqual(ResourceRequirements, withoutCpuAndMemory(after), withoutCpuAndMemory(before ?? {})))
    errors.push(forbidden(path, 'only cpu and memory resources are mutable at pod-level'))
  return errors
}
