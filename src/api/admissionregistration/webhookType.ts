import { fields, int32, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { MatchCondition } from '../admissionregistration/matchCondition.ts'
import { WebhookClientConfig } from '../admissionregistration/webhookClient.ts'
import { RuleWithOperations } from '../admissionregistration/webhookRule.ts'
import { LabelSelector } from '../meta/labelSelector.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'

const mutatingWebhookFields = fields({
  /** Name, fully qualified. */
  name: string(1, { always: true }),
  /** Where the webhook is. */
  clientConfig: one(2, WebhookClientConfig, { always: true }),
  /** Which writes it is asked about. */
  rules: list(3, RuleWithOperations, { listType: 'atomic' }),
  /** What becomes of a write when it can't be asked: Fail or Ignore. */
  failurePolicy: string(4, { pointer: true }),
  /** Whether writes through other versions are meant, too: Exact or Equivalent. */
  matchPolicy: string(9, { pointer: true }),
  /** Namespaces of the objects, by their labels. */
  namespaceSelector: one(5, LabelSelector, { pointer: true }),
  /** Objects, by their labels. */
  objectSelector: one(11, LabelSelector, { pointer: true }),
  /** Whether asking changes anything: None or NoneOnDryRun. */
  sideEffects: string(6, { pointer: true }),
  /** How long it is waited for. */
  timeoutSeconds: int32(7, { pointer: true }),
  /** Versions of the review it understands, the best first. */
  admissionReviewVersions: strings(8, { always: true, listType: 'atomic' }),
  /** Whether it is asked again after others changed the object: Never or IfNeeded. */
  reinvocationPolicy: string(10, { pointer: true }),
  /** Conditions on the write, all of which must hold. */
  matchConditions: list(12, MatchCondition, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
})
export interface MutatingWebhook extends Shape<typeof mutatingWebhookFields> {}
export const MutatingWebhook: Type<MutatingWebhook> = object(
  'io.k8s.api.admissionregistration.v1.MutatingWebhook',
  mutatingWebhookFields,
)

const mutatingWebhookConfigurationFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Webhooks that may change what is written. */
  webhooks: list(2, MutatingWebhook, { patchStrategy: 'merge', mergeKey: 'name', listType: 'map', listKeys: ['name'] }),
})
export interface MutatingWebhookConfiguration extends RootShape<typeof mutatingWebhookConfigurationFields> {}
export const MutatingWebhookConfiguration: Type<MutatingWebhookConfiguration> = root(
  'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  mutatingWebhookConfigurationFields,
)

const mutatingWebhookConfigurationListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, MutatingWebhookConfiguration, { always: true }),
})
export interface MutatingWebhookConfigurationList extends RootShape<typeof mutatingWebhookConfigurationListFields> {}
export const MutatingWebhookConfigurationList: Type<MutatingWebhookConfigurationList> = root(
  'io.k8s.api.admissionregistration.v1.MutatingWebhookConfigurationList',
  mutatingWebhookConfigurationListFields,
)

const validatingWebhookFields = fields({
  /** Name, fully qualified. */
  name: string(1, { always: true }),
  /** Where the webhook is. */
  clientConfig: one(2, WebhookClientConfig, { always: true }),
  /** Which writes it is asked about. */
  rules: list(3, RuleWithOperations, { listType: 'atomic' }),
  /** What becomes of a write when it can't be asked: Fail or Ignore. */
  failurePolicy: string(4, { pointer: true }),
  /** Whether writes through other versions are meant, too: Exact or Equivalent. */
  matchPolicy: string(9, { pointer: true }),
  /** Namespaces of the objects, by their labels. */
  namespaceSelector: one(5, LabelSelector, { pointer: true }),
  /** Objects, by their labels. */
  objectSelector: one(10, LabelSelector, { pointer: true }),
  /** Whether asking changes anything: None or NoneOnDryRun. */
  sideEffects: string(6, { pointer: true }),
  /** How long it is waited for. */
  timeoutSeconds: int32(7, { pointer: true }),
  /** Versions of the review it understands, the best first. */
  admissionReviewVersions: strings(8, { always: true, listType: 'atomic' }),
  /** Conditions on the write, all of which must hold. */
  matchConditions: list(11, MatchCondition, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
})
export interface ValidatingWebhook extends Shape<typeof validatingWebhookFields> {}
export const ValidatingWebhook: Type<ValidatingWebhook> = object(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhook',
  validatingWebhookFields,
)

const validatingWebhookConfigurationFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Webhooks that may refuse what is written. */
  webhooks: list(2, ValidatingWebhook, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
})
export interface ValidatingWebhookConfiguration extends RootShape<typeof validatingWebhookConfigurationFields> {}
export const ValidatingWebhookConfiguration: Type<ValidatingWebhookConfiguration> = root(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  validatingWebhookConfigurationFields,
)

const validatingWebhookConfigurationListFields = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ValidatingWebhookConfiguration, { always: true }),
})
export interface ValidatingWebhookConfigurationList
  extends RootShape<typeof validatingWebhookConfigurationListFields> {}
export const ValidatingWebhookConfigurationList: Type<ValidatingWebhookConfigurationList> = root(
  'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfigurationList',
  validatingWebhookConfigurationListFields,
)

const betaMutatingWebhookFields = fields({
  ...mutatingWebhookFields,
  /** Versions of the review it understands, the best first. */
  admissionReviewVersions: strings(8, { listType: 'atomic' }),
})
const MutatingWebhookV1beta1 = object(
  'io.k8s.api.admissionregistration.v1beta1.MutatingWebhook',
  betaMutatingWebhookFields,
)

const betaMutatingFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Webhooks that may change what is written. */
  webhooks: list(2, MutatingWebhookV1beta1, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
})
export interface MutatingWebhookConfigurationV1beta1 extends RootShape<typeof betaMutatingFields> {}
export const MutatingWebhookConfigurationV1beta1: Type<MutatingWebhookConfigurationV1beta1> = root(
  'io.k8s.api.admissionregistration.v1beta1.MutatingWebhookConfiguration',
  betaMutatingFields,
)

const betaValidatingWebhookFields = fields({
  ...validatingWebhookFields,
  /** Versions of the review it understands, the best first. */
  admissionReviewVersions: strings(8, { listType: 'atomic' }),
})
const ValidatingWebhookV1beta1 = object(
  'io.k8s.api.admissionregistration.v1beta1.ValidatingWebhook',
  betaValidatingWebhookFields,
)

const betaValidatingFields = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** Webhooks that may refuse what is written. */
  webhooks: list(2, ValidatingWebhookV1beta1, {
    patchStrategy: 'merge',
    mergeKey: 'name',
    listType: 'map',
    listKeys: ['name'],
  }),
})
export interface ValidatingWebhookConfigurationV1beta1 extends RootShape<typeof betaValidatingFields> {}
export const ValidatingWebhookConfigurationV1beta1: Type<ValidatingWebhookConfigurationV1beta1> = root(
  'io.k8s.api.admissionregistration.v1beta1.ValidatingWebhookConfiguration',
  betaValidatingFields,
)
