import { equal } from '../../schema/derive/equal.ts'
import { forbidden, invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsSubdomain, totalSize } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { persistentVolumeSpecRules } from '../core/persistentVolumeRules.ts'
import { wrong } from '../core/pod/rules/names.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { beforeV1 } from './versions.ts'
import {
  VolumeAttachment,
  type VolumeAttachmentStatus,
  VolumeAttachmentV1alpha1,
  VolumeAttachmentV1beta1,
} from './volumeAttachmentType.ts'

export { VolumeAttachment, VolumeAttachmentList } from './volumeAttachmentType.ts'

const longestMetadata = 256 * 1024
const longestMessage = 1024
const oneSource = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName'

/** Of upstream's `ValidateVolumeAttachment`. */
function rules({ spec, status }: VolumeAttachment): readonly FieldError[] {
  const path = at('spec')
  const source = path.child('source')
  const { persistentVolumeName: name, inlineVolumeSpec } = spec.source
  const errors = driverNameRules(spec.attacher, path.child('attacher'))
  if (name === undefined && !inlineVolumeSpec) errors.push(required(source, oneSource))
  else if (name !== undefined && inlineVolumeSpec) errors.push(forbidden(source, oneSource))
  else if (name === '')
    errors.push(required(source.child('persistentVolumeName'), 'must specify non empty persistentVolumeName'))
  else if (inlineVolumeSpec)
    errors.push(...persistentVolumeSpecRules(inlineVolumeSpec, '', true, source.child('inlineVolumeSpec')))
  errors.push(...wrong(dnsSubdomain(spec.nodeName), path.child('nodeName'), spec.nodeName))
  errors.push(...statusRules(status, at('status')))
  if (name !== undefined) errors.push(...wrong(dnsSubdomain(name), source.child('persistentVolumeName'), name))
  return errors
}

function statusRules(status: VolumeAttachmentStatus, path: Path): readonly FieldError[] {
  const errors: FieldError[] = []
  if (totalSize(status.attachmentMetadata ?? {}) > longestMetadata)
    errors.push(tooLong(path.child('attachmentMetadata'), longestMetadata))
  for (const name of ['attachError', 'detachError'] as const) {
    const { message = '', errorCode } = status[name] ?? {}
    const here = path.child(name)
    if (totalSize({ '': message }) > longestMessage) errors.push(tooLong(here.child('message'), longestMetadata))
    if (errorCode !== undefined && errorCode < 0)
      errors.push(invalid(here.child('errorCode'), errorCode, `must be between 0 and ${2 ** 31 - 1}, inclusive`))
  }
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
  conditionalUpdate: true,
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
  versions: [
    beforeV1('v1beta1', 'VolumeAttachment', VolumeAttachmentV1beta1, '1.19', '1.22'),
    beforeV1('v1alpha1', 'VolumeAttachment', VolumeAttachmentV1alpha1, '1.21', '1.24'),
  ],
  subresources: { status: statusView<VolumeAttachment>({ keepMetadata: true, rules }) },
})
