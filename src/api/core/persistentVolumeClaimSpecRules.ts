import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../schema/rules/names.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { labelSelectorRules } from '../meta/labelSelector.ts'
import { accessModes } from './accessModes.ts'
import type { PersistentVolumeClaimSpec } from './persistentVolumeClaimSpec.ts'
import { wrong } from './pod/rules/names.ts'
import type { TypedObjectReference } from './references.ts'

/** Rules of a claim; what `old` already had wrong is let through. Of upstream's ValidatePersistentVolumeClaimSpec. */
export function claimSpecRules(
  spec: PersistentVolumeClaimSpec,
  path: Path,
  old?: PersistentVolumeClaimSpec,
): FieldError[] {
  const { accessModes: modes = [], selector, storageClassName, dataSource, dataSourceRef } = spec
  const { volumeAttributesClassName } = spec
  const errors: FieldError[] = []
  const access = path.child('accessModes')
  if (modes.length === 0) errors.push(required(access, 'at least 1 access mode is required'))
  if (selector && !equal(selector, old?.selector)) errors.push(...labelSelectorRules(selector, path.child('selector')))
  errors.push(...accessModeRules(modes, access))
  const storage = spec.resources.requests?.storage
  const size = path.child('resources').key('storage')
  if (storage === undefined) errors.push(required(size))
  else if (compareQuantities(storage, '0') <= 0) errors.push(invalid(size, storage, 'must be greater than zero'))
  if (storageClassName)
    errors.push(...wrong(dnsSubdomain(storageClassName), path.child('storageClassName'), storageClassName))
  const anyGroup = old?.dataSource?.apiGroup !== undefined || old?.dataSourceRef?.apiGroup !== undefined
  if (dataSource) errors.push(...sourceRules(dataSource, anyGroup, path.child('dataSource')))
  if (dataSourceRef) errors.push(...sourceRules(dataSourceRef, anyGroup, path.child('dataSourceRef')))
  const told = path.child('dataSource').toString()
  if (dataSource && dataSourceRef?.namespace)
    errors.push(invalid(path, told, 'may not be specified when dataSourceRef.namespace is specified'))
  else if (dataSource && dataSourceRef && !sameSource(dataSource, dataSourceRef))
    errors.push(invalid(path, told, 'must match dataSourceRef'))
  if (volumeAttributesClassName) {
    const here = path.child('volumeAttributesClassName')
    errors.push(...wrong(dnsSubdomain(volumeAttributesClassName), here, volumeAttributesClassName))
  }
  return errors
}

/** Known ways of mounting; the one for a single pod goes with no other. */
export function accessModeRules(modes: readonly string[], path: Path): FieldError[] {
  const errors: FieldError[] = modes
    .filter(mode => !accessModes.includes(mode))
    .map(mode => notSupported(path, mode, accessModes))
  const known = modes.filter(mode => accessModes.includes(mode))
  if (known.includes('ReadWriteOncePod') && known.some(mode => mode !== 'ReadWriteOncePod'))
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'))
  return errors
}

const sameSource = (a: TypedObjectReference, b: TypedObjectReference) =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name

function sourceRules(source: TypedObjectReference, anyGroup: boolean, path: Path): FieldError[] {
  const { apiGroup, kind, name, namespace } = source
  const errors: FieldError[] = []
  if (!name) errors.push(required(path.child('name')))
  if (!kind) errors.push(required(path.child('kind')))
  if (!apiGroup && kind !== 'PersistentVolumeClaim')
    errors.push(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  if (apiGroup && !anyGroup) errors.push(...wrong(dnsSubdomain(apiGroup), path.child('apiGroup'), apiGroup))
  if (namespace) errors.push(...wrong(dnsLabel(namespace), path.child('namespace'), namespace))
  return errors
}
