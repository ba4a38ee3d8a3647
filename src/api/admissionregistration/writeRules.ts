import { duplicate, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { pathSegment } from '../../schema/rules/names.ts'
import type { FieldError, Path, Rule } from '../../schema/types.ts'
import type { NamedRuleWithOperations } from './policyMatch.ts'
import type { RuleWithOperations } from './webhookRule.ts'

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const scopes = ['*', 'Cluster', 'Namespaced']

/** Rules of a rule: which operations on which resources are meant. Upstream's validateRuleWithOperations. */
export const ruleWithOperationsRules: Rule<RuleWithOperations> = (rule, path) => {
  const { operations: verbs = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule
  return [
    ...alone(verbs, path.child('operations'), 'operations'),
    ...verbs.flatMap((verb, i) =>
      operations.includes(verb) ? [] : [notSupported(path.child('operations').index(i), verb, operations)],
    ),
    ...alone(apiGroups, path.child('apiGroups'), 'API groups'),
    ...alone(apiVersions, path.child('apiVersions'), 'API versions'),
    ...apiVersions.flatMap((version, i) => (version === '' ? [required(path.child('apiVersions').index(i))] : [])),
    ...resourcesRules(resources, path.child('resources')),
    ...(scope !== undefined && !scopes.includes(scope) ? [notSupported(path.child('scope'), scope, scopes)] : []),
  ]
}

/** A list that is not empty, and in which `*` stands alone. */
function alone(values: readonly string[], path: Path, what: string): FieldError[] {
  if (!values.length) return [required(path)]
  if (values.length < 2 || !values.includes('*')) return []
  return [invalid(path, values, `if '*' is present, must not specify other ${what}`)]
}

/** What one entry includes already, another must not name. */
function resourcesRules(resources: readonly string[], path: Path): FieldError[] {
  if (!resources.length) return [required(path)]
  const wholes = new Set<string>()
  const parts = new Set<string>()
  const errors: FieldError[] = []
  let plain = false
  resources.forEach((entry, i) => {
    if (entry === '') errors.push(required(path.index(i)))
    const slash = entry.indexOf('/')
    if (entry === '' || slash < 0) {
      if (entry !== '') plain = entry !== '*'
      return
    }
    const resource = entry.slice(0, slash)
    const part = entry.slice(slash + 1)
    const clash = (present: string): void => {
      errors.push(invalid(path.index(i), entry, `if '${present}' is present, must not specify ${entry}`))
    }
    if (wholes.has(resource)) clash(`${resource}/*`)
    if (parts.has(part)) clash(`*/${part}`)
    if (part === '*') wholes.add(resource)
    if (resource === '*') parts.add(part)
  })
  if (resources.length > 1 && resources.includes('*/*'))
    errors.push(invalid(path, resources, "if '*/*' is present, must not specify other resources"))
  if (resources.includes('*') && plain)
    errors.push(invalid(path, resources, "if '*' is present, must not specify other resources without subresources"))
  return errors
}

/** The same for rules that may name objects. */
export const namedRuleRules: Rule<NamedRuleWithOperations> = (rule, path) => {
  const names = rule.resourceNames ?? []
  return [
    ...names.flatMap((name, i) => [
      ...pathSegment(name).map(detail => invalid(path.child('resourceNames').index(i), name, detail)),
      ...(names.indexOf(name) < i ? [duplicate(path.child('resourceNames').index(i), name)] : []),
    ]),
    ...ruleWithOperationsRules(rule, path),
  ]
}
