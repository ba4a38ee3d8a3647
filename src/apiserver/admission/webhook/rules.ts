import type { RuleWithOperations } from '../../../api/admissionregistration/webhookRule.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { Way } from './ways.ts'

/** What of a request rules look at. */
export interface Subject {
  readonly operation: AdmissionRequest['operation']
  readonly subresource: string
  /** Empty for what is the whole cluster's; of a namespace itself, its name. */
  readonly namespace: string
}

const meant = (values: readonly string[] | undefined, value: string): boolean =>
  values?.some(each => each === '*' || each === value) ?? false

/** Whether a rule is about a request that came this way. Upstream's `rules.Matcher`. */
export function ruleMatches(
  rule: RuleWithOperations,
  { operation, subresource, namespace }: Subject,
  { group, version, resource }: Pick<Way, 'group' | 'version' | 'resource'>,
): boolean {
  const isNamespace = group === '' && version === 'v1' && resource === 'namespaces'
  const inCluster = isNamespace || namespace === ''
  const scope = rule.scope ?? '*'
  if (scope !== '*' && scope !== (inCluster ? 'Cluster' : 'Namespaced')) return false
  if (!meant(rule.operations, operation)) return false
  if (!meant(rule.apiGroups, group) || !meant(rule.apiVersions, version)) return false
  return (rule.resources ?? []).some(text => {
    const slash = text.indexOf('/')
    const plural = slash < 0 ? text : text.slice(0, slash)
    const below = slash < 0 ? '' : text.slice(slash + 1)
    return (plural === '*' || plural === resource) && (below === '*' || below === subresource)
  })
}
