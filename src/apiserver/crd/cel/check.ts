import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { boundValue, evaluate, longestMessage, objectBudget, type Value } from '../../../cel/index.ts'
import { withMetadata } from '../../../cel/schema/schema.ts'
import { none, Optional } from '../../../cel/values/value.ts'
import { equal } from '../../../schema/derive/equal.ts'
import { correlated, keyedElements } from '../../../schema/derive/fromCrd/correlate.ts'
import { at } from '../../../schema/rules/path.ts'
import { fieldSchemaOf, isPlainRecord, propertyOf, type Structural } from '../../../schema/structural.ts'
import type { FieldError, Path } from '../../../schema/types.ts'
import type { CheckRules } from '../rules.ts'
import { type CompiledRule, compileNode } from './compile.ts'

/** A value and what stood in its place before, where that can be told. */
interface Pair {
  readonly value: unknown
  readonly old: unknown
}

/** How unchanged data is told: the pair of the node, else that of the nearest node above that has one. */
interface Ratchet {
  readonly current: Pair | undefined
  readonly above: Pair | undefined
}

interface Run {
  readonly errors: FieldError[]
  /** Units that are left; below 0 nothing more is checked. */
  budget: number
}

/** Compiled once for each node, by identity. */
const compiledNodes = new WeakMap<Structural, readonly CompiledRule[]>()
const inside = new WeakMap<Structural, boolean>()

/** Whether there are rules at a node or below it. */
function hasRules(schema: Structural): boolean {
  const known = inside.get(schema)
  if (known !== undefined) return known
  const { items, properties = {}, additionalProperties } = schema
  const found =
    (schema['x-kubernetes-validations']?.length ?? 0) > 0 ||
    [items, additionalProperties, ...Object.values(properties)].some(each => typeof each === 'object' && hasRules(each))
  inside.set(schema, found)
  return found
}

/** What checks the CEL rules of a schema; undefined: it has none. */
export function celChecks(schema: Structural): CheckRules | undefined {
  if (!hasRules(schema)) return undefined
  return (object: KubeObject, old: KubeObject | undefined) => {
    const run: Run = { errors: [], budget: objectBudget }
    const current = old ? { value: object, old } : undefined
    walk(run, schema, at(), object, old, { current, above: undefined }, true)
    return run.errors
  }
}

function walk(
  run: Run,
  schema: Structural,
  path: Path,
  value: unknown,
  old: unknown,
  ratchet: Ratchet,
  isRoot = false,
): void {
  if (value === null || value === undefined || run.budget < 0 || !hasRules(schema)) return
  checkNode(run, schema, path, value, old, ratchet, isRoot)
  if (run.budget < 0) return
  if (Array.isArray(value)) {
    const { items } = schema
    if (!items) return
    const before = keyedElements(schema, old)
    value.forEach((element, index) => {
      const found = before?.(element)
      const next = below(
        ratchet,
        ratchet.current && pairOf(element, keyedElements(schema, ratchet.current.old)?.(element)),
      )
      walk(run, items, path.index(index), element, found?.value, next)
    })
  } else if (isPlainRecord(value)) {
    for (const [name, held] of Object.entries(value)) {
      const inner = fieldSchemaOf(schema, name)
      if (!inner) continue
      const here = propertyOf(schema, name) ? path.child(name) : path.key(name)
      const own = isRoot && (name === 'apiVersion' || name === 'kind')
      const pair = ratchet.current && pairOf(held, correlated(ratchet.current.old, name))
      const next = own ? { current: undefined, above: undefined } : below(ratchet, pair)
      walk(run, inner, here, held, correlated(old, name)?.value, next)
    }
  }
}

const pairOf = (value: unknown, old: { readonly value: unknown } | undefined): Pair | undefined =>
  old && { value, old: old.value }

const below = (ratchet: Ratchet, current: Pair | undefined): Ratchet =>
  ratchet.current ? { current, above: ratchet.current } : ratchet

function isUnchanged({ current, above }: Ratchet): boolean {
  const pair = current ?? above
  return pair !== undefined && equal(pair.value, pair.old)
}

const outOfBudget = 'validation failed due to running out of cost budget, no further validation rules will be run'

