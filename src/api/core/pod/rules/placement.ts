import { duplicate, forbidden, invalid, notSupported, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from '../../../../schema/rules/names.ts'
import { at } from '../../../../schema/rules/path.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { labelSelectorRules } from '../../../meta/labelSelector.ts'
import type { ObjectMeta } from '../../../meta/objectMeta.ts'
import type { PodResourceClaim, PodSchedulingGate, Toleration, TopologySpreadConstraint } from '../placement.ts'
import { labelKeyRules } from './affinity.ts'
import { isMirror } from './annotations.ts'
import { wrong } from './names.ts'

/** Taints that are tolerated: an operator that fits key and value, and seconds only for NoExecute. */
export function tolerationRules(tolerations: readonly Toleration[], path: Path): FieldError[] {
  return tolerations.flatMap(({ key, operator = '', value = '', effect = '', tolerationSeconds }, i) => {
    const here = path.index(i)
    const errors = key ? wrong(qualifiedName(key), here.child('key'), key) : []
    if (!key && operator !== 'Exists')
      errors.push(
        invalid(
          here.child('operator'),
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      )
    if (tolerationSeconds !== undefined && effect !== 'NoExecute')
      errors.push(invalid(here.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
    if (operator === '' || operator === 'Equal') {
      const details = labelValue(value)
      if (details.length) errors.push(invalid(here.child('operator'), value, details.join(';')))
    } else if (operator === 'Exists') {
      if (value) errors.push(invalid(here.child('operator'), value, "value must be empty when `operator` is 'Exists'"))
    } else if (operator === 'Lt' || operator === 'Gt')
      errors.push(notSupported(here.child('operator'), operator, ['Equal', 'Exists', 'Lt', 'Gt']))
    return errors
  })
}

/** How pods like this one are spread: each pair of place and action once. */
export function spreadRules(constraints: readonly TopologySpreadConstraint[], path: Path): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains, labelSelector, matchLabelKeys } = constraint
    const here = path.index(i)
    const errors: FieldError[] = []
    const positive = (name: string, value: number) => {
      if (value <= 0) errors.push(invalid(here.child(name), value, 'must be greater than zero'))
    }
    positive('maxSkew', maxSkew)
    if (!topologyKey) errors.push(required(here.child('topologyKey'), 'can not be empty'))
    const same = (other: TopologySpreadConstraint) =>
      other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable
    if (constraints.slice(i + 1).some(same))
      errors.push(duplicate(here.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`))
    if (minDomains !== undefined) {
      positive('minDomains', minDomains)
      if (whenUnsatisfiable !== 'DoNotSchedule')
        errors.push(
          invalid(
            here.child('minDomains'),
            minDomains,
            `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`,
          ),
        )
    }
    errors.push(...labelKeyRules(matchLabelKeys, [], labelSelector, here))
    if (labelSelector) errors.push(...labelSelectorRules(labelSelector, here.child('labelSelector')))
    return errors
  })
}

/** Gates have qualified names, each once. */
export const gateRules = (gates: readonly PodSchedulingGate[], path: Path): FieldError[] =>
  gates.flatMap(({ name }, i) => [
    ...wrong(qualifiedName(name), path.index(i), name),
    ...(gates.slice(0, i).some(before => before.name === name) ? [duplicate(path.index(i), name)] : []),
  ])

/** Claims of the pod: names that are labels and unique, and one source each. */
export function podClaimRules(
  claims: readonly PodResourceClaim[],
  meta: ObjectMeta | undefined,
  path: Path,
): FieldError[] {
  if (meta && isMirror(meta)) return claims.map(() => forbidden(at(''), 'static pods do not support resource claims'))
  const seen = new Set<string>()
  return claims.flatMap((claim, i) => {
    const { name, resourceClaimName, resourceClaimTemplateName } = claim
    const here = path.index(i)
    const errors: FieldError[] = []
    if (!name) errors.push(required(here.child('name')))
    else if (seen.has(name)) errors.push(duplicate(here.child('name'), name))
    else errors.push(...wrong(dnsLabel(name), here.child('name'), name))
    seen.add(name)
    const sources = [resourceClaimName, resourceClaimTemplateName].filter(one => one !== undefined).length
    if (sources > 1)
      errors.push(
        invalid(here, claim, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'),
      )
    if (sources === 0)
      errors.push(invalid(here, claim, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    for (const field of ['resourceClaimName', 'resourceClaimTemplateName'] as const) {
      const text = claim[field]
      if (text !== undefined) errors.push(...wrong(dnsSubdomain(text), here.child(field), text))
    }
    return errors
  })
}
