import { equal } from '../../schema/derive/equal.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { labelSelectorRules } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { CSIStorageCapacity } from './csiStorageCapacityType.ts'

export { CSIStorageCapacity, CSIStorageCapacityList } from './csiStorageCapacityType.ts'

/** Of upstream's `ValidateCSIStorageCapacity`. */
function rules({
  storageClassName,
  nodeTopology,
  capacity,
  maximumVolumeSize,
}: CSIStorageCapacity): readonly FieldError[] {
  const path = at('storageClassName')
  const notNegative = (name: string, amount: string | undefined) =>
    amount !== undefined && compareQuantities(amount, '0') < 0
      ? [invalid(at(name), amount, 'must be greater than or equal to 0')]
      : []
  return [
    ...(nodeTopology ? labelSelectorRules(nodeTopology, at('nodeTopology')) : []),
    ...(storageClassName
      ? dnsSubdomain(storageClassName).map(why => invalid(path, storageClassName, why))
      : [required(path)]),
    ...notNegative('capacity', capacity),
    ...notNegative('maximumVolumeSize', maximumVolumeSize),
  ]
}

/** How much storage is left somewhere. */
export const csiStorageCapacities = resource<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  namespaced: true,
  type: CSIStorageCapacity,
  generation: false,
  rules,
  changes: {
    updateRules: (now, old) => [
      ...(equal(now.nodeTopology, old.nodeTopology)
        ? []
        : [invalid(at('nodeTopology'), now.nodeTopology, 'field is immutable')]),
      ...(now.storageClassName === old.storageClassName
        ? []
        : [invalid(at('storageClassName'), now.storageClassName, 'field is immutable')]),
    ],
  },
  columns: [
    nameColumn,
    {
      name: 'StorageClassName',
      type: 'string',
      description: 'Class it is about.',
      cell: object => object.storageClassName,
    },
    { name: 'Capacity', type: 'string', description: 'What is left.', cell: object => object.capacity ?? '<unset>' },
  ],
})
