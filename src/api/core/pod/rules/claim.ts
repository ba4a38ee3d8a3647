import { forbidden, invalid, notSupported, required } from '../../../../schema/rules/errors.ts'
import { dnsLabel, dnsSubdomain } from '../../../../schema/rules/names.ts'
import { compareQuantities } from '../../../../schema/scalars/quantity.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { labelRules, labelSelectorRules } from '../../../meta/labelSelector.ts'
import { annotationRules } from '../../../meta/metadataRules.ts'
import type { PersistentVolumeClaimSpec } from '../../persistentVolumeClaimSpec.ts'
import type { TypedObjectReference } from '../../references.ts'
import type { PersistentVolumeClaimTemplate } from '../volume.ts'
import { wrong } from './names.ts'

const modes = ['ReadWriteOnce', 'ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOncePod']

/** A claim that is made for a pod: only labels and annotations stand beside its spec. */
export function claimTemplateRules({ metadata, spec }: PersistentVolumeClaimTemplate, path: Path): FieldError[] {
  const { labels = {}, annotations = {}, ...others } = metadata
  const here = path.child('metadata')
  return [
    ...annotationRules(annotations, here.child('annotations')),
    ...labelRules(labels, here.child('labels')),
    ...Object.keys(others).map(name => forbidden(here.child(name), 'cannot be set')),
    ...claimSpecRules(spec, path.child('spec')),
  ]
}

/** Rules of a claim. Of upstream's ValidatePersistentVolumeClaimSpec. */
export function claimSpecRules(spec: PersistentVolumeClaimSpec, path: Path): FieldError[] {
  const { accessModes = [], selector, storageClassName, dataSource, dataSourceRef, volumeAttributesClassName } = spec
  const errors: FieldError[] = []
  const access = path.child('accessModes')
  if (accessModes.length === 0) errors.push(required(access, 'at least 1 access mode is required'))
  if (selector) errors.push(...labelSelectorRules(selector, path.child('selector')))
  for (const mode of accessModes) if (!modes.includes(mode)) errors.push(notSupported(access, mode, modes))
  const known = accessModes.filter(mode => modes.includes(mode))
  if (known.includes('ReadWriteOncePod') && known.some(mode => mode !== 'ReadWriteOncePod'))
    errors.push(forbidden(access, 'may not use ReadWriteOncePod with other access modes'))
  const storage = spec.resources.requests?.storage
  const size = path.child('resources').key('storage')
  if (storage === undefined) errors.push(required(size))
  else if (compareQuantities(storage, '0') <= 0) errors.push(invalid(size, storage, 'must be greater than zero'))
  if (storageClassName)
    errors.push(...wrong(dnsSubdomain(storageClassName), path.child('storageClassName'), storageClassName))
  if (dataSource) errors.push(...sourceRules(dataSource, path.child('dataSource')))
  if (dataSourceRef) errors.push(...sourceRules(dataSourceRef, path.child('dataSourceRef')))
  if (dataSource && dataSourceRef?.namespace)
    errors.push(invalid(path, 'dataSource', 'may not be specified when dataSourceRef.namespace is specified'))
  else if (dataSource && dataSourceRef && !sameSource(dataSource, dataSourceRef))
    errors.push(invalid(path, 'dataSource', 'must match dataSourceRef'))
  if (volumeAttributesClassName)
    errors.push(
      ...wrong(
        dnsSubdomain(volumeAttributesClassName),
        path.child('volumeAttributesClassName'),
        volumeAttributesClassName,
      ),
    )
  return errors
}

const sameSource = (a: TypedObjectReference, b: TypedObjectReference) =>
  a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name

function sourceRules({ apiGroup, kind, name, namespace }: TypedObjectReference, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (!name) errors.push(required(path.child('name')))
  if (!kind) errors.push(required(path.child('kind')))
  if (!apiGroup && kind !== 'PersistentVolumeClaim')
    errors.push(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"))
  if (apiGroup) errors.push(...wrong(dnsSubdomain(apiGroup), path.child('apiGroup'), apiGroup))
  if (namespace) errors.push(...wrong(dnsLabel(namespace), path.child('namespace'), namespace))
  return errors
}
