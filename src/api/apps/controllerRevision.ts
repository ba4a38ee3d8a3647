import { equal } from '../../schema/derive/equal.ts'
import { fields, int64, list, one, root } from '../../schema/fields.ts'
import { min } from '../../schema/rules/bounds.ts'
import { invalid, required } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { rawExtension } from '../../schema/scalars/raw.ts'
import type { RootShape, Type } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { ListMeta, ObjectMeta } from '../meta/objectMeta.ts'
import { controllerOf } from '../meta/owners.ts'
import { resource, type ServedVersion } from '../resource.ts'
import { removedVersion, renamedVersion } from '../versions.ts'

const controllerRevision = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** State that is kept, as its controller wrote it; never changed. */
  data: one(2, rawExtension, { pointer: true }),
  /** Number of the state; later ones are greater. */
  revision: int64(3, { always: true, rule: min(0) }),
})
export interface ControllerRevision extends RootShape<typeof controllerRevision> {}
export const ControllerRevision: Type<ControllerRevision> = root(
  'io.k8s.api.apps.v1.ControllerRevision',
  controllerRevision,
)

const controllerRevisionList = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** The objects. */
  items: list(2, ControllerRevision, { always: true }),
})
export interface ControllerRevisionList extends RootShape<typeof controllerRevisionList> {}
export const ControllerRevisionList: Type<ControllerRevisionList> = root(
  'io.k8s.api.apps.v1.ControllerRevisionList',
  controllerRevisionList,
)

/** A version that upstream stopped serving in v1.16; it differs by name alone. */
const older = (version: string, since: string): ServedVersion<ControllerRevision> =>
  renamedVersion(
    `apps/${version}`,
    'apps/v1',
    root<ControllerRevision>(`io.k8s.api.apps.${version}.ControllerRevision`, controllerRevision),
    { deprecation: removedVersion(`apps/${version}`, 'ControllerRevision', since, '1.16', 'apps/v1') },
  )

/** The owner as `statefulset.apps/web`. */
function ownerText(revision: ControllerRevision): string {
  const owner = controllerOf(revision)
  if (!owner) return '<none>'
  const slash = owner.apiVersion.lastIndexOf('/')
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`
}

/** An earlier state of a DaemonSet or StatefulSet, kept to go back to. */
export const controllerRevisions = resource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  namespaced: true,
  type: ControllerRevision,
  rules: ({ data }, old) => (old || data ? [] : [required(at('data'), 'data is mandatory')]),
  changes: {
    updateRules: ({ data }, old) => (equal(data, old.data) ? [] : [invalid(at('data'), data, 'field is immutable')]),
  },
  columns: [
    nameColumn,
    { name: 'Controller', type: 'string', description: 'Whose state it is.', cell: ownerText },
    { name: 'Revision', type: 'string', description: 'Number of the state.', cell: ({ revision }) => revision },
    ageColumn,
  ],
  versions: [older('v1beta2', '1.9'), older('v1beta1', '1.8')],
})
