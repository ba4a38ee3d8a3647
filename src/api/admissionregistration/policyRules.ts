import type { Environment } from '../../cel/check/environment.ts'
import { bool } from '../../cel/types.ts'
import { duplicate, forbidden, invalid, notSupported, required, tooMany } from '../../schema/rules/errors.ts'
import { dns1035Label, dnsSubdomain, pathSegment, qualifiedName } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { labelSelectorRules } from '../meta/labelSelector.ts'
import { admissionEnvironment, compileExpression } from './expressions.ts'
import type { MatchCondition } from './matchCondition.ts'
import type { MatchResources, ParamKind, ParamRef } from './policyMatch.ts'
import { namedRuleRules } from './writeRules.ts'

const mostConditions = 64

/** Rules that validating and mutating policies have in common. Upstream's admissionregistration/validation. */

export function paramKindRules({ apiVersion = '', kind = '' }: ParamKind, path: Path): FieldError[] {
  const kindErrors = kind ? dns1035Label(kind.toLowerCase()) : []
  return [
    ...(apiVersion ? groupVersionRules(apiVersion, path.child('apiVersion')) : [required(path.child('apiVersion'))]),
    ...(kind ? [] : [required(path.child('kind'))]),
    ...(kindErrors.length
      ? [invalid(path.child('kind'), kind, `may have mixed case, but should otherwise match: ${kindErrors.join(',')}`)]
      : []),
  ]
}

function groupVersionRules(apiVersion: string, path: Path): FieldError[] {
  const parts = apiVersion === '/' ? ['', ''] : apiVersion.split('/')
  if (parts.length > 2) return [invalid(path, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
  const [group, version] = parts.length === 1 ? ['', parts[0] ?? ''] : [parts[0] ?? '', parts[1] ?? '']
  const groupErrors = group ? dnsSubdomain(group) : []
  const versionErrors = version ? dns1035Label(version) : []
  return [
    ...(groupErrors.length ? [invalid(path, group, groupErrors.join(','))] : []),
    ...(version ? [] : [invalid(path, apiVersion, 'version must be specified')]),
    ...(versionErrors.length ? [invalid(path, version, versionErrors.join(','))] : []),
  ]
}

export function matchResourcesRules(match: MatchResources, path: Path): FieldError[] {
  const { namespaceSelector, objectSelector, resourceRules = [], excludeResourceRules = [] } = match
  return [
    ...(namespaceSelector ? labelSelectorRules(namespaceSelector, path.child('namespaceSelector')) : []),
    ...(objectSelector ? labelSelectorRules(objectSelector, path.child('objectSelector')) : []),
    ...resourceRules.flatMap((rule, i) => namedRuleRules(rule, path.child('resourceRules').index(i))),
    ...excludeResourceRules.flatMap((rule, i) => namedRuleRules(rule, path.child('excludeResourceRules').index(i))),
  ]
}

/** What a policy is about: there must be something. */
export function constraintsRules(match: MatchResources | undefined, path: Path): FieldError[] {
  if (!match) return [required(path)]
  return [
    ...matchResourcesRules(match, path),
    ...(match.resourceRules?.length ? [] : [required(path.child('resourceRules'))]),
  ]
}

/** Mutations are of creates and updates only. */
export function mutatedOperationsRules(match: MatchResources | undefined, path: Path): FieldError[] {
  const allowed = ['CREATE', 'UPDATE']
  return (match?.resourceRules ?? []).flatMap(({ operations = [] }) =>
    operations
      .filter(operation => !allowed.includes(operation))
      .map(operation => notSupported(path.child('resourceRules', 'operations'), operation, allowed)),
  )
}

export function paramRefRules(ref: ParamRef, path: Path): FieldError[] {
  const { name = '', selector, parameterNotFoundAction: action } = ref
  const both = 'name and selector are mutually exclusive'
  const actions = ['Deny', 'Allow']
  return [
    ...(name ? pathSegment(name).map(detail => invalid(path.child('name'), name, detail)) : []),
    ...(name && selector ? [forbidden(path.child('name'), both)] : []),
    ...(selector ? labelSelectorRules(selector, path.child('selector')) : []),
    ...(name && selector ? [forbidden(path.child('selector'), both)] : []),
    ...(name || selector ? [] : [required(path, 'one of name or selector must be specified')]),
    ...(action ? [] : [required(path.child('parameterNotFoundAction'))]),
    ...(action && !actions.includes(action)
      ? [notSupported(path.child('parameterNotFoundAction'), action, actions)]
      : []),
  ]
}

export function bindingRules(
  spec: { policyName?: string; paramRef?: ParamRef; matchResources?: MatchResources },
  path: Path,
): FieldError[] {
  const { policyName = '', paramRef, matchResources } = spec
  return [
    ...(policyName
      ? dnsSubdomain(policyName).map(detail => invalid(path.child('policyName'), policyName, detail))
      : [required(path.child('policyName'))]),
    ...(paramRef ? paramRefRules(paramRef, path.child('paramRef')) : []),
    ...(matchResources ? matchResourcesRules(matchResources, path.child('matchResources')) : []),
  ]
}

/** Rules of the match conditions of policies and webhooks: each compiles, and tells yes or no. */
export function matchConditionsRules(
  conditions: readonly MatchCondition[],
  path: Path,
  { params = false }: { params?: boolean } = {},
): FieldError[] {
  const env = conditions.length ? admissionEnvironment({ params, authorizer: true }) : undefined
  return [
    ...(conditions.length > mostConditions ? [tooMany(path, conditions.length, mostConditions)] : []),
    ...conditions.flatMap(({ name, expression }, i) => {
      const here = path.index(i)
      const seen = name !== '' && conditions.findIndex(other => other.name === name) < i
      return [
        ...conditionRules(expression.trim(), here.child('expression'), env as Environment),
        ...(name
          ? qualifiedName(name).map(detail => invalid(here.child('name'), name, detail))
          : [required(here.child('name'))]),
        ...(seen ? [duplicate(here.child('name'), name)] : []),
      ]
    }),
  ]
}

function conditionRules(expression: string, path: Path, env: Environment): FieldError[] {
  if (expression === '') return [required(path)]
  const result = compileExpression(expression, env, bool)
  return 'problem' in result ? [invalid(path, expression, result.problem)] : []
}
