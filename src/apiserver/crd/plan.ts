import { approvalOf, isProtectedGroup } from '../../api/apiextensions/approval.ts'
import { findCondition, isTrue, type NewCondition, withCondition } from '../../api/apiextensions/conditions.ts'
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionStatus,
} from '../../api/apiextensions/customResourceDefinition.ts'
import { structuralProblems } from '../../api/apiextensions/structural.ts'
import { caBundleProblem } from '../../api/meta/webhookRules.ts'
import { equal } from '../../schema/derive/equal.ts'
import { describeError } from '../../schema/rules/errors.ts'

/** Names that a definition was given: no other of its group can have them. */
export interface TakenNames {
  readonly definition: string
  readonly group: string
  readonly names: CustomResourceDefinitionNames
}

/** The status a definition should have, seen the other definitions of its group; its own one when nothing is to change. */
export function planStatus(
  definition: CustomResourceDefinition,
  others: Iterable<TakenNames>,
  timestamp: string,
): CustomResourceDefinitionStatus {
  const { status } = definition
  const { names, condition } = acceptNames(definition, others)
  const found: NewCondition[] = [condition, established(definition, condition)]
  const approval = approvalCondition(definition)
  if (approval) found.push(approval)
  const structure = structureCondition(definition)
  if (structure) found.push(structure)
  const kept = structure ? status.conditions : status.conditions.filter(each => each.type !== 'NonStructuralSchema')
  const conditions = found.reduce((all, each) => withCondition(all, each, timestamp), [...kept])
  const next = { ...status, acceptedNames: names, conditions }
  return equal(next, status) ? status : next
}

const inUse = (name: string) => `${JSON.stringify(name)} is already in use`

/** Names that no other definition of the group has; those that one has stay as they were accepted before. */
function acceptNames(
  definition: CustomResourceDefinition,
  others: Iterable<TakenNames>,
): { names: CustomResourceDefinitionNames; condition: NewCondition } {
  const wanted = definition.spec.names
  const accepted = definition.status.acceptedNames
  const resources = new Set<string>()
  const kinds = new Set<string>()
  for (const other of others) {
    if (other.group !== definition.spec.group || other.definition === definition.metadata.name) continue
    const { plural, singular = '', shortNames = [], kind, listKind = '' } = other.names
    for (const name of [plural, singular, ...shortNames]) resources.add(name)
    for (const name of [kind, listKind]) kinds.add(name)
  }
  let conflict: { readonly reason: string; readonly message: string } | undefined
  const names = { ...accepted }
  const isFree = (name: string, own: string, taken: ReadonlySet<string>) =>
    name === own || name === '' || !taken.has(name)
  const settle = <K extends 'plural' | 'singular' | 'kind' | 'listKind'>(
    field: K,
    taken: ReadonlySet<string>,
    reason: string,
  ) => {
    const name = wanted[field] ?? ''
    if (isFree(name, accepted[field] ?? '', taken)) names[field] = name
    else conflict = { reason, message: inUse(name) }
  }
  settle('plural', resources, 'PluralConflict')
  settle('singular', resources, 'SingularConflict')
  const short = wanted.shortNames ?? []
  const taken = short.filter(name => !accepted.shortNames?.includes(name) && resources.has(name))
  if (taken.length === 0) {
    delete names.shortNames
    if (short.length > 0) names.shortNames = short
  } else {
    const told = taken.map(inUse)
    conflict = { reason: 'ShortNamesConflict', message: told.length === 1 ? (told[0] ?? '') : `[${told.join(', ')}]` }
  }
  settle('kind', kinds, 'KindConflict')
  settle('listKind', kinds, 'ListKindConflict')
  delete names.categories
  if (wanted.categories) names.categories = wanted.categories
  const told = conflict ?? { reason: 'NoConflicts', message: 'no conflicts found' }
  return { names, condition: { type: 'NamesAccepted', status: conflict ? 'False' : 'True', ...told } }
}

/** Once established, a definition stays so; before, it needs all its names. */
function established(definition: CustomResourceDefinition, { status }: NewCondition): NewCondition {
  const old = findCondition(definition, 'Established')
  if (old && isTrue(definition, 'Established')) return { ...old, type: 'Established' }
  const { caBundle = '' } = definition.spec.conversion?.webhook?.clientConfig ?? {}
  if (status === 'True' && caBundleProblem(caBundle) !== undefined) {
    const message = 'The conversion webhook CABundle is invalid'
    return { type: 'Established', status: 'False', reason: 'InvalidCABundle', message }
  }
  return status === 'True'
    ? {
        type: 'Established',
        status: 'True',
        reason: 'InitialNamesAccepted',
        message: 'the initial names have been accepted',
      }
    : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' }
}

function approvalCondition({ spec, metadata }: CustomResourceDefinition): NewCondition | undefined {
  if (!isProtectedGroup(spec.group)) return undefined
  const { state, reason } = approvalOf(metadata.annotations ?? {})
  const type = 'KubernetesAPIApprovalPolicyConformant'
  switch (state) {
    case 'invalid':
      return { type, status: 'False', reason: 'InvalidAnnotation', message: reason }
    case 'missing':
      return { type, status: 'False', reason: 'MissingAnnotation', message: reason }
    case 'approved':
      return { type, status: 'True', reason: 'ApprovedAnnotation', message: reason }
    case 'bypassed':
      return { type, status: 'False', reason: 'UnapprovedAnnotation', message: reason }
  }
}

/** Definitions of old may have schemas that are not structural: nothing is pruned or completed by them. */
function structureCondition({ spec }: CustomResourceDefinition): NewCondition | undefined {
  const problems = structuralProblems(spec)
  if (problems.length === 0) return undefined
  const told = problems.map(describeError)
  const message = told.length === 1 ? (told[0] ?? '') : `[${told.join(', ')}]`
  return { type: 'NonStructuralSchema', status: 'True', reason: 'Violations', message }
}
