import { forbidden } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { labelRules } from '../../../meta/labelSelector.ts'
import { annotationRules } from '../../../meta/metadataRules.ts'
import { claimSpecRules } from '../../persistentVolumeClaimSpecRules.ts'
import type { PersistentVolumeClaimTemplate } from '../volume.ts'

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
