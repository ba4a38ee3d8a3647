import { ObjectMeta } from '../../api/meta/objectMeta.ts'
import { bool, fields, list, object, one, root, string, strings } from '../../schema/fields.ts'
import { invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path, RootShape, Shape, Type } from '../../schema/types.ts'
import { type ConfigurationKind, readConfiguration } from '../configuration.ts'

/** How much is kept of a request, from nothing to everything. */
export const levels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export type Level = (typeof levels)[number]

/** When in the life of a request an event is made. */
export const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type Stage = (typeof stages)[number]

const groupResources = fields({
  group: string(1),
  resources: strings(2),
  resourceNames: strings(3),
})
export interface GroupResources extends Shape<typeof groupResources> {}
const GroupResources: Type<GroupResources> = object('io.k8s.audit.v1.GroupResources', groupResources)

const policyRule = fields({
  level: string(1, { always: true }),
  users: strings(2),
  userGroups: strings(3),
  verbs: strings(4),
  resources: list(5, GroupResources),
  namespaces: strings(6),
  nonResourceURLs: strings(7),
  omitStages: strings(8),
  omitManagedFields: bool(9, { pointer: true }),
})
export interface PolicyRule extends Shape<typeof policyRule> {}
const PolicyRule: Type<PolicyRule> = object('io.k8s.audit.v1.PolicyRule', policyRule)

const policy = fields({
  metadata: one(1, ObjectMeta, { always: true }),
  rules: list(2, PolicyRule, { always: true }),
  omitStages: strings(3),
  omitManagedFields: bool(4),
})
/** Which requests are kept, and how much of them: audit.k8s.io/v1. */
export interface Policy extends RootShape<typeof policy> {}
const Policy: Type<Policy> = root('io.k8s.audit.v1.Policy', policy)

const policyKind: ConfigurationKind<Policy> = {
  kind: 'Policy',
  apiVersions: ['audit.k8s.io/v1'],
  type: Policy,
  rules: ({ rules, omitStages }) => [
    ...omitted(omitStages, at('omitStages')),
    ...rules.flatMap((rule, index) => ruleErrors(rule, at('rules').index(index))),
  ],
}

/** Reads a policy file. Throws an Error that says what is wrong with it; one without rules keeps nothing and is refused. */
export function readPolicy(text: string): Policy {
  const read = readConfiguration(policyKind, text)
  if (read.rules.length === 0) throw new Error('it has no rules: nothing would be kept')
  return read
}

function ruleErrors(rule: PolicyRule, path: Path): FieldError[] {
  const { level, nonResourceURLs = [], resources = [], namespaces = [] } = rule
  const errors: FieldError[] = []
  if (!level) errors.push(required(path.child('level')))
  else if (!(levels as readonly string[]).includes(level)) errors.push(notSupported(path.child('level'), level, levels))
  const urls = path.child('nonResourceURLs')
  for (const [index, url] of nonResourceURLs.entries()) {
    if (url === '*') continue
    if (!url.startsWith('/')) {
      errors.push(invalid(urls.index(index), url, "non-resource URL rules must begin with a '/' character"))
    }
    if (url.slice(0, -1).includes('*')) {
      const detail = "non-resource URL wildcards '*' must be the final character of the rule"
      errors.push(invalid(urls.index(index), url, detail))
    }
  }
  for (const { group = '', resources: named = [], resourceNames = [] } of resources) {
    const wrong = group === '' || group === '*' ? [] : dnsSubdomain(group)
    if (wrong.length > 0) errors.push(invalid(path.child('resources', 'group'), group, wrong.join(',')))
    if (resourceNames.length > 0 && named.length === 0) {
      const detail = 'using resourceNames requires at least one resource'
      errors.push(invalid(path.child('resources', 'resourceNames'), resourceNames, detail))
    }
  }
  errors.push(...omitted(rule.omitStages, path.child('omitStages')))
  if (nonResourceURLs.length > 0 && (resources.length > 0 || namespaces.length > 0)) {
    errors.push(invalid(urls, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs'))
  }
  return errors
}

const omitted = (given: readonly string[] = [], path: Path) =>
  given.flatMap((stage, index) =>
    (stages as readonly string[]).includes(stage)
      ? []
      : [invalid(path.index(index), stage, `allowed stages are ${stages.join(',')}`)],
  )
