import { equal, semanticEqual } from '../../../../schema/derive/equal.ts'
import { forbidden, invalid } from '../../../../schema/rules/errors.ts'
import { at } from '../../../../schema/rules/path.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import type { NodeSelectorTerm } from '../../node/nodeSelector.ts'
import type { NodeAffinity } from '../affinity.ts'
import type { Container } from '../container.ts'
import type { PodSchedulingGate, Toleration } from '../placement.ts'
import type { Pod } from '../pod.ts'
import { PodSpec } from '../spec.ts'
import { podAnnotationUpdateRules } from './annotations.ts'
import { differences } from './difference.ts'

const path = at('spec')
const mostSeconds = 2147483647
const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
]

/** What an update may change of a pod: hardly anything. Of upstream's ValidatePodUpdate. */
export function podUpdateRules(pod: Pod, old: Pod): readonly FieldError[] {
  const errors = podAnnotationUpdateRules(pod.metadata, old.metadata, at('metadata', 'annotations'))
  const [after, before] = [pod.spec, old.spec]
  for (const list of ['containers', 'initContainers'] as const)
    if ((after[list]?.length ?? 0) !== (before[list]?.length ?? 0))
      return [...errors, forbidden(path.child(list), 'pod updates may not add or remove containers')]
  const deadline = deadlineRules(after.activeDeadlineSeconds, before.activeDeadlineSeconds)
  errors.push(...deadline.errors)
  if (deadline.stop) return errors
  errors.push(...addedOnlyRules(after.tolerations ?? [], before.tolerations ?? []))
  errors.push(...deletedOnlyRules(after.schedulingGates ?? [], before.schedulingGates ?? []))
  const masked = withChangeable(after, before)
  if (before.schedulingGates?.length) errors.push(...gatedRules(masked, before))
  if (!semanticEqual(PodSpec, masked, before))
    errors.push(
      forbidden(
        path,
        `pod updates may not change fields other than ${changeable.join(',')}\n${differences(before, masked, path)}`,
      ),
    )
  return errors
}

/** The new spec with the old value of every field that may change. */
function withChangeable(after: PodSpec, before: PodSpec): PodSpec {
  const images = (list: readonly Container[] | undefined, old: readonly Container[] | undefined) =>
    list?.map((container, i) => ({ ...container, image: old?.[i]?.image }))
  const grace =
    (before.terminationGracePeriodSeconds ?? 0) < 0 && after.terminationGracePeriodSeconds === 1 ? before : after
  return {
    ...after,
    containers: images(after.containers, before.containers) ?? [],
    initContainers: images(after.initContainers, before.initContainers),
    activeDeadlineSeconds: before.activeDeadlineSeconds,
    schedulingGates: before.schedulingGates,
    tolerations: before.tolerations,
    terminationGracePeriodSeconds: grace.terminationGracePeriodSeconds,
  }
}

/** A deadline may be set, and shortened. */
function deadlineRules(after: number | undefined, before: number | undefined) {
  const here = path.child('activeDeadlineSeconds')
  if (after === undefined) {
    const why = 'must not update from a positive integer to nil value'
    return { errors: before === undefined ? [] : [invalid(here, null, why)], stop: false }
  }
  const why =
    after < 0 || after > mostSeconds
      ? `must be between 0 and ${mostSeconds}, inclusive`
      : before !== undefined && before < after
        ? 'must be less than or equal to previous value'
        : undefined
  return { errors: why ? [invalid(here, after, why)] : [], stop: why !== undefined }
}

function addedOnlyRules(after: readonly Toleration[], before: readonly Toleration[]): FieldError[] {
  const bare = ({ tolerationSeconds: _, ...rest }: Toleration) => rest
  return before.every(old => after.some(toleration => equal(bare(toleration), bare(old))))
    ? []
    : [forbidden(path.child('tolerations'), 'existing toleration can not be modified except its tolerationSeconds')]
}

const deletedOnlyRules = (after: readonly PodSchedulingGate[], before: readonly PodSchedulingGate[]): FieldError[] =>
  after.flatMap(({ name }, i) =>
    before.some(old => old.name === name)
      ? []
      : [
          forbidden(
            path.child('schedulingGates').index(i).child('name'),
            `only deletion is allowed, but found new scheduling gate '${name}'`,
          ),
        ],
  )

/** While a gate holds the pod back, its choice of nodes may be narrowed. Puts the old choice into `masked`. */
function gatedRules(masked: PodSpec, before: PodSpec): FieldError[] {
  const errors: FieldError[] = []
  const [selector, oldSelector] = [masked.nodeSelector ?? {}, before.nodeSelector ?? {}]
  if (Object.entries(oldSelector).some(([key, value]) => selector[key] !== value))
    errors.push(
      invalid(
        path.child('nodeSelector'),
        selector,
        'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
      ),
    )
  masked.nodeSelector = before.nodeSelector
  const old = before.affinity?.nodeAffinity
  if (equal(masked.affinity?.nodeAffinity, old)) return errors
  errors.push(...narrowedRules(masked.affinity?.nodeAffinity, old, path.child('affinity', 'nodeAffinity')))
  const { podAffinity, podAntiAffinity } = masked.affinity ?? {}
  masked.affinity =
    !before.affinity && !podAffinity && !podAntiAffinity ? undefined : { ...masked.affinity, nodeAffinity: old }
  return errors
}

function narrowedRules(after: NodeAffinity | undefined, before: NodeAffinity | undefined, at: Path): FieldError[] {
  const name = 'requiredDuringSchedulingIgnoredDuringExecution'
  const old = before?.[name]?.nodeSelectorTerms ?? []
  if (old.length === 0) return []
  const terms = after?.[name]?.nodeSelectorTerms ?? []
  const here = at.child(name, 'nodeSelectorTerms')
  if (old.length !== terms.length)
    return [invalid(here, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')]
  return terms.flatMap((term, i) =>
    onlyAdds(term, old[i] ?? {})
      ? []
      : [invalid(here.index(i), term, 'only additions are allowed (no mutations or deletions)')],
  )
}

/** An empty term matches nothing: adding to it would widen the choice. */
function onlyAdds(after: NodeSelectorTerm, before: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const
  const empty = (term: NodeSelectorTerm) => lists.every(name => !term[name]?.length)
  if (empty(before)) return empty(after)
  return lists.every(name => {
    const old = before[name] ?? []
    return equal(after[name]?.slice(0, old.length) ?? [], old)
  })
}
