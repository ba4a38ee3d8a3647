import { fields, list, object, one, oneOf, string, strings } from '../../schema/fields.ts'
import type { Shape, Type } from '../../schema/types.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { RuleWithOperations } from './webhookRule.ts'

const namedRuleFields = fields({
  /** Names of the objects; all when there are none. */
  resourceNames: strings(1, { listType: 'atomic' }),
})
export interface NamedRuleWithOperations extends Shape<typeof namedRuleFields>, RuleWithOperations {}
export const NamedRuleWithOperations: Type<NamedRuleWithOperations> = object(
  'io.k8s.api.admissionregistration.v1.NamedRuleWithOperations',
  { ...namedRuleFields, ruleWithOperations: one(2, RuleWithOperations, { always: true, inline: true }) },
  { atomic: true },
)

const matchResourcesFields = fields({
  /** Namespaces of the objects, by their labels. */
  namespaceSelector: one(1, LabelSelector, { pointer: true, default: {} }),
  /** Objects, by their labels: those of the new or of the old one. */
  objectSelector: one(2, LabelSelector, { pointer: true, default: {} }),
  /** Writes that are meant. */
  resourceRules: list(3, NamedRuleWithOperations, { listType: 'atomic' }),
  /** Writes that are not, even if a rule means them. */
  excludeResourceRules: list(4, NamedRuleWithOperations, { listType: 'atomic' }),
  /** Whether writes through other versions are meant, too. */
  matchPolicy: oneOf(7, ['Exact', 'Equivalent'], { pointer: true, default: 'Equivalent' }),
})
/** Which writes a policy or a binding is about. */
export interface MatchResources extends Shape<typeof matchResourcesFields> {}
export const MatchResources: Type<MatchResources> = object(
  'io.k8s.api.admissionregistration.v1.MatchResources',
  matchResourcesFields,
  { atomic: true },
)

const paramKindFields = fields({
  /** Group and version: `example.com/v1`. */
  apiVersion: string(1),
  /** Kind of the parameters. */
  kind: string(2),
})
/** The kind that the parameters of a policy are of. */
export interface ParamKind extends Shape<typeof paramKindFields> {}
export const ParamKind: Type<ParamKind> = object('io.k8s.api.admissionregistration.v1.ParamKind', paramKindFields, {
  atomic: true,
})

const paramRefFields = fields({
  /** Name of the one object. */
  name: string(1),
  /** Its namespace; that of the write when absent. */
  namespace: string(2),
  /** In place of a name: labels of the objects, each of which is a parameter in turn. */
  selector: one(3, LabelSelector, { pointer: true }),
  /** What becomes of a write when there is none: Allow or Deny. */
  parameterNotFoundAction: string(4, { pointer: true }),
})
/** The objects that a binding gives its policy as parameters. */
export interface ParamRef extends Shape<typeof paramRefFields> {}
export const ParamRef: Type<ParamRef> = object('io.k8s.api.admissionregistration.v1.ParamRef', paramRefFields, {
  atomic: true,
})

const variableFields = fields({
  /** Name, by which later expressions have it: `variables.name`. */
  name: string(1, { always: true }),
  /** Expression that is its value; evaluated when first asked for. */
  expression: string(2, { always: true }),
})
/** A named value of a policy. */
export interface Variable extends Shape<typeof variableFields> {}
export const Variable: Type<Variable> = object('io.k8s.api.admissionregistration.v1.Variable', variableFields, {
  atomic: true,
})

/** Defaults of the rules inside: any scope. */
export function defaultScopes(match: MatchResources | undefined): void {
  for (const rule of [...(match?.resourceRules ?? []), ...(match?.excludeResourceRules ?? [])]) rule.scope ??= '*'
}
