import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { VolumeAttachment } from './volumeAttachmentType.ts'

export { VolumeAttachment, VolumeAttachmentList } from './volumeAttachmentType.ts'

/** Of upstream's `ValidateVolumeAttachment`. */
function rules({ spec }: VolumeAttachment): readonly FieldError[] {
  const path = at('spec')
  const { persistentVolumeName, inlineVolumeSpec } = spec.source
  const errors: FieldError[] = [...driverNameRules(spec.attacher, path.child('attacher'))]
  const source = path.child('source')
  if (persistentVolumeName === undefined && !inlineVolumeSpec)
    errors.push(required(source, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  else if (persistentVolumeName !== undefined && inlineVolumeSpec)
    errors.push(forbidden(source, 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'))
  else if (persistentVolumeName === '')
    errors.push(required(source.child('persistentVolumeName'), 'must specify non empty persistentVolumeName'))
  errors.push(...dnsSubdomain(spec.nodeName).map(why => invalid(path.child('nodeName'), spec.nodeName, why)))
  return errors
}

/** That a volume is to be attached to a node. */
export const volumeAttachments = resource<VolumeAttachment>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttachment',
  plural: 'volumeattachments',
  namespaced: false,
  type: VolumeAttachment,
  generation: false,
  rules,
  changes: statusApart<VolumeAttachment>(() => ({ attached: false }), {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(at('spec'), now.spec, 'field is immutable')]),
  }),
  columns: [
    nameColumn,
    {
      name: 'Attacher',
      type: 'string',
      format: 'name',
      description: 'Who attaches.',
      cell: ({ spec }) => spec.attacher,
    },
    {
      name: 'PV',
      type: 'string',
      description: 'The volume.',
      cell: ({ spec }) => spec.source.persistentVolumeName ?? '',
    },
    { name: 'Node', type: 'string', description: 'The node.', cell: ({ spec }) => spec.nodeName },
    { name: 'Attached', type: 'boolean', description: 'Whether it is.', cell: ({ status }) => status.attached },
    ageColumn,
  ],
  subresources: { status: statusView<VolumeAttachment>({ keepMetadata: true }) },
})
