import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { nameColumn } from '../meta/columns.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { type Column, resource } from '../resource.ts'

const componentCondition = fields({
  /** What is told: `Healthy` is all there is. */
  type: string(1, { always: true }),
  /** True, False or Unknown. */
  status: string(2, { always: true }),
  /** What the component answered: `ok`. */
  message: string(3),
  /** Why it could not be asked. */
  error: string(4),
})
export interface ComponentCondition extends Shape<typeof componentCondition> {}
export const ComponentCondition: Type<ComponentCondition> = object(
  'io.k8s.api.core.v1.ComponentCondition',
  componentCondition,
)

const componentStatus = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** How the component is. */
  conditions: list(2, ComponentCondition, {
    mergeKey: 'type',
    patchStrategy: 'merge',
    listType: 'map',
    listKeys: ['type'],
  }),
})
export interface ComponentStatus extends RootShape<typeof componentStatus> {}
export const ComponentStatus: Type<ComponentStatus> = root('io.k8s.api.core.v1.ComponentStatus', componentStatus)

/** What the condition of health says. */
const healthColumn = (
  name: string,
  description: string,
  told: (condition: ComponentCondition) => string,
): Column<ComponentStatus> => ({
  name,
  type: 'string',
  description,
  cell({ conditions = [] }) {
    const health = conditions.find(({ type }) => type === 'Healthy')
    return health ? told(health) : name === 'Status' ? 'Unknown' : ''
  },
})

const words: Readonly<Record<string, string>> = { True: 'Healthy', False: 'Unhealthy' }

/** How scheduler, controllers and store are: asked when somebody wants to know, never stored. */
export const componentStatuses = resource<ComponentStatus>({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  plural: 'componentstatuses',
  singular: 'componentstatus',
  short: ['cs'],
  namespaced: false,
  type: ComponentStatus,
  virtual: true,
  verbs: ['get', 'list'],
  deprecation: 'v1 ComponentStatus is deprecated in v1.19+',
  columns: [
    nameColumn,
    healthColumn('Status', 'Whether it is well.', ({ status }) => words[status] ?? 'Unknown'),
    healthColumn('Message', 'What it answered.', ({ message = '' }) => message),
    healthColumn('Error', 'Why it could not be asked.', ({ error = '' }) => error),
  ],
})
