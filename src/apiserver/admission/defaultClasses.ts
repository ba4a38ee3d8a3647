import { classAnnotation as storageAnnotation } from '../../api/core/persistentVolumeClaimRules.ts'
import {
  type Ingress,
  type IngressClass,
  ingressClasses,
  type PersistentVolumeClaim,
  type StorageClass,
  storageClasses,
} from '../../api/index.ts'
import { classAnnotation as ingressAnnotation } from '../../api/networking/ingressRules.ts'
import { isDefaultClass } from '../../api/storage/storageClass.ts'
import type { AdmissionPlugin, ObjectReader } from '../contract.ts'
import { isAbout } from './refusal.ts'

const isDefaultIngressClass = 'ingressclass.kubernetes.io/is-default-class'

/** Where several are the default, the youngest is; of those made together, the first by name. */
function youngest<T extends IngressClass | StorageClass>(classes: readonly T[]): T | undefined {
  const age = ({ metadata }: T) => metadata.creationTimestamp ?? ''
  const name = ({ metadata }: T) => metadata.name ?? ''
  return [...classes].sort((a, b) => (age(a) === age(b) ? (name(a) < name(b) ? -1 : 1) : age(a) < age(b) ? 1 : -1))[0]
}

/** A claim that names no storage class gets the default one, if there is one. */
export const defaultStorageClass = ({ objects }: { readonly objects: ObjectReader }): AdmissionPlugin => ({
  name: 'DefaultStorageClass',
  mutate(request) {
    if (request.operation !== 'CREATE' || !isAbout(request, '', 'persistentvolumeclaims')) return
    const { metadata, spec } = request.object as PersistentVolumeClaim
    if (metadata.annotations?.[storageAnnotation] !== undefined || spec.storageClassName !== undefined) return
    const found = youngest(objects.list(storageClasses).filter(isDefaultClass))
    if (found?.metadata.name) spec.storageClassName = found.metadata.name
  },
})

/** An ingress that names no class gets the default one, if there is one. */
export const defaultIngressClass = ({ objects }: { readonly objects: ObjectReader }): AdmissionPlugin => ({
  name: 'DefaultIngressClass',
  mutate(request) {
    if (request.operation !== 'CREATE' || !isAbout(request, 'networking.k8s.io', 'ingresses')) return
    const { metadata, spec } = request.object as Ingress
    if (metadata.annotations?.[ingressAnnotation] !== undefined || spec.ingressClassName !== undefined) return
    const classes = objects
      .list(ingressClasses)
      .filter(each => each.metadata.annotations?.[isDefaultIngressClass] === 'true')
    const found = youngest(classes)
    if (found?.metadata.name) spec.ingressClassName = found.metadata.name
  },
})
