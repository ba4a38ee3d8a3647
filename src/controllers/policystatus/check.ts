import { admissionEnvironment, variableType } from '../../api/admissionregistration/expressions.ts'
import type { ExpressionWarning, NamedRuleWithOperations, ValidatingAdmissionPolicy } from '../../api/index.ts'
import { compile, dyn, type Type } from '../../cel/index.ts'

/** A kind, and what expressions know of its objects. */
export interface KnownKind {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly type: Type
}

/** Finds kinds by their plurals, or by their names. */
export interface Kinds {
  byPlural(group: string, version: string, plural: string): KnownKind | undefined
  byKind(apiVersion: string, kind: string): KnownKind | undefined
}

/** Most kinds that one rule of a policy is held against. */
const mostKinds = 10

/**
 * What is wrong with the expressions of a policy, held against the types of the kinds it is about. Rules with wildcards
 * are about nothing that is known. Upstream's TypeChecker.
 */
export function expressionWarnings({ spec }: ValidatingAdmissionPolicy, kinds: Kinds): ExpressionWarning[] {
  const { paramKind, variables = [], validations = [] } = spec
  const about = kindsOf(spec.matchConstraints?.resourceRules ?? [], kinds)
  const params = paramKind && kinds.byKind(paramKind.apiVersion ?? '', paramKind.kind ?? '')?.type
  const check = (text: string): string =>
    about
      .flatMap(kind => {
        const types = new Map<string, Type>()
        const env = () =>
          admissionEnvironment({
            params: paramKind !== undefined,
            authorizer: true,
            variables: types,
            types: { object: kind.type, ...(params ? { params } : {}) },
          })
        for (const { name, expression } of variables) {
          const made = compile(expression, env())
          types.set(name, 'errors' in made ? dyn : variableType(made.type))
        }
        const made = compile(text, env())
        if (!('errors' in made) || made.unplannable) return []
        return [`${kind.group}/${kind.version}, Kind=${kind.kind}: ${made.message}\n`]
      })
      .join('\n')
  const warnings: ExpressionWarning[] = []
  validations.forEach(({ expression, messageExpression = '' }, i) => {
    for (const [field, text] of [
      ['expression', expression],
      ['messageExpression', messageExpression],
    ] as const) {
      const warning = text === '' ? '' : check(text)
      if (warning !== '') warnings.push({ fieldRef: `spec.validations[${i}].${field}`, warning })
    }
  })
  return warnings
}

/** The kinds that rules name without wildcards, in the order of their names. */
function kindsOf(rules: readonly NamedRuleWithOperations[], kinds: Kinds): KnownKind[] {
  const found = new Map<string, KnownKind>()
  for (const { apiGroups = [], apiVersions = [], resources = [] } of rules) {
    if ([...apiGroups, ...apiVersions].some(name => name.includes('*'))) continue
    const plain = resources.filter(name => !/[*/]/.test(name))
    let count = 0
    for (const group of [...apiGroups].sort())
      for (const version of [...apiVersions].sort())
        for (const plural of plain.toSorted()) {
          const kind = count < mostKinds ? kinds.byPlural(group, version, plural) : undefined
          if (!kind) continue
          found.set(`${group}/${version}/${kind.kind}`, kind)
          count++
        }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind)
}
