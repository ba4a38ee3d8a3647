import { formatType, isDyn, parameters, sameType, type Type, typeName } from '../types.ts'

/** What type parameters stand for, by their names. Never changed: assigning makes a new one. */
export type Bindings = ReadonlyMap<string, Type>

/**
 * The bindings under which values of `from` may be used where `to` is wanted, or `undefined` when they may not.
 * Follows cel-go's checker (isAssignable), whose quirks decide which expressions compile.
 */
export function assign(bindings: Bindings, from: readonly Type[], to: readonly Type[]): Bindings | undefined {
  const trial = new Map(bindings)
  return assignAll(trial, from, to) ? trial : undefined
}

type Trial = Map<string, Type>

function assignAll(trial: Trial, from: readonly Type[], to: readonly Type[]): boolean {
  return from.length === to.length && from.every((type, i) => assignOne(trial, type, to[i] as Type))
}

function assignOne(trial: Trial, from: Type, to: Type): boolean {
  if (to.kind === 'param') {
    const { valid, bound } = bind(trial, from, to)
    if (valid) return true
    if (bound) return false
  }
  if (from.kind === 'param') return bind(trial, to, from).valid
  if (wild(from) || wild(to)) return true
  if (from.kind === 'null') return nullable(to)
  if (to.kind === 'null') return nullable(from)
  if (from.kind === 'list' || from.kind === 'map' || from.kind === 'opaque')
    return (
      from.kind === to.kind && typeName(from) === typeName(to) && assignAll(trial, parameters(from), parameters(to))
    )
  if (from.kind === 'type') return to.kind === 'type'
  return sameType(from, to)
}

const wild = (type: Type): boolean => type.kind === 'dyn' || type.kind === 'error'

const nullable = (type: Type): boolean =>
  type.kind === 'opaque' ||
  type.kind === 'struct' ||
  type.kind === 'duration' ||
  type.kind === 'timestamp' ||
  type.kind === 'null'

function bind(trial: Trial, type: Type, to: Type & { kind: 'param' }): { valid: boolean; bound: boolean } {
  if (sameType(type, to)) return { valid: true, bound: true }
  const known = trial.get(to.name)
  if (known) {
    if (sameType(type, known)) return { valid: true, bound: true }
    if (!assignOne(trial, type, known)) return { valid: false, bound: true }
    const wider = mostGeneral(type, known)
    if (!occurs(trial, to, wider)) trial.set(to.name, wider)
    return { valid: true, bound: true }
  }
  if (occurs(trial, to, type)) return { valid: false, bound: false }
  trial.set(to.name, type)
  return { valid: true, bound: false }
}

/** Whether the parameter is part of the type: then it cannot stand for it. */
function occurs(bindings: Bindings, wanted: Type & { kind: 'param' }, within: Type): boolean {
  if (sameType(wanted, within)) return true
  if (within.kind === 'param') {
    const known = bindings.get(within.name)
    return known !== undefined && occurs(bindings, wanted, known)
  }
  return parameters(within).some(each => occurs(bindings, wanted, each))
}

/** The wider one of two types that go together. */
export const mostGeneral = (a: Type, b: Type): Type => (atLeastAsGeneral(a, b) ? a : b)

function atLeastAsGeneral(a: Type, b: Type): boolean {
  if (isDyn(a) || a.kind === 'param') return true
  if (isDyn(b) || b.kind === 'param') return false
  if (a.kind !== b.kind) return false
  if (a.kind === 'type') return true
  if (a.kind !== 'list' && a.kind !== 'map' && a.kind !== 'opaque') return sameType(a, b)
  const left = parameters(a)
  const right = parameters(b)
  return (
    typeName(a) === typeName(b) &&
    left.length === right.length &&
    left.every((each, i) => atLeastAsGeneral(each, right[i] as Type))
  )
}

/** The type with parameters replaced by what they stand for; those that stand for nothing stay, or become dyn. */
export function substitute(bindings: Bindings, type: Type, openToDyn: boolean): Type {
  if (type.kind === 'param') {
    const known = bindings.get(type.name)
    if (known) return substitute(bindings, known, openToDyn)
    return openToDyn ? { kind: 'dyn' } : type
  }
  const inner = (each: Type): Type => substitute(bindings, each, openToDyn)
  switch (type.kind) {
    case 'list':
      return { kind: 'list', of: inner(type.of) }
    case 'map':
      return { kind: 'map', key: inner(type.key), value: inner(type.value) }
    case 'opaque':
      return type.of.length ? { kind: 'opaque', name: type.name, of: type.of.map(inner) } : type
    case 'type':
      return type.of ? { kind: 'type', of: inner(type.of) } : type
    default:
      return type
  }
}

/** `int.(string, int)` for a method on an int, `(string)` for a function: how messages show a call. */
export function signature(args: readonly Type[], method: boolean): string {
  const rest = (method ? args.slice(1) : args).map(formatType).join(', ')
  return method ? `${formatType(args[0] as Type)}.(${rest})` : `(${rest})`
}
