import { equal } from '../../schema/derive/equal.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { StorageVersionMigration } from './storageVersionMigrationType.ts'

export { StorageVersionMigration, StorageVersionMigrationList } from './storageVersionMigrationType.ts'

const column = (
  name: string,
  description: string,
  cell: (object: StorageVersionMigration) => string,
): Column<StorageVersionMigration> => ({ name, type: 'string', description, cell })

const stateOf = ({ status: { conditions = [] } }: StorageVersionMigration): string =>
  ['Failed', 'Succeeded', 'Running'].find(type =>
    conditions.some(each => each.type === type && each.status === 'True'),
  ) ?? 'Pending'

/** That all objects of a kind be written anew, in the form they are stored in now. */
export const storageVersionMigrations = resource<StorageVersionMigration>({
  group: 'storagemigration.k8s.io',
  version: 'v1beta1',
  kind: 'StorageVersionMigration',
  plural: 'storageversionmigrations',
  namespaced: false,
  type: StorageVersionMigration,
  generation: false,
  rules: ({ spec }) => (spec.resource.resource ? [] : [required(at('spec', 'resource', 'resource'))]),
  changes: statusApart<StorageVersionMigration>(() => ({}), {
    updateRules: (now, old) => (equal(now.spec, old.spec) ? [] : [invalid(at('spec'), now.spec, 'field is immutable')]),
  }),
  columns: [
    column('Name', 'Name of the migration.', ({ metadata }) => metadata.name ?? ''),
    column('Resource', 'Kind that is written anew.', ({ spec: { resource: of } }) =>
      of.group ? `${of.resource}.${of.group}` : of.resource,
    ),
    column('Status', 'How far it is.', stateOf),
  ],
  subresources: { status: statusView<StorageVersionMigration>({ keepMetadata: true }) },
})
