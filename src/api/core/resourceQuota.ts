import { fields, list, map, object, one, root, string, strings } from '../../schema/fields.ts'
import { quantity } from '../../schema/scalars/quantity.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { quotaRules, quotaStatusRules, quotaUpdateRules } from './resourceQuotaRules.ts'

const scopedResourceSelectorRequirement = fields({
  /** The scope that the condition is about. */
  scopeName: string(1, { always: true }),
  /** In, NotIn, Exists or DoesNotExist. */
  operator: string(2, { always: true }),
  /** Values for In and NotIn. */
  values: strings(3, { listType: 'atomic' }),
})
export interface ScopedResourceSelectorRequirement extends Shape<typeof scopedResourceSelectorRequirement> {}
export const ScopedResourceSelectorRequirement: Type<ScopedResourceSelectorRequirement> = object(
  'io.k8s.api.core.v1.ScopedResourceSelectorRequirement',
  scopedResourceSelectorRequirement,
)

const scopeSelector = fields({
  /** Conditions, all of which must hold. */
  matchExpressions: list(1, ScopedResourceSelectorRequirement, { listType: 'atomic' }),
})
export interface ScopeSelector extends Shape<typeof scopeSelector> {}
export const ScopeSelector: Type<ScopeSelector> = object('io.k8s.api.core.v1.ScopeSelector', scopeSelector, {
  atomic: true,
})

const resourceQuotaSpec = fields({
  /** The most of each resource. */
  hard: map(1, quantity),
  /** What is counted; everything when empty. */
  scopes: strings(2, { listType: 'atomic' }),
  /** Conditions on what is counted, beside the scopes. */
  scopeSelector: one(3, ScopeSelector, { pointer: true }),
})
export interface ResourceQuotaSpec extends Shape<typeof resourceQuotaSpec> {}
export const ResourceQuotaSpec: Type<ResourceQuotaSpec> = object(
  'io.k8s.api.core.v1.ResourceQuotaSpec',
  resourceQuotaSpec,
)

const resourceQuotaStatus = fields({
  /** What is enforced. */
  hard: map(1, quantity),
  /** What is used of it. */
  used: map(2, quantity),
})
export interface ResourceQuotaStatus extends Shape<typeof resourceQuotaStatus> {}
export const ResourceQuotaStatus: Type<ResourceQuotaStatus> = object(
  'io.k8s.api.core.v1.ResourceQuotaStatus',
  resourceQuotaStatus,
)

const resourceQuota = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is allowed. */
  spec: one(2, ResourceQuotaSpec, { always: true }),
  /** What is used. */
  status: one(3, ResourceQuotaStatus, { always: true }),
})
export interface ResourceQuota extends RootShape<typeof resourceQuota> {}
export const ResourceQuota: Type<ResourceQuota> = root('io.k8s.api.core.v1.ResourceQuota', resourceQuota)

const resourceQuotaList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ResourceQuota, { always: true }),
})
export interface ResourceQuotaList extends RootShape<typeof resourceQuotaList> {}
export const ResourceQuotaList: Type<ResourceQuotaList> = root(
  'io.k8s.api.core.v1.ResourceQuotaList',
  resourceQuotaList,
)

/** Used and allowed amounts: of limits, or of all else. */
const amounts = (name: string, description: string, limits: boolean): Column<ResourceQuota> => ({
  name,
  type: 'string',
  description,
  cell: ({ status: { hard = {}, used = {} } }) =>
    Object.keys(hard)
      .filter(each => each.startsWith('limits.') === limits)
      .sort()
      .map(each => `${each}: ${used[each] ?? '0'}/${hard[each]}`)
      .join(', '),
})

/** The most that a namespace may hold: objects, and resources they ask for. */
export const resourceQuotas = resource<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  short: ['quota'],
  namespaced: true,
  type: ResourceQuota,
  generation: false,
  rules: quotaRules,
  changes: statusApart<ResourceQuota>(() => ({}), { updateRules: quotaUpdateRules }),
  columns: [
    nameColumn,
    amounts('Request', 'What is used, and what may be, of requests and objects.', false),
    amounts('Limit', 'What is used, and what may be, of limits.', true),
    ageColumn,
  ],
  subresources: { status: statusView<ResourceQuota>({ rules: quotaStatusRules }) },
})
