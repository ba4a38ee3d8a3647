import { forbidden } from '../../../../schema/rules/errors.ts'
import { at } from '../../../../schema/rules/path.ts'
import type { FieldError } from '../../../../schema/types.ts'
import type { Pod } from '../pod.ts'
import { podAnnotationRules, profileMatchRules } from './annotations.ts'
import { imageSpaceRules } from './containers.ts'
import { podSpecRules } from './spec.ts'

const path = at('spec')

/** Rules of a pod over several fields; some are for new pods only. Of upstream's ValidatePodCreate and ValidatePodUpdate. */
export function podRules(pod: Pod, old: Pod | undefined): readonly FieldError[] {
  const { metadata, spec } = pod
  const errors = [
    ...podAnnotationRules(metadata, spec, at('metadata', 'annotations')),
    ...podSpecRules(spec, path, metadata),
  ]
  if (!spec.serviceAccountName) errors.push(...tokenRules(pod))
  for (const list of ['containers', 'initContainers'] as const)
    for (const [i, container] of (spec[list] ?? []).entries())
      errors.push(...imageSpaceRules(container, path.child(list).index(i)))
  return old ? errors : [...errors, ...newPodRules(pod)]
}

function newPodRules({ metadata, spec }: Pod): FieldError[] {
  const errors: FieldError[] = []
  if (spec.ephemeralContainers?.length)
    errors.push(forbidden(path.child('ephemeralContainers'), 'cannot be set on create'))
  if (spec.nodeName && spec.schedulingGates?.length)
    errors.push(forbidden(path.child('nodeName'), 'cannot be set until all schedulingGates have been cleared'))
  return [...errors, ...profileMatchRules(metadata, spec, path)]
}

/** There is no token without a service account. */
function tokenRules({ spec }: Pod): FieldError[] {
  const errors: FieldError[] = []
  for (const [i, { projected }] of (spec.volumes ?? []).entries())
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries())
      if (serviceAccountToken)
        errors.push(
          forbidden(
            path.child('volumes').index(i).child('projected', 'sources').index(j).child('serviceAccountToken'),
            'must not be specified when serviceAccountName is not set',
          ),
        )
  return errors
}
