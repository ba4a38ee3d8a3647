import { forbidden, invalid, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../../../schema/rules/names.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { type LabelSelector, labelSelectorRules } from '../../../meta/labelSelector.ts'
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from '../../node/nodeSelector.ts'
import type { Affinity, PodAffinity, PodAffinityTerm } from '../affinity.ts'
import { wrong } from './names.ts'

const needed = 'requiredDuringSchedulingIgnoredDuringExecution'
const wished = 'preferredDuringSchedulingIgnoredDuringExecution'

/** Nodes and pods this one goes to or keeps away from. */
export function affinityRules({ nodeAffinity, podAffinity, podAntiAffinity }: Affinity, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (nodeAffinity) {
    const here = path.child('nodeAffinity')
    const { [needed]: selector, [wished]: preferred = [] } = nodeAffinity
    if (selector) errors.push(...nodeSelectorRules(selector, here.child(needed)))
    for (const [i, { weight, preference }] of preferred.entries()) {
      const at = here.child(wished).index(i)
      errors.push(...weightRules(weight, at), ...termRules(preference, false, at.child('preference')))
    }
  }
  if (podAffinity) errors.push(...podAffinityRules(podAffinity, path.child('podAffinity')))
  if (podAntiAffinity) errors.push(...podAffinityRules(podAntiAffinity, path.child('podAntiAffinity')))
  return errors
}

const weightRules = (weight: number, path: Path): FieldError[] =>
  weight < 1 || weight > 100 ? [invalid(path.child('weight'), weight, 'must be in the range 1-100')] : []

/** Terms of which a node must meet one. `strict`: values must be label values, too. */
export function nodeSelectorRules({ nodeSelectorTerms }: NodeSelector, path: Path, strict = true): FieldError[] {
  const here = path.child('nodeSelectorTerms')
  if (nodeSelectorTerms.length === 0) return [required(here, 'must have at least one node selector term')]
  return nodeSelectorTerms.flatMap((term, i) => termRules(term, strict, here.index(i)))
}

const termRules = (
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  strict: boolean,
  path: Path,
): FieldError[] => [
  ...matchExpressions.flatMap((one, i) => labelRequirementRules(one, strict, path.child('matchExpressions').index(i))),
  ...matchFields.flatMap((one, i) => fieldRequirementRules(one, path.child('matchFields').index(i))),
]

function labelRequirementRules(
  { key, operator, values = [] }: NodeSelectorRequirement,
  strict: boolean,
  path: Path,
): FieldError[] {
  const here = path.child('values')
  const errors: FieldError[] = []
  switch (operator as string) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) errors.push(required(here, "must be specified when `operator` is 'In' or 'NotIn'"))
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0)
        errors.push(forbidden(here, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1)
        errors.push(required(here, "must be specified single value when `operator` is 'Lt' or 'Gt'"))
      break
    default:
      errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'))
  }
  errors.push(...wrong(qualifiedName(key), path.child('key'), key))
  if (strict) for (const [i, value] of values.entries()) errors.push(...wrong(labelValue(value), here.index(i), value))
  return errors
}

function fieldRequirementRules({ key, operator, values = [] }: NodeSelectorRequirement, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (operator !== 'In' && operator !== 'NotIn')
    errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'))
  else if (values.length !== 1)
    errors.push(
      required(
        path.child('values'),
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    )
  if (key !== 'metadata.name') errors.push(invalid(path.child('key'), key, 'not a valid field selector key'))
  else
    for (const [i, value] of values.entries())
      errors.push(...wrong(dnsSubdomain(value), path.child('values').index(i), value))
  return errors
}

const podAffinityRules = (
  { [needed]: terms = [], [wished]: preferred = [] }: PodAffinity,
  path: Path,
): FieldError[] => [
  ...terms.flatMap((term, i) => podTermRules(term, path.child(needed).index(i))),
  ...preferred.flatMap(({ weight, podAffinityTerm }, i) => {
    const here = path.child(wished).index(i)
    return [...weightRules(weight, here), ...podTermRules(podAffinityTerm, here.child('podAffinityTerm'))]
  }),
]

function podTermRules(term: PodAffinityTerm, path: Path): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey } = term
  const errors: FieldError[] = []
  if (labelSelector) errors.push(...labelSelectorRules(labelSelector, path.child('labelSelector')))
  if (namespaceSelector) errors.push(...labelSelectorRules(namespaceSelector, path.child('namespaceSelector')))
  for (const name of namespaces) errors.push(...wrong(dnsLabel(name), path.child('namespace'), name))
  errors.push(...labelKeyRules(term.matchLabelKeys, term.mismatchLabelKeys, labelSelector, path))
  if (!topologyKey) errors.push(required(path.child('topologyKey'), 'can not be empty'))
  return [...errors, ...wrong(qualifiedName(topologyKey), path.child('topologyKey'), topologyKey)]
}

/**
 * Keys whose values are taken from the pod. The server adds them to the selector of a new pod, so a key that stands
 * there twice was there before.
 */
export function labelKeyRules(
  matching: readonly string[] = [],
  mismatching: readonly string[] = [],
  selector: LabelSelector | undefined,
  path: Path,
): FieldError[] {
  const errors: FieldError[] = []
  for (const [name, keys] of [
    ['matchLabelKeys', matching],
    ['mismatchLabelKeys', mismatching],
  ] as const) {
    if (keys.length === 0) continue
    const here = path.child(name)
    if (!selector) errors.push(forbidden(here, 'must not be specified when labelSelector is not set'))
    else for (const [i, key] of keys.entries()) errors.push(...wrong(qualifiedName(key), here.index(i), key))
  }
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}))
  for (const { key } of selector?.matchExpressions ?? []) {
    const at = matching.lastIndexOf(key)
    if (at >= 0 && seen.has(key))
      errors.push(invalid(path.index(at), key, 'exists in both matchLabelKeys and labelSelector'))
    seen.add(key)
  }
  for (const [i, key] of matching.entries())
    if (mismatching.includes(key))
      errors.push(
        invalid(path.child('matchLabelKeys').index(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys'),
      )
  return errors
}
