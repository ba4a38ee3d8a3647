import { memoryPressureTaint } from '../../api/core/node/taints.ts'
import { Toleration } from '../../api/core/pod/placement.ts'
import { computeQos } from '../../api/core/pod/qos.ts'
import { namespaces, type Pod } from '../../api/index.ts'
import { failure } from '../../api/meta/statusError.ts'
import { fromJson } from '../../schema/codec/json.ts'
import { equal } from '../../schema/derive/equal.ts'
import type { AdmissionPlugin, ObjectReader } from '../contract.ts'
import { isAbout } from './refusal.ts'

const annotations = {
  given: 'scheduler.alpha.kubernetes.io/defaultTolerations',
  allowed: 'scheduler.alpha.kubernetes.io/tolerationsWhitelist',
}

/**
 * What a namespace gives its pods to tolerate, and all that they may (`plugin/pkg/admission/podtolerationrestriction`).
 * Off unless asked for.
 */
export function podTolerationRestriction(deps: { readonly objects: ObjectReader }): AdmissionPlugin {
  const noted = (namespace: string, annotation: string): readonly Toleration[] => {
    const text = deps.objects.get(namespaces, undefined, namespace)?.metadata.annotations?.[annotation]
    return text ? read(text, annotation, namespace) : []
  }
  const check = (namespace: string, { spec }: Pod) => {
    const allowed = noted(namespace, annotations.allowed)
    const beyond = spec.tolerations?.some(each => !allowed.some(wide => covers(wide, each)))
    if (allowed.length === 0 || !beyond) return
    const what = 'pod tolerations (possibly merged with namespace default tolerations)'
    throw failure(500, '', `${what} conflict with its namespace whitelist`)
  }
  return {
    name: 'PodTolerationRestriction',
    mutate(request) {
      const { operation, namespace } = request
      if (!isAbout(request, '', 'pods') || (operation !== 'CREATE' && operation !== 'UPDATE')) return
      const pod = request.object as Pod
      const more = [
        ...(operation === 'CREATE' ? noted(namespace, annotations.given) : []),
        ...(computeQos(pod.spec) === 'BestEffort' ? [] : [underPressure]),
      ]
      if (more.length > 0) pod.spec.tolerations = withoutNarrower([...(pod.spec.tolerations ?? []), ...more])
      check(namespace, pod)
    },
    validate(request) {
      const { operation, namespace } = request
      if (!isAbout(request, '', 'pods') || (operation !== 'CREATE' && operation !== 'UPDATE')) return
      check(namespace, request.object as Pod)
    },
  }
}

/** Pods that asked for what they need may be where memory runs short. */
const underPressure: Toleration = { key: memoryPressureTaint, operator: 'Exists', effect: 'NoSchedule' }

function read(text: string, annotation: string, namespace: string): readonly Toleration[] {
  try {
    const all: unknown = JSON.parse(text)
    if (!Array.isArray(all)) throw new Error('it is no list')
    return all.map(each => fromJson(Toleration, each))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    const where = `annotation ${annotation} of namespace ${JSON.stringify(namespace)}`
    throw failure(500, '', `${where} holds no tolerations: ${why}`, undefined, { cause })
  }
}

/** Each that no other covers; of two alike the first. */
const withoutNarrower = (all: readonly Toleration[]): Toleration[] =>
  all.filter(
    (each, index) =>
      !all.some((other, at) => at !== index && covers(other, each) && (at < index || !covers(each, other))),
  )

/** Whether all that `narrow` tolerates `wide` tolerates as well. */
function covers(wide: Toleration, narrow: Toleration): boolean {
  if (equal(wide, narrow)) return true
  const exists = wide.operator === 'Exists'
  if ((narrow.key ?? '') !== (wide.key ?? '') && (wide.key || !exists)) return false
  if (wide.effect && wide.effect !== narrow.effect) return false
  const limit = wide.effect === 'NoExecute' ? wide.tolerationSeconds : undefined
  if (limit !== undefined && (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > limit)) return false
  if (exists) return true
  return (!wide.operator || wide.operator === 'Equal') && narrow.operator === 'Equal' && sameValue(wide, narrow)
}

const sameValue = (a: Toleration, b: Toleration) => (a.value ?? '') === (b.value ?? '')
