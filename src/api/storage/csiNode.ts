import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, required, tooLong } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { CSINode, type CSINodeDriver } from './csiNodeType.ts'

export { CSINode, CSINodeList } from './csiNodeType.ts'

const longestNodeId = 256
const drivers = at('spec', 'drivers')

function driverRules(
  { name, nodeID, topologyKeys = [], allocatable }: CSINodeDriver,
  index: number,
): readonly FieldError[] {
  const path = drivers.index(index)
  const errors: FieldError[] = [...driverNameRules(name, path.child('name'))]
  if (!nodeID) errors.push(required(path.child('nodeID')))
  else if (nodeID.length > longestNodeId) errors.push(tooLong(path.child('nodeID'), longestNodeId))
  const count = allocatable?.count
  if (count !== undefined && count < 0)
    errors.push(invalid(path.child('allocatable', 'count'), count, 'must be greater than or equal to 0'))
  for (const [place, key] of topologyKeys.entries()) {
    if (!key) errors.push(required(path.child('topologyKeys')))
    else if (topologyKeys.indexOf(key) < place) errors.push(duplicate(path.child('topologyKeys'), key))
    else errors.push(...qualifiedName(key).map(why => invalid(path.child('topologyKeys'), key, why)))
  }
  return errors
}

/** Storage drivers on a node. */
export const csiNodes = resource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  namespaced: false,
  type: CSINode,
  generation: false,
  rules: ({ spec }) => [
    ...spec.drivers.flatMap(driverRules),
    ...spec.drivers.flatMap(({ name }, index) =>
      spec.drivers.findIndex(each => each.name === name) < index
        ? [duplicate(drivers.index(index).child('name'), name)]
        : [],
    ),
  ],
  changes: {
    // What a driver told when it registered stays; how many volumes it takes may change.
    updateRules: (now, old) =>
      now.spec.drivers.flatMap((driver, index) => {
        const before = old.spec.drivers.find(({ name }) => name === driver.name)
        const { allocatable: _, ...rest } = driver
        const { allocatable: __, ...known } = before ?? driver
        return equal(rest, known) ? [] : [invalid(drivers.index(index), driver, 'field is immutable')]
      }),
  },
  columns: [
    nameColumn,
    { name: 'Drivers', type: 'integer', description: 'How many drivers.', cell: ({ spec }) => spec.drivers.length },
    ageColumn,
  ],
})
