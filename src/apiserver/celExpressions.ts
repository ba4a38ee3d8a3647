import { compile } from '../cel/compile.ts'
import { createEnvironment } from '../cel/environment.ts'
import { evaluate } from '../cel/evaluate.ts'
import { dynamic } from '../cel/schema/dynamic.ts'
import { dyn } from '../cel/types.ts'
import { toJson } from '../cel/values/json.ts'
import type { Expressions } from './expressions.ts'

/** CEL for configuration files: variables are data of any shape. */
export const celExpressions: Expressions = {
  compile(text, variables, returns) {
    const env = createEnvironment({ variables: Object.fromEntries(variables.map(name => [name, dyn])) })
    const compiled = compile(text, env)
    if ('errors' in compiled) throw new Error(`compilation failed: ${compiled.message}`)
    const { kind } = compiled.type
    if (returns && kind !== returns && kind !== 'dyn') throw new Error(`must evaluate to ${returns}`)
    return {
      evaluate(values) {
        const bindings = Object.fromEntries(variables.map(name => [name, () => dynamic(values[name])]))
        const outcome = evaluate(compiled.program, bindings)
        if ('error' in outcome) throw new Error(outcome.error.message)
        return toJson(outcome.value)
      },
    }
  },
}
