import { equal } from '../../schema/derive/equal.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { resourceAmountRules, resourceName } from './pod/rules/resources.ts'
import type { ResourceQuota, ResourceQuotaSpec } from './resourceQuota.ts'

const ofPods = new Set(['pods', ...['cpu', 'memory'].flatMap(name => [name, `limits.${name}`, `requests.${name}`])])
const ofClaims = new Set(['persistentvolumeclaims', 'requests.storage'])
const onlyPods = new Set(['pods'])

/** Scopes, and the resources that each has something to say about. */
const scopes: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: ofPods,
  NotTerminating: ofPods,
  BestEffort: onlyPods,
  NotBestEffort: ofPods,
  PriorityClass: ofPods,
  CrossNamespacePodAffinity: ofPods,
  VolumeAttributesClass: ofClaims,
}
/** Scopes that something is in or not: no values to choose by. */
const plain = new Set(['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'])
const contradictions = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
]

const known = new Set([
  ...['cpu', 'memory', 'ephemeral-storage'],
  ...['requests.cpu', 'requests.memory', 'requests.storage', 'requests.ephemeral-storage'],
  ...['limits.cpu', 'limits.memory', 'limits.ephemeral-storage'],
  ...['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'persistentvolumeclaims'],
  ...['configmaps', 'services.nodeports', 'services.loadbalancers'],
])
const isKnown = (name: string) => known.has(name) || /^(requests\.)?hugepages-/.test(name)

function listRules(list: Readonly<Record<string, string>> | undefined, path: Path): readonly FieldError[] {
  return Object.entries(list ?? {}).flatMap(([name, amount]) => {
    const place = path.key(name)
    const odd = !name.includes('/') && !isKnown(name)
    return [
      ...resourceName(name, place),
      ...(odd ? [invalid(place, name, 'must be a standard resource for quota')] : []),
      ...resourceAmountRules(name, amount, place),
    ]
  })
}

/** Of upstream's `ValidateResourceQuota`. */
export const quotaRules = ({ spec }: ResourceQuota): readonly FieldError[] => [
  ...listRules(spec.hard, at('spec', 'hard')),
  ...scopeRules(spec, at('spec', 'scopes')),
  ...selectorRules(spec, at('spec', 'scopeSelector', 'matchExpressions')),
]

export const quotaStatusRules = ({ status }: ResourceQuota): readonly FieldError[] => [
  ...listRules(status.hard, at('status', 'hard')),
  ...listRules(status.used, at('status', 'used')),
]

/** Which pods are counted is settled for good: what is used would be about others. */
export function quotaUpdateRules(now: ResourceQuota, old: ResourceQuota): readonly FieldError[] {
  const set = ({ spec }: ResourceQuota) => [...new Set(spec.scopes)].sort()
  return equal(set(now), set(old)) ? [] : [invalid(at('spec', 'scopes'), now.spec.scopes, 'field is immutable')]
}

/** Whether every resource that is limited is one a scope can choose by. */
const misfits = (scope: string, { hard = {} }: ResourceQuotaSpec): number =>
  Object.keys(hard).filter(name => isKnown(name) && scopes[scope] && !scopes[scope].has(name)).length

const isContradiction = (all: readonly string[]) =>
  contradictions.filter(pair => pair.every(scope => all.includes(scope))).length

function scopeRules(spec: ResourceQuotaSpec, path: Path): readonly FieldError[] {
  const all = spec.scopes ?? []
  const wrong = (words: string, times: number) => Array.from({ length: times }, () => invalid(path, all, words))
  return [
    ...all.flatMap(scope => [
      ...wrong('unsupported scope', scopes[scope] ? 0 : 1),
      ...wrong('unsupported scope applied to resource', misfits(scope, spec)),
    ]),
    ...wrong('conflicting scopes', isContradiction(all)),
  ]
}

function selectorRules(spec: ResourceQuotaSpec, path: Path): readonly FieldError[] {
  const expressions = spec.scopeSelector?.matchExpressions ?? []
  const errors: FieldError[] = []
  for (const { scopeName, operator, values = [] } of expressions) {
    if (!scopes[scopeName]) errors.push(invalid(path.child('scopeName'), scopeName, 'unsupported scope'))
    for (let left = misfits(scopeName, spec); left > 0; left--)
      errors.push(invalid(path, spec.scopeSelector, 'unsupported scope applied to resource'))
    if (plain.has(scopeName) && operator !== 'Exists')
      errors.push(
        invalid(
          path.child('operator'),
          operator,
          "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
        ),
      )
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0)
        errors.push(
          required(
            path.child('values'),
            "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
          ),
        )
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0)
        errors.push(
          invalid(
            path.child('values'),
            values,
            "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
          ),
        )
    } else errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'))
  }
  for (let left = isContradiction(expressions.map(({ scopeName }) => scopeName)); left > 0; left--)
    errors.push(invalid(path, spec.scopes ?? [], 'conflicting scopes'))
  return errors
}
