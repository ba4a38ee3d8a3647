import { equal } from '../../schema/derive/equal.ts'
import { duplicate, forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { wrong } from '../core/pod/rules/names.ts'
import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from './flowSchemaType.ts'
import { mandatorySchemas } from './mandatory.ts'

const path = at('spec')
const mostPrecedence = 10_000
const methods = ['ByNamespace', 'ByUser']

/** Of upstream's `ValidateFlowSchema`. */
export function flowSchemaRules(schema: FlowSchema): readonly FieldError[] {
  const { metadata, spec, status } = schema
  const { matchingPrecedence: precedence, distinguisherMethod: method, rules = [] } = spec
  const { name } = spec.priorityLevelConfiguration
  const place = path.child('matchingPrecedence')
  const level = path.child('priorityLevelConfiguration', 'name')
  const errors: FieldError[] = []
  if (precedence <= 0) errors.push(invalid(place, precedence, 'must be a positive value'))
  if (precedence > mostPrecedence) errors.push(invalid(place, precedence, `must not be greater than ${mostPrecedence}`))
  if (precedence === 1 && metadata.name !== 'exempt')
    errors.push(invalid(place, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  if (method && !methods.includes(method.type))
    errors.push(notSupported(path.child('distinguisherMethod', 'type'), method, methods))
  errors.push(...(name ? wrong(dnsSubdomain(name), level, name) : [required(level, 'must reference a priority level')]))
  errors.push(...rules.flatMap((each, index) => rulesRules(each, path.child('rules').index(index))))
  const fixed = mandatorySchemas[metadata.name ?? '']
  if (fixed && !equal(spec, fixed))
    errors.push(invalid(path, spec, `spec of '${metadata.name}' must equal the fixed value`))
  return [...errors, ...conditionRules(status.conditions)]
}

/** Conditions have types, each its own. */
export function conditionRules(conditions: readonly { readonly type?: string }[] = []): FieldError[] {
  return conditions.flatMap(({ type = '' }, index) => {
    const place = at('status', 'conditions').index(index).child('type')
    return [
      ...(conditions.findIndex(each => (each.type ?? '') === type) < index ? [duplicate(place, type)] : []),
      ...(type ? [] : [required(place)]),
    ]
  })
}

function rulesRules(rule: PolicyRulesWithSubjects, place: Path): FieldError[] {
  const { subjects, resourceRules = [], nonResourceRules = [] } = rule
  const errors = subjects.flatMap((subject, index) => subjectRules(subject, place.child('subjects').index(index)))
  if (subjects.length === 0) errors.push(required(place.child('subjects'), 'subjects must contain at least one value'))
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.push(required(place, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  return [
    ...errors,
    ...resourceRules.flatMap((each, index) => resourceRuleRules(each, place.child('resourceRules').index(index))),
    ...nonResourceRules.flatMap((each, index) => pathRuleRules(each, place.child('nonResourceRules').index(index))),
  ]
}

const fieldOf: Readonly<Record<string, 'serviceAccount' | 'user' | 'group'>> = {
  ServiceAccount: 'serviceAccount',
  User: 'user',
  Group: 'group',
}

function subjectRules(subject: Subject, place: Path): FieldError[] {
  const { kind, serviceAccount } = subject
  const own = Object.hasOwn(fieldOf, kind) ? fieldOf[kind] : undefined
  if (!own) return [notSupported(place.child('kind'), kind, Object.keys(fieldOf))]
  const here = place.child(own)
  const named = subject[own]
  const errors: FieldError[] = []
  if (!named) errors.push(required(here, `${own} is required when subject kind is '${kind}'`))
  else if (!named.name) errors.push(required(here.child('name')))
  else if (kind === 'ServiceAccount' && named.name !== '*')
    errors.push(...wrong(dnsSubdomain(named.name), here.child('name'), named.name))
  if (kind === 'ServiceAccount' && serviceAccount) {
    const { namespace } = serviceAccount
    const within = here.child('namespace')
    if (namespace) errors.push(...wrong(dnsLabel(namespace), within, namespace))
    else errors.push(required(within, 'must specify namespace for service account'))
  }
  for (const [other, field] of Object.entries(fieldOf))
    if (field !== own && subject[field])
      errors.push(forbidden(place.child(field), `${field} is forbidden when subject kind is not '${other}'`))
  return errors
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']

function verbRules(given: readonly string[], place: Path): FieldError[] {
  if (given.length === 0) return [required(place, 'verbs must contain at least one value')]
  if (given.includes('*')) return aloneRules(given, 'verbs', place)
  return given.every(verb => verbs.includes(verb)) ? [] : [notSupported(place, given, verbs)]
}

/** `*` stands for everything, so that nothing may stand beside it. */
const aloneRules = (given: readonly string[], told: string, place: Path): FieldError[] =>
  given.length > 1 && given.includes('*')
    ? [invalid(place, given, `if '*' is present, must not specify other ${told}`)]
    : []

function resourceRuleRules(rule: ResourcePolicyRule, place: Path): FieldError[] {
  const { apiGroups, resources, clusterScope, namespaces } = rule
  const errors = verbRules(rule.verbs, place.child('verbs'))
  const groups = place.child('apiGroups')
  const plurals = place.child('resources')
  const within = place.child('namespaces')
  if (apiGroups.length === 0) errors.push(required(groups, 'resource rules must supply at least one api group'))
  errors.push(...aloneRules(apiGroups, 'api groups', groups))
  if (resources.length === 0) errors.push(required(plurals, 'resource rules must supply at least one resource'))
  errors.push(...aloneRules(resources, 'resources', plurals))
  if (namespaces.length === 0 && !clusterScope)
    errors.push(required(within, 'resource rules that are not cluster scoped must supply at least one namespace'))
  if (namespaces.includes('*')) return [...errors, ...aloneRules(namespaces, 'namespaces', within)]
  return [
    ...errors,
    ...namespaces.flatMap((name, index) =>
      dnsLabel(name).map(why =>
        invalid(within.index(index), name, `each member of this list must be '*' or a DNS-1123 label; ${why}`),
      ),
    ),
  ]
}

function pathRuleRules({ verbs: given, nonResourceURLs: urls }: NonResourcePolicyRule, place: Path): FieldError[] {
  const here = place.child('nonResourceURLs')
  const errors = verbRules(given, place.child('verbs'))
  if (urls.length === 0) errors.push(required(here, 'nonResourceURLs must contain at least one value'))
  if (urls.includes('*')) return [...errors, ...aloneRules(urls, 'non-resource URLs', here)]
  return [
    ...errors,
    ...urls.flatMap((url, index) => {
      const why = urlProblem(url)
      return why ? [invalid(here.index(index), url, why)] : []
    }),
  ]
}

function urlProblem(url: string): string | undefined {
  if (url === '') return 'must not be empty'
  if (url === '/') return undefined
  if (!url.startsWith('/')) return 'must start with slash'
  if (url.includes(' ')) return 'must not contain white-space'
  if (url.includes('//')) return 'must not contain double slash'
  const star = url.indexOf('*')
  return star < 0 || (star === url.length - 1 && url.endsWith('/*'))
    ? undefined
    : 'wildcard can only do suffix matching'
}
