import { type Pod, type PriorityClass, priorityClasses } from '../../api/index.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../contract.ts'
import { isAbout, refusal } from './refusal.ts'

/** The number a pod's priority class stands for is written into the pod when it is created (`plugin/pkg/admission/priority`). */
export function priority(deps: { readonly objects: ObjectReader }): AdmissionPlugin {
  /** With more than one default, which only a race can make, the lowest counts. */
  const defaultClass = (): PriorityClass | undefined =>
    deps.objects
      .list(priorityClasses)
      .filter(each => each.globalDefault)
      .sort((a, b) => a.value - b.value)[0]

  const resolve = (request: AdmissionRequest, pod: Pod) => {
    const name = pod.spec.priorityClassName
    const found = name ? deps.objects.get(priorityClasses, undefined, name) : defaultClass()
    if (name && !found) throw refusal(request, `no PriorityClass with name ${name} was found`)
    return found
  }

  const set = (request: AdmissionRequest, pod: Pod) => {
    const { spec } = pod
    const found = resolve(request, pod)
    const value = found?.value ?? 0
    const policy = found ? found.preemptionPolicy : 'PreemptLowerPriority'
    if (spec.priority !== undefined && spec.priority !== value) {
      const given = `the integer value of priority (${spec.priority}) must not be provided in pod spec`
      const computed = `priority admission controller computed ${value} from the given PriorityClass name`
      throw refusal(request, `${given}; ${computed}`)
    }
    if (policy && spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
      const given = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec`
      const computed = `priority admission controller computed ${policy} from the given PriorityClass name`
      throw refusal(request, `${given}; ${computed}`)
    }
    if (found?.metadata.name) spec.priorityClassName = found.metadata.name
    spec.priority = value
    if (policy) spec.preemptionPolicy = policy
  }

  return {
    name: 'Priority',
    mutate(request) {
      if (!isAbout(request, '', 'pods')) return
      const pod = request.object as Pod
      if (request.operation === 'CREATE') set(request, pod)
      if (request.operation !== 'UPDATE') return
      const { spec } = request.old as Pod
      if (pod.spec.priority === undefined && spec.priority !== undefined) pod.spec.priority = spec.priority
      if (pod.spec.preemptionPolicy === undefined && spec.preemptionPolicy) {
        pod.spec.preemptionPolicy = spec.preemptionPolicy
      }
    },
    validate(request) {
      if (!isAbout(request, 'scheduling.k8s.io', 'priorityclasses')) return
      if (request.operation !== 'CREATE' && request.operation !== 'UPDATE') return
      const wanted = request.object as PriorityClass
      const present = wanted.globalDefault ? defaultClass() : undefined
      if (!present) return
      if (request.operation === 'CREATE' || present.metadata.name !== wanted.metadata.name) {
        const words = `PriorityClass ${present.metadata.name} is already marked as default. Only one default can exist`
        throw refusal(request, words)
      }
    },
  }
}
