import { fields, list, object, string, stringMap, strings } from '../../schema/fields.ts'
import { forbidden, invalid, required } from '../../schema/rules/errors.ts'
import { labelValue, qualifiedName } from '../../schema/rules/names.ts'
import type { FieldError, Path, Rule, Shape, Type } from '../../schema/types.ts'

const labelSelectorRequirement = fields({
  /** Label the requirement is about. */
  key: string(1, { always: true }),
  /** How the label's value relates to `values`. */
  operator: string(2, { always: true }),
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  values: strings(3, { listType: 'atomic' }),
})
export interface LabelSelectorRequirement extends Shape<typeof labelSelectorRequirement> {}
export const LabelSelectorRequirement: Type<LabelSelectorRequirement> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  labelSelectorRequirement,
)

const labelSelector = fields({
  /** Labels that must have exactly these values. */
  matchLabels: stringMap(1),
  /** Further requirements; all of them must hold. */
  matchExpressions: list(2, LabelSelectorRequirement, { listType: 'atomic' }),
})
export interface LabelSelector extends Shape<typeof labelSelector> {}
export const LabelSelector: Type<LabelSelector> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  labelSelector,
  { atomic: true },
)

const fieldSelectorRequirement = fields({
  /** Field the requirement is about. */
  key: string(1, { always: true }),
  /** How the field's value relates to `values`. */
  operator: string(2, { always: true }),
  /** Values to compare with: at least one for In and NotIn, none for Exists and DoesNotExist. */
  values: strings(3, { listType: 'atomic' }),
})
export interface FieldSelectorRequirement extends Shape<typeof fieldSelectorRequirement> {}
export const FieldSelectorRequirement: Type<FieldSelectorRequirement> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldSelectorRequirement',
  fieldSelectorRequirement,
)

/** Rules of a set of labels: keys are qualified names, values label values. */
export const labelRules: Rule<Record<string, string>> = (labels, path) =>
  Object.entries(labels).flatMap(([key, value]) => [
    ...qualifiedName(key).map(detail => invalid(path, key, detail)),
    ...labelValue(value).map(detail => invalid(path, value, detail)),
  ])

/** Rules of a LabelSelector. */
export const labelSelectorRules: Rule<LabelSelector> = (selector, path) => [
  ...labelRules(selector.matchLabels ?? {}, path.child('matchLabels')),
  ...(selector.matchExpressions ?? []).flatMap((one, i) =>
    requirementRules(one, path.child('matchExpressions').index(i)),
  ),
]

function requirementRules({ key, operator, values = [] }: LabelSelectorRequirement, path: Path): FieldError[] {
  const errors: FieldError[] = []
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0)
      errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"))
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      errors.push(forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"))
  } else errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'))
  errors.push(...qualifiedName(key).map(detail => invalid(path.child('key'), key, detail)))
  for (const [i, value] of values.entries())
    errors.push(...labelValue(value).map(detail => invalid(path.child('values').index(i), value, detail)))
  return errors
}
