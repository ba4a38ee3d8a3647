import { sameResources } from '../../api/core/resourceList.ts'
import { type Pod, type RuntimeClass, runtimeClasses } from '../../api/index.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../contract.ts'
import { isAbout, refusal } from './refusal.ts'

type Toleration = NonNullable<Pod['spec']['tolerations']>[number]

const otherOverhead = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"
const noOverhead = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead'

/** Gives pods what their RuntimeClass takes for itself, and leads them to the nodes that have it. */
export function runtimeClass({ objects }: { readonly objects: ObjectReader }): AdmissionPlugin {
  const concerns = (request: AdmissionRequest) => request.operation === 'CREATE' && isAbout(request, '', 'pods')
  const find = (request: AdmissionRequest, { spec }: Pod): RuntimeClass | undefined => {
    if (spec.runtimeClassName === undefined) return undefined
    const found = objects.get(runtimeClasses, undefined, spec.runtimeClassName)
    if (!found) throw refusal(request, `pod rejected: RuntimeClass ${JSON.stringify(spec.runtimeClassName)} not found`)
    return found
  }
  return {
    name: 'RuntimeClass',
    mutate(request) {
      if (!concerns(request)) return
      const pod = request.object as Pod
      const { overhead, scheduling } = find(request, pod) ?? {}
      if (overhead) {
        const given = pod.spec.overhead ?? {}
        if (Object.keys(given).length > 0 && !sameResources(overhead.podFixed, given))
          throw refusal(request, otherOverhead)
        if (overhead.podFixed) pod.spec.overhead = { ...overhead.podFixed }
      }
      if (scheduling) lead(request, pod, scheduling)
    },
    validate(request) {
      if (!concerns(request)) return
      const pod = request.object as Pod
      const overhead = find(request, pod)?.overhead
      if (overhead && !sameResources(overhead.podFixed, pod.spec.overhead)) throw refusal(request, otherOverhead)
      if (!overhead && pod.spec.overhead) throw refusal(request, noOverhead)
    },
  }
}

function lead(request: AdmissionRequest, { spec }: Pod, scheduling: NonNullable<RuntimeClass['scheduling']>): void {
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key]
    if (own !== undefined && own !== value)
      throw refusal(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      )
  }
  if (scheduling.nodeSelector) spec.nodeSelector = { ...spec.nodeSelector, ...scheduling.nodeSelector }
  const all = [...(spec.tolerations ?? []), ...(scheduling.tolerations ?? [])]
  if (all.length > 0) spec.tolerations = withoutRedundant(all)
}

/** Without those that another one covers; of equals the first stays. */
function withoutRedundant(all: readonly Toleration[]): Toleration[] {
  const kept: Toleration[] = []
  for (const [index, each] of all.entries()) {
    const later = all.slice(index + 1)
    if (kept.some(other => covers(other, each))) continue
    if (later.some(other => !equal(other, each) && covers(other, each))) continue
    kept.push(each)
  }
  return kept
}

/** Whether whatever the lesser tolerates, the greater does. */
function covers(greater: Toleration, lesser: Toleration): boolean {
  if (equal(greater, lesser)) return true
  const everyKey = !greater.key && greater.operator === 'Exists'
  if (greater.key !== lesser.key && !everyKey) return false
  if (greater.effect && greater.effect !== lesser.effect) return false
  if (greater.effect === 'NoExecute' && greater.tolerationSeconds !== undefined) {
    if (lesser.tolerationSeconds === undefined) return false
    if (Number(lesser.tolerationSeconds) > Number(greater.tolerationSeconds)) return false
  }
  if ((greater.operator || 'Equal') === 'Equal') return lesser.operator === 'Equal' && greater.value === lesser.value
  return greater.operator === 'Exists'
}
