import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { deviceClaimDefaults, deviceClaimRules } from './deviceRules.ts'
import { ResourceClaim } from './resourceClaimType.ts'

export { ResourceClaim, ResourceClaimList } from './resourceClaimType.ts'

const mostReserved = 256

/** Who has devices keeps those: the allocation can only be given and taken back as a whole. */
function statusUpdateRules(now: ResourceClaim, old: ResourceClaim): readonly FieldError[] {
  const { allocation, reservedFor = [] } = now.status
  const errors: FieldError[] = []
  const path = at('status')
  if (old.status.allocation && allocation && !equal(old.status.allocation, allocation))
    errors.push(invalid(path.child('allocation'), allocation, 'field is immutable'))
  if (reservedFor.length > mostReserved)
    errors.push(invalid(path.child('reservedFor'), reservedFor.length, `must have at most ${mostReserved} items`))
  if (reservedFor.length > 0 && !allocation)
    errors.push(forbidden(path.child('reservedFor'), 'may not be specified when `allocated` is not set'))
  return errors
}

function stateOf({ metadata, status }: ResourceClaim): string {
  const states = [
    ...(metadata.deletionTimestamp ? ['deleted'] : []),
    ...(status.allocation ? ['allocated'] : metadata.deletionTimestamp ? [] : ['pending']),
    ...((status.reservedFor ?? []).length > 0 ? ['reserved'] : []),
  ]
  return states.join(',')
}

/** A request for devices, and the hold on them. */
export const resourceClaims = resource<ResourceClaim>({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'ResourceClaim',
  plural: 'resourceclaims',
  namespaced: true,
  type: ResourceClaim,
  generation: false,
  defaults: ({ spec }) => deviceClaimDefaults(spec.devices),
  rules: ({ spec }) => deviceClaimRules(spec.devices, at('spec', 'devices')),
  changes: statusApart<ResourceClaim>(() => ({}), {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(at('spec'), now.spec, 'field is immutable')]),
  }),
  columns: [nameColumn, { name: 'State', type: 'string', description: 'What became of it.', cell: stateOf }, ageColumn],
  subresources: { status: statusView<ResourceClaim>({ keepMetadata: true, updateRules: statusUpdateRules }) },
})
