import {
  bool,
  bytes,
  fields,
  int32,
  int64,
  list,
  object,
  one,
  root,
  string,
  strings,
  time,
} from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { JSONSchemaProps } from './jsonSchemaProps.ts'

const prefix = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'

const names = fields({
  /** Name in paths: `crontabs`. */
  plural: string(1, { always: true }),
  /** Name of one, in lower case; that of the kind when not set. */
  singular: string(2),
  /** Short names for command lines. */
  shortNames: strings(3, { listType: 'atomic' }),
  /** Name in objects: `CronTab`. */
  kind: string(4, { always: true }),
  /** Kind of a list; the kind with `List` behind it when not set. */
  listKind: string(5),
  /** Groups of kinds that can be asked for together, such as `all`. */
  categories: strings(6, { listType: 'atomic' }),
})
export interface CustomResourceDefinitionNames extends Shape<typeof names> {}
export const CustomResourceDefinitionNames: Type<CustomResourceDefinitionNames> = object(
  `${prefix}.CustomResourceDefinitionNames`,
  names,
)

const validation = fields({
  /** The schema: what objects are pruned by, completed from and checked against. */
  openAPIV3Schema: one(1, JSONSchemaProps, { pointer: true }),
})
export interface CustomResourceValidation extends Shape<typeof validation> {}
export const CustomResourceValidation: Type<CustomResourceValidation> = object(
  `${prefix}.CustomResourceValidation`,
  validation,
)

// biome-ignore lint/suspicious/noEmptyInterface: the message has no fields
export interface CustomResourceSubresourceStatus {}
export const CustomResourceSubresourceStatus: Type<CustomResourceSubresourceStatus> = object(
  `${prefix}.CustomResourceSubresourceStatus`,
  {},
)

const scale = fields({
  /** Where the wanted number stands, as a JSON path below `.spec`. */
  specReplicasPath: string(1, { always: true }),
  /** Where the present number stands, as a JSON path below `.status`. */
  statusReplicasPath: string(2, { always: true }),
  /** Where the selector stands as text, as a JSON path below `.spec` or `.status`. Autoscalers need it. */
  labelSelectorPath: string(3, { pointer: true }),
})
export interface CustomResourceSubresourceScale extends Shape<typeof scale> {}
export const CustomResourceSubresourceScale: Type<CustomResourceSubresourceScale> = object(
  `${prefix}.CustomResourceSubresourceScale`,
  scale,
)

const subresources = fields({
  /** `status` is written apart from the rest. */
  status: one(1, CustomResourceSubresourceStatus, { pointer: true }),
  /** How many there are can be asked and set without knowing the kind. */
  scale: one(2, CustomResourceSubresourceScale, { pointer: true }),
})
export interface CustomResourceSubresources extends Shape<typeof subresources> {}
export const CustomResourceSubresources: Type<CustomResourceSubresources> = object(
  `${prefix}.CustomResourceSubresources`,
  subresources,
)

const column = fields({
  /** Head of the column. */
  name: string(1, { always: true }),
  /** boolean, date, integer, number or string. */
  type: string(2, { always: true }),
  /** A closer form of the type. */
  format: string(3),
  /** What the column means. */
  description: string(4),
  /** 0 is always shown, higher ones with room for it. */
  priority: int32(5),
  /** Where the value stands, as a simple JSON path: `.spec.replicas`. */
  jsonPath: string(6, { always: true }),
})
export interface CustomResourceColumnDefinition extends Shape<typeof column> {}
export const CustomResourceColumnDefinition: Type<CustomResourceColumnDefinition> = object(
  `${prefix}.CustomResourceColumnDefinition`,
  column,
)

const selectable = fields({
  /** Where the field stands, as a simple JSON path: `.spec.color`. */
  jsonPath: string(1, { always: true }),
})
export interface CustomResourceSelectableField extends Shape<typeof selectable> {}
export const CustomResourceSelectableField: Type<CustomResourceSelectableField> = object(
  `${prefix}.SelectableField`,
  selectable,
)

const version = fields({
  /** Name of the version: `v1`, `v2beta1`. */
  name: string(1, { always: true }),
  /** Whether clients can use the version. */
  served: bool(2, { always: true }),
  /** Whether objects are stored in the version; exactly one is. */
  storage: bool(3, { always: true }),
  /** Whether clients are warned of the version. */
  deprecated: bool(7),
  /** The words of the warning; a general one when not set. */
  deprecationWarning: string(8, { pointer: true }),
  /** What objects of the version look like. */
  schema: one(4, CustomResourceValidation, { pointer: true }),
  /** Which subresources there are. */
  subresources: one(5, CustomResourceSubresources, { pointer: true }),
  /** Columns of printed tables besides the name; only the age when there are none. */
  additionalPrinterColumns: list(6, CustomResourceColumnDefinition, { listType: 'atomic' }),
  /** Fields that field selectors can select by; at most eight. */
  selectableFields: list(9, CustomResourceSelectableField, { listType: 'atomic' }),
})
export interface CustomResourceDefinitionVersion extends Shape<typeof version> {}
export const CustomResourceDefinitionVersion: Type<CustomResourceDefinitionVersion> = object(
  `${prefix}.CustomResourceDefinitionVersion`,
  version,
)

