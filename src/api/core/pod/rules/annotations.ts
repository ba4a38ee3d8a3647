import { forbidden, invalid } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { podDeletionCostAnnotation } from '../../../meta/labels.ts'
import type { ObjectMeta } from '../../../meta/objectMeta.ts'
import type { AppArmorProfile, SeccompProfile } from '../security.ts'
import type { PodSpec } from '../spec.ts'
import { belowRules } from './paths.ts'

/** On the API's copy of a pod the kubelet runs from a file. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror'
const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod'
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/'
/** Prefix of the annotations that named a container's AppArmor profile before there was a field. */
export const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

export const isMirror = ({ annotations }: ObjectMeta): boolean =>
  annotations !== undefined && Object.hasOwn(annotations, mirrorAnnotation)

const wholeNumber = /^(?:0|-?[1-9]\d{0,9})$/

/** How willingly a scale-down removes the pod: a 32 bit number, 0 when there is none; undefined when it is no number. */
export function deletionCost({ annotations }: ObjectMeta): number | undefined {
  const text = annotations?.[podDeletionCostAnnotation]
  if (text === undefined) return 0
  const cost = Number(text)
  return wholeNumber.test(text) && cost === (cost | 0) ? cost : undefined
}

/** Annotations that mean something to the cluster. */
export function podAnnotationRules(meta: ObjectMeta, spec: PodSpec, path: Path): FieldError[] {
  const { annotations = {} } = meta
  const errors: FieldError[] = []
  if (isMirror(meta) && !spec.nodeName)
    errors.push(
      invalid(
        path.key(mirrorAnnotation),
        annotations[mirrorAnnotation],
        'must set spec.nodeName if mirror pod annotation is set',
      ),
    )
  if (deletionCost(meta) === undefined)
    errors.push(
      invalid(path.key(podDeletionCostAnnotation), annotations[podDeletionCostAnnotation], 'must be a 32bit integer'),
    )
  for (const [key, value] of Object.entries(annotations)) {
    if (key === seccompPod || key.startsWith(seccompContainer)) errors.push(...seccompRules(value, path.child(key)))
    if (key.startsWith(appArmorPrefix)) errors.push(...appArmorRules(key, value, spec, path.key(key)))
  }
  return errors
}

function seccompRules(value: string, path: Path): FieldError[] {
  if (value === 'runtime/default' || value === 'docker/default' || value === 'unconfined') return []
  return value.startsWith('localhost/')
    ? belowRules(value.slice('localhost/'.length), path)
    : [invalid(path, value, 'must be a valid seccomp profile')]
}

function appArmorRules(key: string, value: string, spec: PodSpec, path: Path): FieldError[] {
  const name = key.slice(appArmorPrefix.length)
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]
  const errors: FieldError[] = []
  if (!containers.some(container => container.name === name)) errors.push(invalid(path, name, 'container not found'))
  if (value !== '' && value !== 'runtime/default' && value !== 'unconfined' && !value.startsWith('localhost/'))
    errors.push(invalid(path, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`))
  return errors
}

/** Annotations that an update may not touch. */
export function podAnnotationUpdateRules(meta: ObjectMeta, old: ObjectMeta, path: Path): FieldError[] {
  const [after, before] = [meta.annotations ?? {}, old.annotations ?? {}]
  const errors: FieldError[] = []
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[key] === after[key]) continue
    const act = Object.hasOwn(before, key) ? 'remove or update' : 'add'
    if (key.startsWith(appArmorPrefix)) errors.push(forbidden(path.key(key), `may not ${act} AppArmor annotations`))
    if (key === mirrorAnnotation) errors.push(forbidden(path.key(key), `may not ${act} mirror pod annotation`))
  }
  return errors
}

const profileNames = { Unconfined: ['unconfined'], RuntimeDefault: ['runtime/default'] } as const

/** Profiles that are named by annotation, too, must be the same. Of new pods. */
export function profileMatchRules({ annotations = {} }: ObjectMeta, spec: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const compare = (kind: 'seccomp' | 'apparmor', key: string, profile: Profile | undefined, here: Path) => {
    const text = annotations[key]
    if (text === undefined || !profile) return
    const known = profile.type === 'Localhost' ? undefined : profileNames[profile.type]
    const others = kind === 'seccomp' && profile.type === 'RuntimeDefault' ? ['docker/default'] : []
    if (known ? ![...known, ...others].includes(text) : !text.startsWith('localhost/'))
      errors.push(forbidden(here.child('type'), `${kind} type in annotation and field must match`))
    else if (!known && text.slice('localhost/'.length) !== profile.localhostProfile)
      errors.push(forbidden(here.child('localhostProfile'), `${kind} profile in annotation and field must match`))
  }
  const ofPod = spec.securityContext
  compare('seccomp', seccompPod, ofPod?.seccompProfile, path.child('securityContext', 'seccompProfile'))
  for (const list of ['initContainers', 'containers', 'ephemeralContainers'] as const)
    for (const [i, { name, securityContext }] of (spec[list] ?? []).entries()) {
      const here = path.child(list).index(i).child('securityContext')
      compare('seccomp', seccompContainer + name, securityContext?.seccompProfile, here.child('seccompProfile'))
      const armor = securityContext?.appArmorProfile ?? ofPod?.appArmorProfile
      if (spec.os?.name !== 'windows') compare('apparmor', appArmorPrefix + name, armor, here.child('appArmorProfile'))
    }
  return errors
}

type Profile = SeccompProfile | AppArmorProfile
