import { equal } from '../../schema/derive/equal.ts'
import { duplicate, invalid, required } from '../../schema/rules/errors.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import { driverNameRules } from '../core/driverName.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { resource } from '../resource.ts'
import { CSINode, type CSINodeDriver, CSINodeV1beta1 } from './csiNodeType.ts'
import { beforeV1 } from './versions.ts'

export { CSINode, CSINodeList } from './csiNodeType.ts'

const longestNodeId = 256
const drivers = at('spec', 'drivers')

function driverRules(driver: CSINodeDriver, index: number, all: readonly CSINodeDriver[]): readonly FieldError[] {
  const { name, nodeID, topologyKeys, allocatable } = driver
  const path = drivers.index(index)
  const errors = driverNameRules(name, path.child('name'))
  if (!nodeID) errors.push(required(path.child('nodeID')))
  if (nodeID.length > longestNodeId)
    errors.push(invalid(path.child('nodeID'), nodeID, `must be ${longestNodeId} characters or less`))
  const count = allocatable?.count
  if (count !== undefined && count < 0)
    errors.push(invalid(path.child('allocatable', 'count'), count, 'must be greater than or equal to 0'))
  if (all.findIndex(each => each.name === name) < index) errors.push(duplicate(path.child('name'), name))
  for (const [place, key] of topologyKeys.entries()) {
    if (!key) errors.push(required(path))
    if (topologyKeys.indexOf(key) < place) errors.push(duplicate(path, key))
    errors.push(...qualifiedName(key).map(why => invalid(path, key, why)))
  }
  return errors
}

/** What a driver told when it registered stays; how many volumes it takes may change. */
function updateRules(now: CSINode, old: CSINode): readonly FieldError[] {
  const bare = ({ allocatable: _, ...driver }: CSINodeDriver) => driver
  return old.spec.drivers.flatMap(before =>
    now.spec.drivers
      .filter(driver => driver.name === before.name && !equal(bare(driver), bare(before)))
      .map(driver => invalid(drivers, bare(driver), 'field is immutable')),
  )
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
  conditionalUpdate: true,
  rules: ({ spec }) => spec.drivers.flatMap(driverRules),
  changes: { updateRules },
  versions: [beforeV1('v1beta1', 'CSINode', CSINodeV1beta1, '1.17', '1.22')],
  columns: [
    nameColumn,
    { name: 'Drivers', type: 'integer', description: 'How many drivers.', cell: ({ spec }) => spec.drivers.length },
    ageColumn,
  ],
})
