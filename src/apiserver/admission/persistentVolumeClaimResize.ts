import { storageClassOf } from '../../api/core/persistentVolumeClaimRules.ts'
import { type PersistentVolumeClaim, storageClasses } from '../../api/index.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { AdmissionPlugin, ObjectReader } from '../contract.ts'
import { isAbout, refusal } from './refusal.ts'

/** Claims grow only once they are bound, and only where their storage class lets them. */
export const persistentVolumeClaimResize = ({ objects }: { readonly objects: ObjectReader }): AdmissionPlugin => ({
  name: 'PersistentVolumeClaimResize',
  validate(request) {
    if (request.operation !== 'UPDATE' || !isAbout(request, '', 'persistentvolumeclaims')) return
    const [now, old] = [request.object as PersistentVolumeClaim, request.old as PersistentVolumeClaim]
    const size = ({ spec }: PersistentVolumeClaim) => spec.resources.requests?.storage ?? '0'
    if (compareQuantities(size(now), size(old)) <= 0) return
    if (old.status.phase !== 'Bound') throw refusal(request, 'Only bound persistent volume claims can be expanded')
    const name = storageClassOf(now)
    const found = name && name === storageClassOf(old) ? objects.get(storageClasses, undefined, name) : undefined
    if (!found?.allowVolumeExpansion)
      throw refusal(
        request,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      )
  },
})
