import { equal } from '../../schema/derive/equal.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { compareQuantities } from '../../schema/scalars/quantity.ts'
import type { FieldError } from '../../schema/types.ts'
import { deprecatedLabel } from '../core/node/deprecatedLabels.ts'
import { nameColumn } from '../meta/columns.ts'
import { labelSelectorRules } from '../meta/selectors.ts'
import { resource } from '../resource.ts'
import { CSIStorageCapacity, CSIStorageCapacityV1alpha1, CSIStorageCapacityV1beta1 } from './csiStorageCapacityType.ts'
import { beforeV1 } from './versions.ts'

export { CSIStorageCapacity, CSIStorageCapacityList } from './csiStorageCapacityType.ts'

/** Of upstream's `ValidateCSIStorageCapacity`. */
function rules(
  { storageClassName, nodeTopology, capacity }: CSIStorageCapacity,
  old: CSIStorageCapacity | undefined,
): readonly FieldError[] {
  return [
    ...(nodeTopology && !equal(nodeTopology, old?.nodeTopology)
      ? labelSelectorRules(nodeTopology, at('nodeTopology'))
      : []),
    ...dnsSubdomain(storageClassName).map(why => invalid(at('storageClassName'), storageClassName, why)),
    ...(capacity !== undefined && compareQuantities(capacity, '0') < 0
      ? [invalid(at('capacity'), capacity, 'must be greater than or equal to 0')]
      : []),
  ]
}

function warnings({ nodeTopology }: CSIStorageCapacity): string[] {
  const { matchLabels = {}, matchExpressions = [] } = nodeTopology ?? {}
  const path = at('nodeTopology')
  const texts: string[] = []
  for (const [i, { key }] of matchExpressions.entries()) {
    const told = deprecatedLabel(key)
    if (told) texts.push(`${path.child('matchExpressions').index(i).child('key')}: ${key} is ${told}`)
  }
  for (const key of Object.keys(matchLabels)) {
    const told = deprecatedLabel(key)
    if (told) texts.push(`${path.child('matchLabels', key)}: ${told}`)
  }
  return texts
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
  conditionalUpdate: true,
  changes: {
    warnings,
    updateRules: (now, old) => [
      ...(equal(now.nodeTopology, old.nodeTopology)
        ? []
        : [invalid(at('nodeTopology'), now.nodeTopology, 'field is immutable')]),
      ...(now.storageClassName === old.storageClassName
        ? []
        : [invalid(at('storageClassName'), now.storageClassName, 'field is immutable')]),
    ],
  },
  versions: [
    beforeV1('v1beta1', 'CSIStorageCapacity', CSIStorageCapacityV1beta1, '1.24', '1.27'),
    beforeV1('v1alpha1', 'CSIStorageCapacity', CSIStorageCapacityV1alpha1, '1.21', '1.24', 'storage.k8s.io/v1beta1'),
  ],
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
