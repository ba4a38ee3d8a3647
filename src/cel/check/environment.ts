import { type Macro, type Macros, macroTable } from '../syntax/macros.ts'
import { param, type Type, typeOfType } from '../types.ts'
import type { Value } from '../values/value.ts'

/** One form of a function. `call` gets values of the declared types, the target of a method first. */
export interface Overload {
  readonly id: string
  readonly method: boolean
  readonly args: readonly Type[]
  readonly result: Type
  call(...args: Value[]): Value
  /** Does what can be done beforehand where the second argument is a literal: compiling a pattern. */
  prepare?(second: Value): (...args: Value[]) => Value
}

/** Functions, macros and types that belong together. */
export interface Library {
  readonly functions: Readonly<Record<string, readonly Overload[]>>
  readonly macros?: readonly Macro[]
  /** Types that expressions may name or make. */
  readonly types?: Readonly<Record<string, Type>>
}

/** How a struct is made in an expression: its type, and its value from the fields that were given. */
export interface StructDeclaration {
  readonly type: Type
  make(fields: ReadonlyMap<string, Value>): Value
}

export interface EnvironmentOptions {
  /** The variables by name, or for more of them a function. */
  readonly variables: Readonly<Record<string, Type>>
  /** Structs that expressions may make: `Object{...}`. */
  readonly structs?: (name: string) => StructDeclaration | undefined
}

/** What expressions may speak of. Made once, used for many. */
export interface Environment {
  readonly macros: Macros
  variable(name: string): Type | undefined
  functions(name: string): readonly Overload[] | undefined
  struct(name: string): StructDeclaration | undefined
}

/** An environment out of libraries; later ones add overloads to functions of earlier ones. */
export function assemble(libraries: readonly Library[], options: EnvironmentOptions): Environment {
  const functions = new Map<string, Overload[]>()
  const types = new Map<string, Type>()
  for (const library of libraries) {
    for (const [name, overloads] of Object.entries(library.functions))
      functions.set(name, [...(functions.get(name) ?? []), ...overloads])
    for (const [name, type] of Object.entries(library.types ?? {})) types.set(name, typeOfType(type))
  }
  return {
    macros: macroTable(libraries.flatMap(library => library.macros ?? [])),
    variable(name) {
      if (Object.hasOwn(options.variables, name)) return options.variables[name]
      const struct = options.structs?.(name)
      return types.get(name) ?? (struct ? typeOfType(struct.type) : undefined)
    },
    functions: name => functions.get(name),
    struct: name => options.structs?.(name),
  }
}

/** The same environment with other variables. */
export function withVariables(env: Environment, variables: (name: string) => Type | undefined): Environment {
  return { ...env, variable: name => variables(name) ?? env.variable(name) }
}

/** A function: not a method. */
export const fn = (id: string, args: readonly Type[], result: Type, call: Overload['call']): Overload => ({
  id,
  method: false,
  args,
  result,
  call,
})

/** A method; `args` begins with its target. */
export const method = (id: string, args: readonly Type[], result: Type, call: Overload['call']): Overload => ({
  id,
  method: true,
  args,
  result,
  call,
})

export const A = param('A')
export const B = param('B')
