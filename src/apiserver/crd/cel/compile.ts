import { followPath } from '../../../api/apiextensions/fieldPath.ts'
import {
  bool,
  type Compiled,
  compile,
  createEnvironment,
  type Decl,
  declare,
  declaredSizes,
  type Environment,
  estimateCost,
  optional,
  sameType,
  string,
  variablesOf,
} from '../../../cel/index.ts'
import { at } from '../../../schema/rules/path.ts'
import type { Structural, StructuralRule } from '../../../schema/structural.ts'
import type { Path } from '../../../schema/types.ts'

/** A rule as it is carried out, or why it can't be. */
export interface CompiledRule {
  readonly rule: StructuralRule
  readonly program?: Compiled
  readonly message?: Compiled
  /** In upstream's words. */
  readonly error?: string
  readonly messageError?: string
  readonly usesOldSelf: boolean
  /** What one evaluation may cost at most. */
  readonly cost: number
  readonly messageCost: number
  /** Where the failure is told, below the value: printed. */
  readonly fieldPath: string
}

const described = (schema: Structural, isRoot: boolean): Decl | undefined => declare(schema, isRoot)

/** Compiles the rules that stand at one node of a schema; those with nothing in them are left out. */
export function compileNode(schema: Structural, isRoot: boolean): readonly CompiledRule[] {
  const rules = schema['x-kubernetes-validations'] ?? []
  if (rules.length === 0) return []
  const decl = described(schema, isRoot)
  if (!decl) {
    const error = 'failed to convert to declType for CEL validation rules'
    return rules.map(rule => ({ rule, error, usesOldSelf: false, cost: 0, messageCost: 0, fieldPath: '' }))
  }
  const plain = createEnvironment({ variables: { self: decl.type, oldSelf: decl.type } })
  const optionally = createEnvironment({ variables: { self: decl.type, oldSelf: optional(decl.type) } })
  return rules
    .filter(({ rule }) => rule.trim() !== '')
    .map(rule => compileRule(schema, rule, rule.optionalOldSelf ? optionally : plain, decl))
}

function compileRule(schema: Structural, rule: StructuralRule, env: Environment, decl: Decl): CompiledRule {
  const none = { rule, usesOldSelf: false, cost: 0, messageCost: 0, fieldPath: '' }
  const compiled = compile(rule.rule, env)
  if ('errors' in compiled) {
    const lead = compiled.unplannable ? 'program instantiation failed' : 'compilation failed'
    return { ...none, error: `${lead}: ${compiled.message}` }
  }
  if (!sameType(compiled.type, bool)) return { ...none, error: 'cel expression must evaluate to a bool' }
  const sizes = declaredSizes({ self: decl, oldSelf: decl })
  const made = {
    rule,
    program: compiled,
    usesOldSelf: variablesOf(compiled).has('oldSelf'),
    cost: estimateCost(compiled, sizes).max,
    messageCost: 0,
    fieldPath: rule.fieldPath ? printedPath(schema, rule.fieldPath) : '',
  }
  if (!rule.messageExpression) return made
  const message = compile(rule.messageExpression, env)
  if ('errors' in message) {
    const lead = message.unplannable ? 'messageExpression instantiation failed' : 'messageExpression compilation failed'
    return { ...made, messageError: `${lead}: ${message.message}` }
  }
  if (!sameType(message.type, string)) return { ...made, messageError: 'messageExpression must evaluate to a string' }
  return { ...made, message, messageCost: estimateCost(message, sizes).max }
}

/** The path of a rule's failure: `.a['b']` is `a[b]` where b is a key of a map, `a.b` where it is a field. */
function printedPath(schema: Structural, text: string): string {
  const found = followPath(schema, text)
  if ('error' in found) return ''
  let here: Structural = schema
  let path: Path = at()
  for (const name of found.names) {
    const property = here.properties?.[name]
    path = property ? path.child(name) : path.key(name)
    const next = property ?? here.additionalProperties
    here = typeof next === 'object' ? next : {}
  }
  return path.toString()
}
