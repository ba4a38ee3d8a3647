import type { CustomResourceDefinition } from '../../../api/apiextensions/customResourceDefinition.ts'
import { internalSpec } from '../../../api/apiextensions/internalSpec.ts'
import type { Resource } from '../../../api/resource.ts'
import { declare, largestRequest } from '../../../cel/index.ts'
import { equal } from '../../../schema/derive/equal.ts'
import { forbidden, invalid } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import type { Structural, StructuralRule } from '../../../schema/structural.ts'
import type { FieldError, Path } from '../../../schema/types.ts'
import { type CompiledRule, compileNode } from './compile.ts'

/** What one expression, and all of a schema together, may cost by estimate. */
const expressionLimit = 10_000_000
const schemaLimit = 100_000_000

/** The resource with rules about the expressions in its schemas, which are checked once everything else is right. */
export function withExpressionRules(
  definitions: Resource<CustomResourceDefinition>,
): Resource<CustomResourceDefinition> {
  return {
    ...definitions,
    rules(definition, old) {
      const errors = definitions.rules?.(definition, old) ?? []
      return errors.length > 0 ? errors : expressionRules(definition, old)
    },
  }
}

/** Rules of expressions, of upstream's `apiextensions/validation`. */
export function expressionRules(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): FieldError[] {
  const { spec } = definition
  const internal = internalSpec(spec)
  const path = at('spec')
  const isUnchanged = (name: string) => {
    const [now, before] = [spec, old?.spec].map(each => each?.versions.find(version => version.name === name)?.schema)
    return before !== undefined && equal(now, before)
  }
  const here = (schema: unknown, owner: Path, name: string) =>
    schema ? schemaExpressions(schema as Structural, owner.child('openAPIV3Schema'), isUnchanged(name)) : []
  return [
    ...here(internal.schema, path.child('validation'), spec.versions[0]?.name ?? ''),
    ...internal.versions.flatMap(({ schema, declared }, index) =>
      here(schema, path.child('versions').index(index).child('schema'), declared.name),
    ),
  ]
}

/** Where a node stands: how many values of it an object may have, and above which node old values can't be told. */
interface Place {
  readonly most: number | undefined
  readonly uncorrelated: Path | undefined
}

interface Total {
  cost: number
  readonly parts: { readonly path: Path; readonly cost: number }[]
}

function schemaExpressions(schema: Structural, path: Path, unchanged: boolean): FieldError[] {
  const total: Total = { cost: 0, parts: [] }
  const errors = walk(schema, path, { most: 1, uncorrelated: undefined }, true, unchanged, total)
  if (total.cost <= schemaLimit) return errors
  const expensive = total.parts.toSorted((a, b) => b.cost - a.cost).slice(0, 4)
  const part = 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
  const whole = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
  return [
    ...errors,
    ...expensive.map(each => forbidden(each.path, part)),
    forbidden(path, tooExpensive(whole, total.cost, schemaLimit)),
  ]
}

function walk(
  schema: Structural,
  path: Path,
  place: Place,
  isRoot: boolean,
  unchanged: boolean,
  total: Total,
): FieldError[] {
  const errors: FieldError[] = []
  const most = place.most === undefined ? undefined : mostInside(schema, place.most)
  const { items, properties = {}, additionalProperties } = schema
  const inner = (each: Structural, here: Path, uncorrelated = place.uncorrelated) =>
    errors.push(...walk(each, here, { most, uncorrelated }, false, unchanged, total))
  if (typeof additionalProperties === 'object') inner(additionalProperties, path.child('additionalProperties'))
  for (const [name, property] of Object.entries(properties)) inner(property, path.child('properties').key(name))
  if (items) {
    // Elements of other lists can't be told from each other over a change.
    const correlated = schema['x-kubernetes-list-type'] === 'map'
    inner(items, path.child('items'), correlated ? place.uncorrelated : (place.uncorrelated ?? path))
  }
  const rules = schema['x-kubernetes-validations'] ?? []
  if (rules.length === 0 || errors.length > 0) return errors
  const asResource = isRoot || schema['x-kubernetes-embedded-resource'] === true
  const times = place.most ?? Math.floor(largestRequest / ((declare(schema, asResource)?.least ?? 0) + 1))
  compileNode(schema, asResource).forEach((compiled, index) => {
    const here = path.child('x-kubernetes-validations').index(index)
    errors.push(...ruleErrors(compiled, here, place, times, unchanged, total))
  })
  return errors
}

/** How many values of its inner nodes there may be for so many of a node; undefined: nobody knows. */
function mostInside(
  { type, additionalProperties, maxProperties, maxItems }: Structural,
  many: number,
): number | undefined {
  if (type === 'array') return maxItems === undefined ? undefined : many * Math.max(0, maxItems)
  if (type !== 'object' || additionalProperties === undefined) return many
  return maxProperties === undefined ? undefined : many * Math.max(0, maxProperties)
}

function ruleErrors(
  compiled: CompiledRule,
  path: Path,
  place: Place,
  times: number,
  unchanged: boolean,
  total: Total,
): FieldError[] {
  const { rule, error, messageError, message, usesOldSelf } = compiled
  const errors: FieldError[] = []
  const observe = (what: string, name: string, cost: number) => {
    const here = path.child(name)
    if (!unchanged && cost > expressionLimit) errors.push(forbidden(here, tooExpensive(what, cost, expressionLimit)))
    total.cost += cost
    if (cost >= schemaLimit / 100) total.parts.push({ path: here, cost })
  }
  observe('estimated rule cost', 'rule', compiled.cost * times)
  if (error !== undefined) errors.push(invalid(path.child('rule'), printed(rule), error))
  if (messageError !== undefined) errors.push(invalid(path.child('messageExpression'), printed(rule), messageError))
  else if (message) observe('estimated messageExpression cost', 'messageExpression', compiled.messageCost)
  if (error !== undefined) return errors
  if (usesOldSelf && place.uncorrelated) {
    const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelated.toString()}`
    errors.push(invalid(path.child('rule'), rule.rule, why))
  } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
    const why = 'may not be set if oldSelf is not used in rule'
    errors.push(invalid(path.child('optionalOldSelf'), rule.optionalOldSelf, why))
  }
  return errors
}

/** A rule as upstream's errors print it. */
const printed = (rule: StructuralRule) => ({
  Rule: rule.rule,
  Message: rule.message ?? '',
  MessageExpression: rule.messageExpression ?? '',
  Reason: rule.reason ?? null,
  FieldPath: rule.fieldPath ?? '',
  OptionalOldSelf: rule.optionalOldSelf ?? null,
})

function tooExpensive(what: string, cost: number, limit: number): string {
  const times = cost / limit
  const factor = times > 100 ? 'more than 100x' : times < 1.5 ? `${times.toFixed(6)}x` : `${times.toFixed(1)}x`
  const advice =
    'try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared'
  return `${what} exceeds budget by factor of ${factor} (${advice})`
}
