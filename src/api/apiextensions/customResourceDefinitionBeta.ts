import { equal } from '../../schema/derive/equal.ts'
import { bool, fields, int32, list, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import type { ServedVersion } from '../resource.ts'
import {
  type CustomResourceColumnDefinition,
  type CustomResourceConversion,
  type CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
  type CustomResourceDefinitionVersion,
  CustomResourceSelectableField,
  CustomResourceSubresources,
  CustomResourceValidation,
  CustomResourceWebhookClientConfig,
} from './customResourceDefinitionType.ts'

/**
 * apiextensions.k8s.io/v1beta1, which upstream stopped serving in v1.22: there the spec may say once what holds for all
 * versions, and the webhook's configuration lies flat in the conversion.
 */

const betaColumnFields = fields({
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
  JSONPath: string(6, { always: true }),
})
interface BetaColumn extends Shape<typeof betaColumnFields> {}
const BetaColumn: Type<BetaColumn> = object(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceColumnDefinition',
  betaColumnFields,
)

const betaVersionFields = fields({
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
  additionalPrinterColumns: list(6, BetaColumn, { listType: 'atomic' }),
  /** Fields that field selectors can select by; at most eight. */
  selectableFields: list(9, CustomResourceSelectableField, { listType: 'atomic' }),
})
interface BetaVersion extends Shape<typeof betaVersionFields> {}
const BetaVersion: Type<BetaVersion> = object(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinitionVersion',
  betaVersionFields,
)

const betaConversionFields = fields({
  /** None: versions differ by name alone. Webhook: a webhook converts between them. */
  strategy: string(1, { always: true }),
  /** How the webhook of the strategy Webhook is reached. */
  webhookClientConfig: one(2, CustomResourceWebhookClientConfig, { pointer: true }),
  /** Versions of ConversionReview the webhook understands, best first; the first one that the server knows is sent. */
  conversionReviewVersions: strings(3, { listType: 'atomic' }),
})
interface BetaConversion extends Shape<typeof betaConversionFields> {}
const BetaConversion: Type<BetaConversion> = object(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceConversion',
  betaConversionFields,
)

const betaSpecFields = fields({
  /** API group of the kind; the definition's name is the plural with the group behind it. */
  group: string(1, { always: true }),
  /** The one version, where `versions` lists none; otherwise the first of these. */
  version: string(2),
  /** Names of the kind. */
  names: one(3, CustomResourceDefinitionNames, { always: true }),
  /** Whether objects live in namespaces. */
  scope: string(4, { always: true, default: 'Namespaced' }),
  /** What objects of all versions look like. */
  validation: one(5, CustomResourceValidation, { pointer: true }),
  /** Which subresources all versions have. */
  subresources: one(6, CustomResourceSubresources, { pointer: true }),
  /** The versions of the kind. */
  versions: list(7, BetaVersion, { listType: 'atomic' }),
  /** Columns of all versions. */
  additionalPrinterColumns: list(8, BetaColumn, { listType: 'atomic' }),
  /** Selectable fields of all versions. */
  selectableFields: list(11, CustomResourceSelectableField, { listType: 'atomic' }),
  /** How objects are converted between versions. */
  conversion: one(9, BetaConversion, { pointer: true }),
  /** Whether fields that no schema names are kept. */
  preserveUnknownFields: bool(10, { pointer: true, default: true }),
})
interface BetaSpec extends Shape<typeof betaSpecFields> {}
const BetaSpec: Type<BetaSpec> = object(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinitionSpec',
  betaSpecFields,
)

const betaDefinitionFields = fields({
  /** Standard metadata; the name is the plural with the group behind it. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What the kind is. */
  spec: one(2, BetaSpec, { always: true, required: true }),
  /** What became of it. Set by the server. */
  status: one(3, CustomResourceDefinitionStatus, { always: true }),
})
interface BetaDefinition extends RootShape<typeof betaDefinitionFields> {}
const BetaDefinition: Type<BetaDefinition> = root(
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1beta1.CustomResourceDefinition',
  betaDefinitionFields,
)

/** What v1beta1 can say of all versions at once. */
const shared = ['schema', 'subresources', 'additionalPrinterColumns', 'selectableFields'] as const

const columnUp = ({ JSONPath, ...rest }: BetaColumn): CustomResourceColumnDefinition => ({
  ...rest,
  jsonPath: JSONPath,
})
const columnDown = ({ jsonPath, ...rest }: CustomResourceColumnDefinition): BetaColumn => ({
  ...rest,
  JSONPath: jsonPath,
})

const versionUp = ({ additionalPrinterColumns: columns, ...rest }: BetaVersion): CustomResourceDefinitionVersion => ({
  ...rest,
  ...(columns ? { additionalPrinterColumns: columns.map(columnUp) } : {}),
})
const versionDown = ({ additionalPrinterColumns: columns, ...rest }: CustomResourceDefinitionVersion): BetaVersion => ({
  ...rest,
  ...(columns ? { additionalPrinterColumns: columns.map(columnDown) } : {}),
})

function conversionUp({
  strategy,
  webhookClientConfig,
  conversionReviewVersions = [],
}: BetaConversion): CustomResourceConversion {
  if (!webhookClientConfig && conversionReviewVersions.length === 0) return { strategy }
  return {
    strategy,
    webhook: { ...(webhookClientConfig ? { clientConfig: webhookClientConfig } : {}), conversionReviewVersions },
  }
}

const conversionDown = ({ strategy, webhook }: CustomResourceConversion): BetaConversion => ({
  strategy,
  ...(webhook?.clientConfig ? { webhookClientConfig: webhook.clientConfig } : {}),
  ...(webhook?.conversionReviewVersions.length ? { conversionReviewVersions: webhook.conversionReviewVersions } : {}),
})

/** Specs that came in v1beta1: they may still say what v1 refuses. */
const fromBeta = new WeakSet<object>()

export const isFromBeta = (spec: object): boolean => fromBeta.has(spec)

function up(object: unknown): CustomResourceDefinition {
  const { spec: beta, ...rest } = object as BetaDefinition
  const { group, names, scope, preserveUnknownFields } = beta
  const ofAll = {
    ...(beta.validation ? { schema: beta.validation } : {}),
    ...(beta.subresources ? { subresources: beta.subresources } : {}),
    ...(beta.additionalPrinterColumns ? { additionalPrinterColumns: beta.additionalPrinterColumns } : {}),
    ...(beta.selectableFields ? { selectableFields: beta.selectableFields } : {}),
  }
  const versions = beta.versions ?? (beta.version ? [{ name: beta.version, served: true, storage: true }] : [])
  const spec: CustomResourceDefinition['spec'] = {
    group,
    names,
    scope,
    versions: versions.map(each => versionUp({ ...each, ...ofAll })),
    ...(beta.conversion ? { conversion: conversionUp(beta.conversion) } : {}),
    ...(preserveUnknownFields ? { preserveUnknownFields } : {}),
  }
  fromBeta.add(spec)
  return { ...rest, spec }
}

function down({
  spec: { conversion: converted, preserveUnknownFields = false, versions, ...rest },
  ...outer
}: CustomResourceDefinition): BetaDefinition {
  const first = versions[0]
  const ofAll = shared.filter(name => versions.every(each => equal(each[name], first?.[name])))
  const top = first ? versionDown(first) : undefined
  return {
    ...outer,
    spec: {
      ...rest,
      ...(first ? { version: first.name } : {}),
      ...(ofAll.includes('schema') && top?.schema ? { validation: top.schema } : {}),
      ...(ofAll.includes('subresources') && top?.subresources ? { subresources: top.subresources } : {}),
      ...(ofAll.includes('additionalPrinterColumns') && top?.additionalPrinterColumns
        ? { additionalPrinterColumns: top.additionalPrinterColumns }
        : {}),
      ...(ofAll.includes('selectableFields') && top?.selectableFields
        ? { selectableFields: top.selectableFields }
        : {}),
      versions: versions.map(each => {
        const own = versionDown(each)
        for (const name of ofAll) delete own[name]
        return own
      }),
      ...(converted ? { conversion: conversionDown(converted) } : {}),
      preserveUnknownFields,
    },
  }
}

export const betaVersion: ServedVersion<CustomResourceDefinition> = {
  group: 'apiextensions.k8s.io',
  version: 'v1beta1',
  type: BetaDefinition as Type<unknown>,
  defaults({ spec: beta }: BetaDefinition) {
    if (!beta.versions?.length && beta.version) beta.versions = [{ name: beta.version, served: true, storage: true }]
    beta.version ||= beta.versions?.[0]?.name ?? ''
    if (beta.conversion?.strategy === 'Webhook' && !beta.conversion.conversionReviewVersions?.length)
      beta.conversion.conversionReviewVersions = ['v1beta1']
  },
  up,
  down: object => down(object),
  deprecation:
    'apiextensions.k8s.io/v1beta1 CustomResourceDefinition is deprecated in v1.16+, unavailable in v1.22+; use apiextensions.k8s.io/v1 CustomResourceDefinition',
}
