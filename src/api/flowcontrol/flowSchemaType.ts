import { bool, fields, int32, list, object, one, oneOf, root, string, strings, time } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const flowDistinguisherMethodFields = fields({
  /** ByUser or ByNamespace. */
  type: string(1, { always: true }),
})
export interface FlowDistinguisherMethod extends Shape<typeof flowDistinguisherMethodFields> {}
export const FlowDistinguisherMethod: Type<FlowDistinguisherMethod> = object(
  'io.k8s.api.flowcontrol.v1.FlowDistinguisherMethod',
  flowDistinguisherMethodFields,
)

const priorityLevelConfigurationReferenceFields = fields({
  /** Name of the priority level. */
  name: string(1, { always: true }),
})
export interface PriorityLevelConfigurationReference extends Shape<typeof priorityLevelConfigurationReferenceFields> {}
export const PriorityLevelConfigurationReference: Type<PriorityLevelConfigurationReference> = object(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationReference',
  priorityLevelConfigurationReferenceFields,
)

const userSubjectFields = fields({
  /** Name of the user; `*` is any. */
  name: string(1, { always: true }),
})
export interface UserSubject extends Shape<typeof userSubjectFields> {}
export const UserSubject: Type<UserSubject> = object('io.k8s.api.flowcontrol.v1.UserSubject', userSubjectFields)

const groupSubjectFields = fields({
  /** Name of the group; `*` is any. */
  name: string(1, { always: true }),
})
export interface GroupSubject extends Shape<typeof groupSubjectFields> {}
export const GroupSubject: Type<GroupSubject> = object('io.k8s.api.flowcontrol.v1.GroupSubject', groupSubjectFields)

const serviceAccountSubjectFields = fields({
  /** Namespace of the account. */
  namespace: string(1, { always: true }),
  /** Name of the account; `*` is any. */
  name: string(2, { always: true }),
})
export interface ServiceAccountSubject extends Shape<typeof serviceAccountSubjectFields> {}
export const ServiceAccountSubject: Type<ServiceAccountSubject> = object(
  'io.k8s.api.flowcontrol.v1.ServiceAccountSubject',
  serviceAccountSubjectFields,
)

const subjectFields = fields({
  /** User, Group or ServiceAccount. */
  kind: string(1, { always: true }),
  /** The user. */
  user: one(2, UserSubject, { pointer: true }),
  /** The group. */
  group: one(3, GroupSubject, { pointer: true }),
  /** The account. */
  serviceAccount: one(4, ServiceAccountSubject, { pointer: true }),
})
export interface Subject extends Shape<typeof subjectFields> {}
export const Subject: Type<Subject> = object('io.k8s.api.flowcontrol.v1.Subject', subjectFields)

const resourcePolicyRuleFields = fields({
  /** Verbs; `*` is any. */
  verbs: strings(1, { always: true, listType: 'set' }),
  /** Groups; `*` is any. */
  apiGroups: strings(2, { always: true, listType: 'set' }),
  /** Plurals, with subresources after a slash; `*` is any. */
  resources: strings(3, { always: true, listType: 'set' }),
  /** Whether requests without a namespace are meant, too. */
  clusterScope: bool(4),
  /** Namespaces; `*` is any. */
  namespaces: strings(5, { always: true, listType: 'set' }),
})
export interface ResourcePolicyRule extends Shape<typeof resourcePolicyRuleFields> {}
export const ResourcePolicyRule: Type<ResourcePolicyRule> = object(
  'io.k8s.api.flowcontrol.v1.ResourcePolicyRule',
  resourcePolicyRuleFields,
)

const nonResourcePolicyRuleFields = fields({
  /** Verbs; `*` is any. */
  verbs: strings(1, { always: true, listType: 'set' }),
  /** Paths; a `*` at the end stands for the rest. */
  nonResourceURLs: strings(6, { always: true, listType: 'set' }),
})
export interface NonResourcePolicyRule extends Shape<typeof nonResourcePolicyRuleFields> {}
export const NonResourcePolicyRule: Type<NonResourcePolicyRule> = object(
  'io.k8s.api.flowcontrol.v1.NonResourcePolicyRule',
  nonResourcePolicyRuleFields,
)

const policyRulesWithSubjectsFields = fields({
  /** Who asks. */
  subjects: list(1, Subject, { always: true, listType: 'atomic' }),
  /** What is asked of objects. */
  resourceRules: list(2, ResourcePolicyRule, { listType: 'atomic' }),
  /** What is asked of other paths. */
  nonResourceRules: list(3, NonResourcePolicyRule, { listType: 'atomic' }),
})
export interface PolicyRulesWithSubjects extends Shape<typeof policyRulesWithSubjectsFields> {}
export const PolicyRulesWithSubjects: Type<PolicyRulesWithSubjects> = object(
  'io.k8s.api.flowcontrol.v1.PolicyRulesWithSubjects',
  policyRulesWithSubjectsFields,
)

const flowSchemaSpecFields = fields({
  /** Level of the requests. */
  priorityLevelConfiguration: one(1, PriorityLevelConfigurationReference, { always: true }),
  /** Schemas with lower numbers are tried first. */
  matchingPrecedence: int32(2, { always: true }),
  /** How requests are told apart into flows. */
  distinguisherMethod: one(3, FlowDistinguisherMethod, { pointer: true }),
  /** Requests that are meant: any of these. */
  rules: list(4, PolicyRulesWithSubjects, { listType: 'atomic' }),
})
export interface FlowSchemaSpec extends Shape<typeof flowSchemaSpecFields> {}
export const FlowSchemaSpec: Type<FlowSchemaSpec> = object(
  'io.k8s.api.flowcontrol.v1.FlowSchemaSpec',
  flowSchemaSpecFields,
)

const flowSchemaConditionFields = fields({
  /** Which aspect the condition speaks of. */
  type: string(1),
  /** Whether it holds. */
  status: oneOf(2, ['True', 'False', 'Unknown']),
  /** When `status` last changed. */
  lastTransitionTime: time(3),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
})
export interface FlowSchemaCondition extends Shape<typeof flowSchemaConditionFields> {}
export const FlowSchemaCondition: Type<FlowSchemaCondition> = object(
  'io.k8s.api.flowcontrol.v1.FlowSchemaCondition',
  flowSchemaConditionFields,
)

const flowSchemaStatusFields = fields({
  /** State of the schema. */
  conditions: list(1, FlowSchemaCondition, {
    patchStrategy: 'merge',
    mergeKey: 'type',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface FlowSchemaStatus extends Shape<typeof flowSchemaStatusFields> {}
export const FlowSchemaStatus: Type<FlowSchemaStatus> = object(
  'io.k8s.api.flowcontrol.v1.FlowSchemaStatus',
  flowSchemaStatusFields,
)

export const flowSchemaFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Which requests are meant, and what becomes of them. */
  spec: one(2, FlowSchemaSpec, { always: true }),
  /** What was seen last. */
  status: one(3, FlowSchemaStatus, { always: true }),
})
export interface FlowSchema extends RootShape<typeof flowSchemaFields> {}
export const FlowSchema: Type<FlowSchema> = root('io.k8s.api.flowcontrol.v1.FlowSchema', flowSchemaFields)

const flowSchemaListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, FlowSchema, { always: true }),
})
export interface FlowSchemaList extends RootShape<typeof flowSchemaListFields> {}
export const FlowSchemaList: Type<FlowSchemaList> = root(
  'io.k8s.api.flowcontrol.v1.FlowSchemaList',
  flowSchemaListFields,
)
