import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { conditionRules, flowSchemaRules } from './flowSchemaRules.ts'
import { FlowSchema } from './flowSchemaType.ts'
import { flowSchemaVersions } from './versions.ts'

export { FlowSchema, FlowSchemaList } from './flowSchemaType.ts'

const column = (
  name: string,
  description: string,
  cell: (schema: FlowSchema) => string | number,
): Column<FlowSchema> => ({
  name,
  type: 'string',
  description,
  cell,
})

/** Which requests are of which priority. */
export const flowSchemas = resource<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  namespaced: false,
  type: FlowSchema,
  defaults({ spec }) {
    spec.matchingPrecedence ||= 1000
  },
  rules: flowSchemaRules,
  versions: flowSchemaVersions,
  changes: statusApart<FlowSchema>(() => ({})),
  columns: [
    nameColumn,
    column('PriorityLevel', 'Level of the requests.', ({ spec }) => spec.priorityLevelConfiguration.name),
    column('MatchingPrecedence', 'Lower numbers are tried first.', ({ spec }) => spec.matchingPrecedence),
    column(
      'DistinguisherMethod',
      'How flows are told apart.',
      ({ spec }) => spec.distinguisherMethod?.type ?? '<none>',
    ),
    ageColumn,
    column(
      'MissingPL',
      'Whether the level is missing.',
      ({ status }) => status.conditions?.find(({ type }) => type === 'Dangling')?.status ?? '?',
    ),
  ],
  subresources: {
    status: statusView<FlowSchema>({ keepMetadata: true, rules: ({ status }) => conditionRules(status.conditions) }),
  },
})
