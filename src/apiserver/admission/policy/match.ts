import type { MatchResources, NamedRuleWithOperations } from '../../../api/index.ts'
import { type Selector, selectorOfLabelSelector } from '../../../api/meta/selectors.ts'
import type { AdmissionRequest } from '../../contract.ts'
import { isSelected, type MatchDeps } from '../webhook/match.ts'
import { namespaceOf } from '../webhook/review.ts'
import { ruleMatches, type Subject } from '../webhook/rules.ts'
import { otherWays, type Way, wayOfRequest } from '../webhook/ways.ts'

/** What a policy or a binding is about, ready to be asked. */
export interface Match {
  readonly namespaces: Selector
  readonly objects: Selector
  readonly rules: readonly NamedRuleWithOperations[]
  readonly excluded: readonly NamedRuleWithOperations[]
  readonly exact: boolean
}

export const matchOf = (match: MatchResources = {}): Match => ({
  namespaces: selectorOfLabelSelector(match.namespaceSelector ?? {}),
  objects: selectorOfLabelSelector(match.objectSelector ?? {}),
  rules: match.resourceRules ?? [],
  excluded: match.excludeResourceRules ?? [],
  exact: match.matchPolicy === 'Exact',
})

/**
 * The way in which a policy sees the request; undefined: it is not meant. Throws NotFound when the namespace that its
 * selector asks about is not there. Upstream's policy/matching.
 */
export async function wayMatched(match: Match, request: AdmissionRequest, deps: MatchDeps): Promise<Way | undefined> {
  const subject: Subject = {
    operation: request.operation,
    subresource: request.subresource,
    namespace: namespaceOf(request),
  }
  const own = wayOfRequest(request)
  const others = (): Way[] => otherWays(request, deps.catalog)
  const find = (rules: readonly NamedRuleWithOperations[]): Way | undefined => {
    if (rules.some(rule => isMeant(rule, subject, own, request.name))) return own
    if (match.exact) return undefined
    const equivalent = others()
    for (const rule of rules) {
      const way = equivalent.find(each => isMeant(rule, subject, each, request.name))
      if (way) return way
    }
    return undefined
  }
  if (match.excluded.length && find(match.excluded)) return undefined
  const way = match.rules.length ? find(match.rules) : own
  return way && (await isSelected(match, request, deps)) ? way : undefined
}

const isMeant = (rule: NamedRuleWithOperations, subject: Subject, way: Way, name: string): boolean =>
  ruleMatches(rule, subject, way) && (!rule.resourceNames?.length || rule.resourceNames.includes(name))
