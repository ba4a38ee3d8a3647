import { equal } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { allocatedDevices, claimStatusRules, deviceId } from './allocationRules.ts'
import { deviceClaimDefaults, deviceClaimRules } from './deviceRules.ts'
import { ResourceClaim } from './resourceClaimType.ts'
import { resourceClaimVersions } from './resourceClaimVersions.ts'

export { ResourceClaim, ResourceClaimList } from './resourceClaimType.ts'

function stateOf({ metadata, status }: ResourceClaim): string {
  const states = metadata.deletionTimestamp ? ['deleted'] : []
  if (status.allocation) states.push('allocated', ...(status.reservedFor?.length ? ['reserved'] : []))
  else if (!metadata.deletionTimestamp) states.push('pending')
  return states.join(',')
}

const view = statusView<ResourceClaim>({ keepMetadata: true, updateRules: claimStatusRules })

/** What drivers tell of devices goes with the devices. */
function dropTakenBack(now: ResourceClaim, old: ResourceClaim): void {
  const [given, before] = [allocatedDevices(now), allocatedDevices(old)]
  const kept = (now.status.devices ?? []).filter(device => {
    const id = deviceId(device)
    return given.has(id) || !before.has(id)
  })
  if (kept.length > 0) now.status.devices = kept
  else delete now.status.devices
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
  rules: ({ spec }, old) => (old ? [] : deviceClaimRules(spec.devices, at('spec', 'devices'))),
  changes: statusApart<ResourceClaim>(() => ({}), {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(at('spec'), now.spec, 'field is immutable')]),
  }),
  versions: resourceClaimVersions,
  columns: [nameColumn, { name: 'State', type: 'string', description: 'What became of it.', cell: stateOf }, ageColumn],
  subresources: {
    status: {
      ...view,
      update(object, old, context) {
        view.update?.(object, old, context)
        dropTakenBack(object, old)
      },
    },
  },
})
