import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { CSIDriver } from './csiDriverType.ts'

export { CSIDriver, CSIDriverList } from './csiDriverType.ts'

function defaults({ spec }: CSIDriver): void {
  spec.attachRequired ??= true
  spec.podInfoOnMount ??= false
  spec.storageCapacity ??= false
  spec.fsGroupPolicy ??= 'ReadWriteOnceWithFSType'
  if ((spec.volumeLifecycleModes ?? []).length === 0) spec.volumeLifecycleModes = ['Persistent']
  spec.requiresRepublish ??= false
  spec.seLinuxMount ??= false
}

/** Of upstream's `ValidateCSIDriver`. */
function rules({ metadata, spec }: CSIDriver): readonly FieldError[] {
  const tokens = at('spec', 'tokenRequests')
  return [
    ...driverNameRules(metadata.name ?? '', at('metadata', 'name')),
    ...(spec.tokenRequests ?? []).flatMap(({ expirationSeconds: seconds }, index) => {
      const path = tokens.index(index).child('expirationSeconds')
      if (seconds === undefined) return []
      if (seconds < 600) return [invalid(path, seconds, 'may not specify a duration less than 10 minutes')]
      return seconds > 2 ** 32 ? [invalid(path, seconds, 'may not specify a duration larger than 2^32 seconds')] : []
    }),
  ]
}

const yes = (name: string, description: string, cell: (object: CSIDriver) => boolean): Column<CSIDriver> => ({
  name,
  type: 'boolean',
  description,
  cell,
})
const text = (name: string, description: string, cell: (object: CSIDriver) => string): Column<CSIDriver> => ({
  name,
  type: 'string',
  description,
  cell,
})

/** What a storage driver can do. */
export const csiDrivers = resource<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  namespaced: false,
  type: CSIDriver,
  generation: true,
  defaults,
  rules,
  changes: {
    updateRules: (now, old) =>
      now.spec.attachRequired === old.spec.attachRequired
        ? []
        : [invalid(at('spec', 'attachRequired'), now.spec.attachRequired, 'field is immutable')],
  },
  columns: [
    nameColumn,
    yes('AttachRequired', 'Whether volumes are attached.', ({ spec }) => spec.attachRequired ?? true),
    yes('PodInfoOnMount', 'Whether it is told about pods.', ({ spec }) => spec.podInfoOnMount ?? false),
    yes('StorageCapacity', 'Whether it tells its capacity.', ({ spec }) => spec.storageCapacity ?? false),
    text(
      'TokenRequests',
      'Tokens it gets.',
      ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') || '<unset>',
    ),
    yes('RequiresRepublish', 'Whether mounts are renewed.', ({ spec }) => spec.requiresRepublish ?? false),
    text('Modes', 'Kinds of volume.', ({ spec }) => (spec.volumeLifecycleModes ?? []).join(',') || '<none>'),
    ageColumn,
  ],
})
