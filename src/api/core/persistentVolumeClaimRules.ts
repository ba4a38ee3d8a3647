import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities, intValue } from '../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { PersistentVolumeClaimSpec } from './persistentVolumeClaimSpec.ts'
import { claimSpecRules } from './persistentVolumeClaimSpecRules.ts'
import type { PersistentVolumeClaim } from './persistentVolumeClaimType.ts'
import { differences } from './pod/rules/difference.ts'
import { wrong } from './pod/rules/names.ts'
import { isNative } from './pod/rules/resources.ts'

/** Annotation that named the class before there was a field for it. */
export const classAnnotation = 'volume.beta.kubernetes.io/storage-class'
/** The storage class that a claim names, in the older way or the newer; empty for none. */
export const storageClassOf = ({ metadata, spec }: Pick<PersistentVolumeClaim, 'metadata' | 'spec'>): string =>
  metadata.annotations?.[classAnnotation] ?? spec.storageClassName ?? ''

const path = at('spec')

export const claimRules = ({ spec }: PersistentVolumeClaim, old?: PersistentVolumeClaim): readonly FieldError[] =>
  claimSpecRules(spec, path, old?.spec)

/**
 * A claim may be bound and get its class once; when it is bound it may grow, and change the class of its settings.
 * Of upstream's `ValidatePersistentVolumeClaimUpdate`.
 */
export function claimUpdateRules(now: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly FieldError[] {
  const errors: FieldError[] = []
  const moved = movedFromAnnotation(now, old)
  const [annotated, before] = [annotation(now) ?? '', annotation(old) ?? '']
  if (!moved && annotated !== before)
    errors.push(invalid(at('metadata', 'annotations', classAnnotation), annotated, 'field is immutable'))
  const [fixed, wanted] = [old.spec, unchangeable(now, old, moved)]
  const shown = { ...fixed, ...(fixed.volumeName ? {} : volumeOf(now.spec)) }
  if (!equal(wanted, shown))
    errors.push(
      forbidden(
        path,
        `spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims\n${differences(shown, wanted, at())}`,
      ),
    )
  const [size, was] = [sizeOf(now), sizeOf(old)]
  if (compareQuantities(size, was) < 0 && compareQuantities(size, old.status.capacity?.storage ?? '0') <= 0)
    errors.push(forbidden(path.child('resources', 'requests', 'storage'), 'field can not be less than status.capacity'))
  if (now.spec.volumeMode !== old.spec.volumeMode)
    errors.push(invalid(at('volumeMode'), now.spec.volumeMode, 'field is immutable'))
  return [...errors, ...attributesClassRules(now.spec.volumeAttributesClassName, old)]
}

const annotation = ({ metadata }: PersistentVolumeClaim): string | undefined => metadata.annotations?.[classAnnotation]
const sizeOf = ({ spec }: PersistentVolumeClaim): string => spec.resources.requests?.storage ?? '0'
const volumeOf = ({ volumeName }: PersistentVolumeClaimSpec) => (volumeName === undefined ? {} : { volumeName })

/** The class moves from the annotation to the field. */
function movedFromAnnotation(now: PersistentVolumeClaim, old: PersistentVolumeClaim): boolean {
  const named = annotation(old)
  return (
    named !== undefined &&
    old.spec.storageClassName === undefined &&
    now.spec.storageClassName === named &&
    (annotation(now) ?? named) === named
  )
}

/** The spec without what this change may change. */
function unchangeable(
  { spec, status }: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  moved: boolean,
): PersistentVolumeClaimSpec {
  const { storageClassName, volumeAttributesClassName, ...rest } = spec
  const { requests } = spec.resources
  const named = annotation(old)
  const given = old.spec.storageClassName === undefined && (named === undefined || storageClassName === named)
  const bound = status.phase === 'Bound'
  const kept = bound ? old.spec.volumeAttributesClassName : volumeAttributesClassName
  return {
    ...rest,
    ...(storageClassName === undefined || moved || given ? {} : { storageClassName }),
    ...(kept === undefined ? {} : { volumeAttributesClassName: kept }),
    ...(bound && requests ? { resources: { ...spec.resources, requests: { ...requests, storage: sizeOf(old) } } } : {}),
  }
}

function attributesClassRules(name: string | undefined, { spec, status }: PersistentVolumeClaim): FieldError[] {
  if (name === spec.volumeAttributesClassName || name || status.currentVolumeAttributesClassName === undefined)
    return []
  const to = name === undefined ? 'nil' : 'empty string'
  const why = `update to ${to} is forbidden when status.currentVolumeAttributesClassName is not nil`
  return [forbidden(path.child('volumeAttributesClassName'), why)]
}

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizePending',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
]

/** Of upstream's `ValidatePersistentVolumeClaimStatusUpdate`. */
export function claimStatusRules({ spec, status }: PersistentVolumeClaim): readonly FieldError[] {
  const errors: FieldError[] = []
  if ((spec.accessModes ?? []).length === 0) errors.push(required(at('Spec', 'accessModes')))
  const amounts = at('status', 'capacity')
  for (const [name, amount] of Object.entries(status.capacity ?? {}))
    errors.push(...amountRules(amount, amounts.key(name)))
  const states = at('status', 'allocatedResourceStatuses')
  for (const [name, state] of Object.entries(status.allocatedResourceStatuses ?? {})) {
    errors.push(...resourceKeyRules(name, states))
    if (!resizeStatuses.includes(state)) errors.push(notSupported(states, name, resizeStatuses))
  }
  const allocated = at('status', 'allocatedResources')
  for (const [name, amount] of Object.entries(status.allocatedResources ?? {})) {
    const found = resourceKeyRules(name, allocated)
    errors.push(...(found.length > 0 ? found : amountRules(amount, allocated.key(name))))
  }
  return errors
}

const amountRules = (amount: string, path: Path): FieldError[] =>
  compareQuantities(amount, '0') < 0 ? [invalid(path, intValue(amount), 'must be a valid resource quantity')] : []

function resourceKeyRules(name: string, path: Path): FieldError[] {
  const errors = wrong(qualifiedName(name), path, name)
  if (errors.length > 0) return errors
  return isNative(name) && name !== 'storage' ? [notSupported(path, name, ['storage'])] : []
}
