import { forbidden } from '../../../../schema/rules/errors.ts'
import type { FieldError, Path } from '../../../../schema/types.ts'
import { labelRules } from '../../../meta/labelSelector.ts'
import { annotationRules } from '../../../meta/metadataRules.ts'
import type { ObjectMeta } from '../../../meta/objectMeta.ts'
import { claimSpecRules } from '../../persistentVolumeClaimSpecRules.ts'
import type { PersistentVolumeClaimTemplate } from '../volume.ts'

/** A claim that is made for a pod: only labels and annotations stand beside its spec. */
export const claimTemplateRules = ({ metadata, spec }: PersistentVolumeClaimTemplate, path: Path): FieldError[] => [
  ...templateMetadataRules(metadata, path.child('metadata')),
  ...claimSpecRules(spec, path.child('spec')),
]

/** Metadata of what objects are made from: only labels and annotations. */
export function templateMetadataRules(
  { labels = {}, annotations = {}, ...others }: ObjectMeta,
  path: Path,
): FieldError[] {
  return [
    ...annotationRules(annotations, path.child('annotations')),
    ...labelRules(labels, path.child('labels')),
    ...Object.keys(others).map(name => forbidden(path.child(name), 'cannot be set')),
  ]
}
