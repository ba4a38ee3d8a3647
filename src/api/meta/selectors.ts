import { invalid } from '../../schema/rules/errors.ts'
import { labelValue, qualifiedName } from '../../schema/rules/names.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import type { LabelSelector } from './labelSelector.ts'
import { badRequest } from './statusError.ts'

export {
  type FieldRequirement,
  type FieldSelector,
  fieldSelectorFromSet,
  fieldSelectorMatches,
  fieldSelectorToString,
  parseFieldSelector,
} from './fieldSelector.ts'
export { LabelSelector, LabelSelectorRequirement, labelSelectorRules } from './labelSelector.ts'
export { formatLabels } from './labels.ts'
export { parseLabelSelector } from './parseLabelSelector.ts'

/** How a requirement compares. `=` and `==` mean the same and are told apart only when printed. */
export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt'

/** One condition on a label. */
export interface Requirement {
  readonly key: string
  readonly operator: Operator
  readonly values: readonly string[]
}

/** All of the requirements, sorted by key; an empty list selects everything. */
export type Selector = readonly Requirement[]

export const everything: Selector = []

type Labels = Readonly<Record<string, string>> | undefined

const whole = /^[+-]?[0-9]+$/

/** Whether labels meet all requirements. */
export function selectorMatches(selector: Selector, labels: Labels): boolean {
  for (const requirement of selector) if (!requirementMatches(requirement, labels)) return false
  return true
}

function requirementMatches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = labels && Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value)
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value)
    case 'exists':
      return value !== undefined
    case '!':
      return value === undefined
    case 'gt':
    case 'lt': {
      const bound = values[0]
      if (value === undefined || bound === undefined || !whole.test(value) || !whole.test(bound)) return false
      return operator === 'gt' ? BigInt(value) > BigInt(bound) : BigInt(value) < BigInt(bound)
    }
  }
}

/** What is wrong with a requirement, in upstream's words (labels.NewRequirement). */
export function requirementRules({ key, operator, values }: Requirement, path: Path): FieldError[] {
  const errors: FieldError[] = []
  const wrongKey = qualifiedName(key)
  if (wrongKey.length) errors.push(invalid(path.child('key'), key, wrongKey.join('; ')))
  const at = path.child('values')
  if ((operator === 'in' || operator === 'notin') && values.length === 0)
    errors.push(invalid(at, values, "for 'in', 'notin' operators, values set can't be empty"))
  else if ((operator === '=' || operator === '==' || operator === '!=') && values.length !== 1)
    errors.push(invalid(at, values, 'exact-match compatibility requires one single value'))
  else if ((operator === 'exists' || operator === '!') && values.length !== 0)
    errors.push(invalid(at, values, 'values set must be empty for exists and does not exist'))
  else if (operator === 'gt' || operator === 'lt') {
    if (values.length !== 1) errors.push(invalid(at, values, "for 'Gt', 'Lt' operators, exactly one value is required"))
    for (const [i, value] of values.entries())
      if (!whole.test(value))
        errors.push(invalid(at.index(i), value, "for 'Gt', 'Lt' operators, the value must be an integer"))
  }
  for (const [i, value] of values.entries()) {
    const wrong = labelValue(value)
    if (wrong.length) errors.push(invalid(at.index(i).key(key), value, wrong.join('; ')))
  }
  return errors
}

const byKey = (a: Requirement, b: Requirement) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

/** Requirements in the order in which they are printed. */
export const selectorOf = (requirements: readonly Requirement[]): Selector => [...requirements].sort(byKey)

/** Selects what has all of these labels; nothing given selects everything. */
export const selectorFromSet = (set: Labels): Selector =>
  selectorOf(Object.entries(set ?? {}).map(([key, value]) => ({ key, operator: '=', values: [value] })))

const operators: Readonly<Record<string, Operator>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' }

/** The requirements of a LabelSelector. An empty one selects everything; absent is the caller's to decide. Throws BadRequest. */
export function selectorOfLabelSelector(selector: LabelSelector): Selector {
  const all: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: '=',
    values: [value],
  }))
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = operators[operator]
    if (!known) throw badRequest(`${JSON.stringify(operator)} is not a valid label selector operator`)
    all.push({ key, operator: known, values: values ?? [] })
  }
  return selectorOf(all)
}

/** Whether a LabelSelector selects labels. An absent selector selects nothing, an empty one everything; one that is not valid selects nothing. */
export function labelSelectorMatches(selector: LabelSelector | null | undefined, labels: Labels): boolean {
  if (!selector) return false
  for (const [key, value] of Object.entries(selector.matchLabels ?? {}))
    if (!labels || !Object.hasOwn(labels, key) || labels[key] !== value) return false
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const known = operators[operator]
    if (!known || !requirementMatches({ key, operator: known, values: values ?? [] }, labels)) return false
  }
  return true
}

/** Whether labels hold all of a set, as Service and ReplicationController select. An empty set selects everything. */
export const setMatches = (set: Labels, labels: Labels): boolean =>
  Object.entries(set ?? {}).every(
    ([key, value]) => labels !== undefined && Object.hasOwn(labels, key) && labels[key] === value,
  )

const signs: Readonly<Record<Operator, string>> = {
  '=': '=',
  '==': '==',
  '!=': '!=',
  in: ' in ',
  notin: ' notin ',
  gt: '>',
  lt: '<',
  exists: '',
  '!': '',
}

/** The text that `parseLabelSelector` reads back. */
export const selectorToString = (selector: Selector): string =>
  selector
    .map(({ key, operator, values }) => {
      if (operator === '!') return `!${key}`
      if (operator === 'exists') return key
      const set = [...values].sort().join(',')
      return `${key}${signs[operator]}${operator === 'in' || operator === 'notin' ? `(${set})` : set}`
    })
    .join(',')

/** How tables show a LabelSelector: `<none>` when it selects everything, `<error>` when it is not valid.. */
export function formatLabelSelector(selector: LabelSelector | undefined): string {
  if (!selector) return '<none>'
  if (selector.matchExpressions?.some(({ operator }) => !operators[operator])) return '<error>'
  return selectorToString(selectorOfLabelSelector(selector)) || '<none>'
}
