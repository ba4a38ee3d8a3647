import { compareQuantities, intValue } from '../../../schema/scalars/quantity.ts'
import { storageClassOf } from '../persistentVolumeClaimRules.ts'
import type { PersistentVolumeClaim } from '../persistentVolumeClaimType.ts'
import { countName } from './counts.ts'
import type { Evaluator } from './evaluator.ts'
import { chooses } from './scopes.ts'

const counted = countName('', 'persistentvolumeclaims')
const names = ['persistentvolumeclaims', 'requests.storage']
/** What is limited of one storage class is named so, after the class. */
const ofClass = '.storageclass.storage.k8s.io/'

/** The storage asked for, or that is set aside while a greater wish is taken back; fractions of bytes count whole. */
function storage({ spec, status }: PersistentVolumeClaim): string | undefined {
  const asked = spec.resources.requests?.storage
  if (asked === undefined) return undefined
  const given = status.allocatedResources?.storage
  const amount = given !== undefined && compareQuantities(given, asked) > 0 ? given : asked
  return /[munp]/.test(amount) ? `${intValue(amount)}` : amount
}

/** The classes of attributes that a claim has, had or is to have. */
const attributeClasses = ({ spec, status }: PersistentVolumeClaim): readonly string[] =>
  [
    spec.volumeAttributesClassName,
    status.currentVolumeAttributesClassName,
    status.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ].flatMap(name => (name ? [name] : []))

const said = (claim: unknown): string => {
  const { status } = claim as PersistentVolumeClaim
  return JSON.stringify([status.allocatedResources?.storage, attributeClasses(claim as PersistentVolumeClaim)])
}

/** Claims and the storage they ask for, in all and of each storage class. */
export const claimEvaluator: Evaluator = {
  handles({ subresource, object, old }) {
    if (subresource === 'status') return said(object) !== said(old)
    return subresource === ''
  },
  counts: name => name === counted || names.includes(name) || names.some(each => name.endsWith(`${ofClass}${each}`)),
  usage(object) {
    const claim = object as PersistentVolumeClaim
    const amount = storage(claim)
    const used: Record<string, string> = {
      persistentvolumeclaims: '1',
      ...(amount === undefined ? {} : { 'requests.storage': amount }),
    }
    const storageClass = storageClassOf(claim)
    const ofItsClass = storageClass
      ? Object.entries(used).map(([name, each]) => [`${storageClass}${ofClass}${name}`, each])
      : []
    return { [counted]: '1', ...used, ...Object.fromEntries(ofItsClass) }
  },
  inScope(condition, object) {
    if (condition.scopeName !== 'VolumeAttributesClass') return false
    const classes = attributeClasses(object as PersistentVolumeClaim)
    return classes.length === 0 ? chooses(condition) : classes.some(name => chooses(condition, name))
  },
}
