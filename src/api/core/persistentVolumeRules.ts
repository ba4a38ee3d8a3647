import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError } from '../../schema/types.ts'
import { accessModes } from './accessModes.ts'
import { type PersistentVolume, PersistentVolumeSource, type PersistentVolumeSpec } from './persistentVolumeType.ts'

const path = at('spec')
const sources = PersistentVolumeSource.form === 'object' ? Object.keys(PersistentVolumeSource.fields) : []
const sourcesOf = (spec: PersistentVolumeSpec): readonly string[] =>
  sources.filter(name => (spec as Readonly<Record<string, unknown>>)[name] !== undefined)
const sourceOf = (spec: PersistentVolumeSpec): unknown =>
  Object.fromEntries(sourcesOf(spec).map(name => [name, (spec as unknown as Record<string, unknown>)[name]]))

/** Of upstream's `ValidatePersistentVolumeSpec`. */
export function persistentVolumeRules({ spec }: PersistentVolume): readonly FieldError[] {
  const { accessModes: modes = [], capacity = {} } = spec
  const errors: FieldError[] = []
  if (modes.length === 0) errors.push(required(path.child('accessModes')))
  for (const mode of modes)
    if (!accessModes.includes(mode)) errors.push(notSupported(path.child('accessModes'), mode, accessModes))
  if (modes.includes('ReadWriteOncePod') && modes.length > 1)
    errors.push(forbidden(path.child('accessModes'), 'may not use ReadWriteOncePod with other access modes'))
  if (Object.keys(capacity).length === 0) errors.push(required(path.child('capacity')))
  for (const [name, amount] of Object.entries(capacity)) {
    const place = path.child('capacity')
    if (name !== 'storage') errors.push(notSupported(place, name, ['storage']))
    if (compareQuantities(amount, '0') <= 0) errors.push(invalid(place.key(name), amount, 'must be greater than zero'))
  }
  const found = sourcesOf(spec)
  if (found.length === 0) errors.push(required(path, 'must specify a volume type'))
  for (const name of found.slice(1)) errors.push(forbidden(path.child(name), 'may not specify more than 1 volume type'))
  if (spec.hostPath?.path === '/' && spec.persistentVolumeReclaimPolicy === 'Recycle')
    errors.push(
      forbidden(path.child('persistentVolumeReclaimPolicy'), "may not be 'recycle' for a hostPath mount of '/'"),
    )
  if (spec.csi && !spec.csi.driver) errors.push(required(path.child('csi', 'driver')))
  if (spec.csi && !spec.csi.volumeHandle) errors.push(required(path.child('csi', 'volumeHandle')))
  if (spec.local && !spec.local.path) errors.push(required(path.child('local', 'path')))
  if (spec.local && !spec.nodeAffinity)
    errors.push(required(path.child('nodeAffinity'), 'Local volume requires node affinity'))
  if (spec.storageClassName)
    errors.push(
      ...dnsSubdomain(spec.storageClassName).map(why =>
        invalid(path.child('storageClassName'), spec.storageClassName, why),
      ),
    )
  return errors
}

/** What the volume is stays as it is. */
export function persistentVolumeUpdateRules(now: PersistentVolume, old: PersistentVolume): readonly FieldError[] {
  const errors: FieldError[] = []
  if (!equal(sourceOf(now.spec), sourceOf(old.spec)))
    errors.push(
      forbidden(path.child('persistentvolumesource'), 'spec.persistentvolumesource is immutable after creation'),
    )
  if (now.spec.volumeMode !== old.spec.volumeMode)
    errors.push(invalid(path.child('volumeMode'), now.spec.volumeMode, 'field is immutable'))
  return errors
}