function checkNode(
  run: Run,
  schema: Structural,
  path: Path,
  value: unknown,
  old: unknown,
  ratchet: Ratchet,
  isRoot: boolean,
): void {
  let rules = compiledNodes.get(schema)
  if (!rules) {
    rules = compileNode(schema, isRoot)
    compiledNodes.set(schema, rules)
  }
  if (rules.length === 0) return
  const { type = '' } = schema
  const tell = (detail: string) => void run.errors.push(invalidAt(path, detail, type))
  const stop = (detail: string) => {
    tell(detail)
    run.budget = -1
  }
  if (run.budget <= 0) {
    stop(outOfBudget)
    return
  }
  const shown = isRoot ? withMetadata(schema) : schema
  const had = old !== undefined && old !== null
  const bind = (data: unknown) => () => boundValue(shown, data)
  const plain = { self: bind(value), ...(had ? { oldSelf: bind(old) } : {}) }
  const optionally = {
    self: plain.self,
    oldSelf: () => (had ? new Optional(boundValue(shown, old)) : none) as Value,
  }
  for (const compiled of rules) {
    const { rule, program, error } = compiled
    if (error !== undefined || !program) {
      tell(`rule compile error: ${error}`)
      continue
    }
    const words = rule.message?.trim() || rule.rule.trim()
    if (compiled.usesOldSelf && !had && !rule.optionalOldSelf) continue
    const bindings = rule.optionalOldSelf ? optionally : plain
    const outcome = evaluate(program.program, bindings)
    if (outcome.cost > run.budget) {
      stop(outOfBudget)
      return
    }
    run.budget -= outcome.cost
    if ('error' in outcome) {
      const { message } = outcome.error
      if (outcome.exceeded) {
        stop(`'${message}': no further validation rules will be run due to call cost exceeds limit for rule: ${words}`)
        return
      }
      if (message.startsWith('no such overload')) {
        tell(
          `'${message}': call arguments did not match a supported operator, function or macro signature for rule: ${words}`,
        )
      } else tell(`${message} evaluating rule: ${words}`)
      continue
    }
    if (outcome.value === true) continue
    const told = messageOf(run, compiled, bindings)
    const where = compiled.fieldPath ? path.child(compiled.fieldPath) : path
    const fails = told.stop ?? told.text ?? (rule.message ? rule.message.trim() : `failed rule: ${words}`)
    if (compiled.usesOldSelf || !isUnchanged(ratchet)) {
      run.errors.push(
        told.stop === undefined ? failureOf(where, value, type, fails, rule.reason) : invalidAt(where, fails, type),
      )
    }
    if (told.stop !== undefined) {
      run.budget = -1
      return
    }
  }
}

/** The message that an expression makes; `stop`: it cost too much, and nothing more is checked. Where it makes none, the rule's own is told. */
function messageOf(
  run: Run,
  { message, rule }: CompiledRule,
  bindings: Parameters<typeof evaluate>[1],
): { readonly text?: string; readonly stop?: string } {
  if (!message) return {}
  const outcome = evaluate(message.program, bindings)
  if (outcome.cost > run.budget) {
    return {
      stop: 'messageExpression evaluation failed due to running out of cost budget, no further validation rules will be run',
    }
  }
  run.budget -= outcome.cost
  if ('error' in outcome) {
    const why = `no further validation rules will be run due to call cost exceeds limit for messageExpression: ${JSON.stringify(rule.messageExpression)}`
    return outcome.exceeded ? { stop: why } : {}
  }
  const text = typeof outcome.value === 'string' ? outcome.value.trim() : ''
  return text === '' || /[\n\r]/.test(text) || Buffer.byteLength(text) > longestMessage ? {} : { text }
}

const pathText = (path: Path) => path.toString() || '<nil>'

const invalidAt = (path: Path, detail: string, value: unknown): FieldError => ({
  type: 'FieldValueInvalid',
  field: pathText(path),
  value,
  detail,
})

/** What a rule that is not kept is told as. Objects and lists are left out of the words. */
function failureOf(path: Path, value: unknown, type: string, detail: string, reason: string | undefined): FieldError {
  const field = pathText(path)
  const shown = type === 'object' || type === 'array' ? {} : { value }
  if (reason === 'FieldValueForbidden' || reason === 'FieldValueRequired') return { type: reason, field, detail }
  if (reason === 'FieldValueDuplicate') return { type: reason, field, ...shown, detail: '' }
  return { type: 'FieldValueInvalid', field, ...shown, detail }
}
