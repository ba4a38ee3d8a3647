import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError } from '../../schema/types.ts'
import { labelSelectorRules } from '../meta/selectors.ts'
import { accessModes } from './accessModes.ts'
import type { PersistentVolumeClaim } from './persistentVolumeClaimType.ts'
import { resourceAmountRules } from './pod/rules/resources.ts'

const path = at('spec')

/** Of upstream's `ValidatePersistentVolumeClaimSpec`. */
export function claimRules({ spec }: PersistentVolumeClaim): readonly FieldError[] {
  const { accessModes: modes = [], resources, storageClassName, selector } = spec
  const errors: FieldError[] = []
  if (modes.length === 0) errors.push(required(path.child('accessModes'), 'at least 1 access mode is required'))
  for (const mode of modes)
    if (!accessModes.includes(mode)) errors.push(notSupported(path.child('accessModes'), mode, accessModes))
  if (modes.includes('ReadWriteOncePod') && modes.length > 1)
    errors.push(forbidden(path.child('accessModes'), 'may not use ReadWriteOncePod with other access modes'))
  if (selector) errors.push(...labelSelectorRules(selector, path.child('selector')))
  const storage = resources.requests?.storage
  if (storage === undefined) errors.push(required(path.child('resources').key('storage')))
  else if (compareQuantities(storage, '0') <= 0)
    errors.push(invalid(path.child('resources').key('storage'), storage, 'must be greater than zero'))
  if (storageClassName)
    errors.push(
      ...dnsSubdomain(storageClassName).map(why => invalid(path.child('storageClassName'), storageClassName, why)),
    )
  const { dataSource, dataSourceRef } = spec
  if (dataSource && dataSourceRef && !equal(dataSource, dataSourceRef))
    errors.push(invalid(path, '', 'must match dataSourceRef'))
  return errors
}

/** A claim that is made may become bound, and then grow; all else stays. */
export function claimUpdateRules(now: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly FieldError[] {
  const bare = ({ spec }: PersistentVolumeClaim) => {
    const { resources, volumeName, volumeAttributesClassName, ...rest } = spec
    return { ...rest, resources: { ...resources, requests: undefined } }
  }
  const errors: FieldError[] = []
  const bound = old.status.phase === 'Bound'
  const renamed = now.spec.volumeName !== old.spec.volumeName && (old.spec.volumeName ?? '') !== ''
  const [before, after] = [old.spec.resources.requests?.storage ?? '0', now.spec.resources.requests?.storage ?? '0']
  const resized = compareQuantities(before, after) !== 0
  if (!equal(bare(now), bare(old)) || renamed || (resized && !bound))
    errors.push(
      forbidden(
        path,
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    )
  else if (resized && compareQuantities(after, old.status.capacity?.storage ?? before) < 0)
    errors.push(forbidden(path.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity'))
  return errors
}

export function claimStatusRules({ status }: PersistentVolumeClaim): readonly FieldError[] {
  return Object.entries(status.capacity ?? {}).flatMap(([name, amount]) =>
    resourceAmountRules(name, amount, at('status', 'capacity').key(name)),
  )
}