const service = fields({
  /** Namespace of the Service. */
  namespace: string(1, { always: true }),
  /** Name of the Service. */
  name: string(2, { always: true }),
  /** Path of the requests. */
  path: string(3, { pointer: true }),
  /** Port of the Service. */
  port: int32(4, { pointer: true, default: 443 }),
})
export interface CustomResourceServiceReference extends Shape<typeof service> {}
export const CustomResourceServiceReference: Type<CustomResourceServiceReference> = object(
  `${prefix}.ServiceReference`,
  service,
)

const clientConfig = fields({
  /** Where the webhook is, as `https://host:port/path`. Either this or `service`. */
  url: string(3, { pointer: true }),
  /** The Service that is the webhook. Either this or `url`. */
  service: one(1, CustomResourceServiceReference, { pointer: true }),
  /** Authorities that the webhook's certificate is checked against, as PEM; those of the system when not set. */
  caBundle: bytes(2),
})
export interface CustomResourceWebhookClientConfig extends Shape<typeof clientConfig> {}
export const CustomResourceWebhookClientConfig: Type<CustomResourceWebhookClientConfig> = object(
  `${prefix}.WebhookClientConfig`,
  clientConfig,
)

const webhook = fields({
  /** How the webhook is reached. */
  clientConfig: one(2, CustomResourceWebhookClientConfig, { pointer: true }),
  /** Versions of ConversionReview the webhook understands, best first; the first one that the server knows is sent. */
  conversionReviewVersions: strings(3, { always: true, listType: 'atomic' }),
})
export interface WebhookConversion extends Shape<typeof webhook> {}
export const WebhookConversion: Type<WebhookConversion> = object(`${prefix}.WebhookConversion`, webhook)

const conversion = fields({
  /** None: versions differ by name alone. Webhook: a webhook converts between them. */
  strategy: string(1, { always: true }),
  /** The webhook of the strategy Webhook. */
  webhook: one(2, WebhookConversion, { pointer: true }),
})
export interface CustomResourceConversion extends Shape<typeof conversion> {}
export const CustomResourceConversion: Type<CustomResourceConversion> = object(
  `${prefix}.CustomResourceConversion`,
  conversion,
)

const spec = fields({
  /** API group of the kind; the definition's name is the plural with the group behind it. */
  group: string(1, { always: true }),
  /** Names of the kind. */
  names: one(3, CustomResourceDefinitionNames, { always: true }),
  /** Whether objects live in namespaces. */
  scope: string(4, { always: true }),
  /** The versions of the kind. */
  versions: list(7, CustomResourceDefinitionVersion, { always: true, listType: 'atomic' }),
  /** How objects are converted between versions. */
  conversion: one(9, CustomResourceConversion, { pointer: true }),
  /** Whether fields that no schema names are kept. For definitions of old only: schemas say so themselves now. */
  preserveUnknownFields: bool(10),
})
export interface CustomResourceDefinitionSpec extends Shape<typeof spec> {}
export const CustomResourceDefinitionSpec: Type<CustomResourceDefinitionSpec> = object(
  `${prefix}.CustomResourceDefinitionSpec`,
  spec,
)

const condition = fields({
  /** Established, NamesAccepted, NonStructuralSchema, Terminating, KubernetesAPIApprovalPolicyConformant. */
  type: string(1, { always: true }),
  /** Whether it holds. */
  status: string(2, { always: true }),
  /** When `status` last changed. */
  lastTransitionTime: time(3),
  /** Why, as one word. */
  reason: string(4),
  /** Why, for people. */
  message: string(5),
  /** The generation of the definition that this was found of. */
  observedGeneration: int64(6),
})
export interface CustomResourceDefinitionCondition extends Shape<typeof condition> {}
export const CustomResourceDefinitionCondition: Type<CustomResourceDefinitionCondition> = object(
  `${prefix}.CustomResourceDefinitionCondition`,
  condition,
)

const status = fields({
  /** How the definition is doing. */
  conditions: list(1, CustomResourceDefinitionCondition, { always: true, listType: 'map', listKeys: ['type'] }),
  /** The names that discovery tells: those of the spec that no other definition had before. */
  acceptedNames: one(2, CustomResourceDefinitionNames, { always: true }),
  /** Versions that objects may still be stored in: they cannot be taken out of the spec. */
  storedVersions: strings(3, { always: true, listType: 'atomic' }),
  /** The generation of the definition that the status is of. */
  observedGeneration: int64(4),
})
export interface CustomResourceDefinitionStatus extends Shape<typeof status> {}
export const CustomResourceDefinitionStatus: Type<CustomResourceDefinitionStatus> = object(
  `${prefix}.CustomResourceDefinitionStatus`,
  status,
)

const definition = fields({
  /** Standard metadata; the name is the plural with the group behind it. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the kind is. */
  spec: one(2, CustomResourceDefinitionSpec, { always: true, required: true }),
  /** What became of it. Set by the server. */
  status: one(3, CustomResourceDefinitionStatus, { always: true }),
})
export interface CustomResourceDefinition extends RootShape<typeof definition> {}
export const CustomResourceDefinition: Type<CustomResourceDefinition> = root(
  `${prefix}.CustomResourceDefinition`,
  definition,
)

const definitionList = fields({
  /** Standard metadata of a list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The definitions. */
  items: list(2, CustomResourceDefinition, { always: true }),
})
export interface CustomResourceDefinitionList extends RootShape<typeof definitionList> {}
export const CustomResourceDefinitionList: Type<CustomResourceDefinitionList> = root(
  `${prefix}.CustomResourceDefinitionList`,
  definitionList,
)
