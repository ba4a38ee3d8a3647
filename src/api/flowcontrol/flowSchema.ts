import { forbidden, invalid, notSupported, required } from '../../schema/rules/errors.ts'
import { dnsSubdomain } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { ageColumn, nameColumn } from '../meta/columns.ts'
import { type Column, resource } from '../resource.ts'
import { statusApart, statusView } from '../views.ts'
import { FlowSchema, type PolicyRulesWithSubjects, type Subject } from './flowSchemaType.ts'

export { FlowSchema, FlowSchemaList } from './flowSchemaType.ts'

const path = at('spec')
const mostPrecedence = 10_000

function subjectRules({ kind, user, group, serviceAccount }: Subject, place: Path): readonly FieldError[] {
  const told: Readonly<Record<string, unknown>> = { User: user, Group: group, ServiceAccount: serviceAccount }
  const fieldOf: Readonly<Record<string, string>> = { User: 'user', Group: 'group', ServiceAccount: 'serviceAccount' }
  if (!(kind in fieldOf)) return [notSupported(place.child('kind'), kind, Object.keys(fieldOf).sort())]
  const errors: FieldError[] = []
  for (const [each, field] of Object.entries(fieldOf)) {
    if (each === kind && told[each] === undefined)
      errors.push(required(place.child(field), `${field} is required when subject kind is '${kind}'`))
    if (each !== kind && told[each] !== undefined)
      errors.push(forbidden(place.child(field), `${field} is forbidden when subject kind is not '${each}'`))
  }
  if (kind === 'User' && user?.name === '') errors.push(required(place.child('user', 'name')))
  if (kind === 'Group' && group?.name === '') errors.push(required(place.child('group', 'name')))
  if (kind === 'ServiceAccount' && serviceAccount?.name === '')
    errors.push(required(place.child('serviceAccount', 'name')))
  if (kind === 'ServiceAccount' && serviceAccount?.namespace === '')
    errors.push(required(place.child('serviceAccount', 'namespace'), 'must specify namespace for service account'))
  return errors
}

function rulesRules(
  { subjects = [], resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects,
  place: Path,
): readonly FieldError[] {
  const errors: FieldError[] = subjects.flatMap((subject, index) =>
    subjectRules(subject, place.child('subjects').index(index)),
  )
  if (subjects.length === 0) errors.push(required(place.child('subjects'), 'subjects must contain at least one value'))
  if (resourceRules.length === 0 && nonResourceRules.length === 0)
    errors.push(required(place, 'at least one of resourceRules and nonResourceRules has to be non-empty'))
  for (const [index, rule] of resourceRules.entries()) {
    const where = place.child('resourceRules').index(index)
    for (const field of ['verbs', 'apiGroups', 'resources'] as const)
      if ((rule[field] ?? []).length === 0) errors.push(required(where.child(field)))
    if ((rule.namespaces ?? []).length === 0 && !rule.clusterScope)
      errors.push(
        required(
          where.child('namespaces'),
          'resource rules that are not cluster scoped must supply at least one namespace',
        ),
      )
  }
  for (const [index, rule] of nonResourceRules.entries()) {
    const where = place.child('nonResourceRules').index(index)
    for (const field of ['verbs', 'nonResourceURLs'] as const)
      if ((rule[field] ?? []).length === 0) errors.push(required(where.child(field)))
  }
  return errors
}

/** Of upstream's `ValidateFlowSchemaSpec`. */
function rules({ metadata, spec }: FlowSchema): readonly FieldError[] {
  const { matchingPrecedence, distinguisherMethod, priorityLevelConfiguration } = spec
  const place = path.child('matchingPrecedence')
  const errors: FieldError[] = []
  if (matchingPrecedence <= 0) errors.push(invalid(place, matchingPrecedence, 'must be a positive value'))
  if (matchingPrecedence > mostPrecedence)
    errors.push(invalid(place, matchingPrecedence, `must not be greater than ${mostPrecedence}`))
  if (matchingPrecedence === 1 && metadata.name !== 'exempt')
    errors.push(invalid(place, matchingPrecedence, "only the schema named 'exempt' may have matchingPrecedence 1"))
  if (distinguisherMethod && !['ByNamespace', 'ByUser'].includes(distinguisherMethod.type))
    errors.push(
      notSupported(path.child('distinguisherMethod', 'type'), distinguisherMethod.type, ['ByNamespace', 'ByUser']),
    )
  const level = path.child('priorityLevelConfiguration', 'name')
  const { name } = priorityLevelConfiguration
  errors.push(
    ...(name
      ? dnsSubdomain(name).map(why => invalid(level, name, why))
      : [required(level, 'must reference a priority level')]),
  )
  return [...errors, ...(spec.rules ?? []).flatMap((each, index) => rulesRules(each, path.child('rules').index(index)))]
}

const column = (name: string, description: string, cell: (schema: FlowSchema) => string): Column<FlowSchema> => ({
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
  rules,
  changes: statusApart<FlowSchema>(() => ({})),
  columns: [
    nameColumn,
    column('PriorityLevel', 'Level of the requests.', ({ spec }) => spec.priorityLevelConfiguration.name),
    column('MatchingPrecedence', 'Lower numbers are tried first.', ({ spec }) => String(spec.matchingPrecedence)),
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
  subresources: { status: statusView<FlowSchema>({ resets: [['spec'], ['metadata']] }) },
})
