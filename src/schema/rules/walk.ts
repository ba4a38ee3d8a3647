import { slotsOf, typeOf } from '../codec/layout.ts'
import { equal } from '../derive/equal.ts'
import type { Field, FieldError, ListType, MapType, ObjectType, Path, Rule, Type } from '../types.ts'
import { notSupported, required } from './errors.ts'
import { at } from './path.ts'

/**
 * What breaks the rules declared with the fields, in the order of the fields: rules of a field, then what is inside
 * it, then the rules of the object. On update (`old` given) what did not change is not checked, so that an object
 * that was stored under laxer rules can still be changed elsewhere; the elements of a list that is a map by keys are
 * compared with the old ones of the same keys, those of other lists by position.
 */
export function checkRules<T>(type: Type<T>, value: T, old?: T, path: Path = at()): FieldError[] {
  const errors: FieldError[] = []
  checkerOf(type)?.(value, path, old, errors)
  return errors
}

type Check = (value: unknown, path: Path, old: unknown, errors: FieldError[]) => void

/** Compiled once for each type, by identity; null when nothing inside has a rule. */
const checkers = new WeakMap<Type, Check | null>()

function checkerOf(type: Type): Check | undefined {
  const known = checkers.get(type)
  if (known !== undefined) return known ?? undefined
  const check = hasRules(type, new Set()) ? buildLater(type) : null
  checkers.set(type, check)
  return check ?? undefined
}

function hasRules(type: Type, seen: Set<Type>): boolean {
  if (type.form === 'scalar' || seen.has(type)) return false
  seen.add(type)
  if (type.form !== 'object') return hasRules(type.of, seen)
  if (type.rules.length > 0) return true
  return Object.values(type.fields).some(field => ownRules(field) || hasRules(typeOf(field), seen))
}

const isClosed = (field: Field) => field.oneOf !== undefined && !field.open

const ownRules = (field: Field) => field.rules.length > 0 || isClosed(field)

/** Types may hold themselves: compiled when the first value comes. */
function buildLater(type: Type): Check {
  let check: Check | undefined
  return (value, path, old, errors) => {
    check ??= type.form === 'object' ? objectCheck(type) : type.form === 'scalar' ? () => {} : containerCheck(type)
    check(value, path, old, errors)
  }
}

const isAbsent = (value: unknown) => value === undefined || value === null

interface FieldCheck {
  readonly name: string
  readonly field: Field
  readonly inside: Check | undefined
}

function objectCheck(type: ObjectType): Check {
  const fields: FieldCheck[] = []
  for (const { name, field } of slotsOf(type)) {
    const inside = insideOf(field)
    if (inside || ownRules(field)) fields.push({ name, field, inside })
  }
  const rules = [...type.rules, ...inlineRules(type)] as unknown as readonly Rule[]
  return (value, path, old, errors) => {
    const object = value as Record<string, unknown>
    const before = old as Record<string, unknown> | undefined
    for (const each of fields) {
      const held = object[each.name]
      if (!isAbsent(held)) checkField(each, held, path, before?.[each.name] ?? undefined, errors)
    }
    for (const rule of rules) errors.push(...rule(value, path, old))
  }
}

/** Fields of inline objects are checked as fields of the parent; their objects' rules see the parent. */
function inlineRules(type: ObjectType): readonly Rule<never>[] {
  return Object.values(type.fields).flatMap(field => {
    const inner = field.inline ? typeOf(field) : undefined
    return inner?.form === 'object' ? [...inner.rules, ...inlineRules(inner)] : []
  })
}

function insideOf(field: Field): Check | undefined {
  const type = typeOf(field)
  if (type.form === 'list' && field.listType === 'map' && field.listKeys) return keyedListCheck(type, field.listKeys)
  return checkerOf(type)
}

function checkField(check: FieldCheck, value: unknown, parent: Path, old: unknown, errors: FieldError[]): void {
  if (old !== undefined && equal(value, old)) return
  const { field, inside } = check
  const path = parent.child(check.name)
  if (field.oneOf && !field.open && !field.oneOf.includes(value as string)) {
    errors.push(value === '' ? required(path) : notSupported(path, value, field.oneOf))
  }
  for (const rule of field.rules as unknown as readonly Rule[]) errors.push(...rule(value, path, old))
  inside?.(value, path, old, errors)
}

function containerCheck(type: ListType | MapType): Check {
  const check = checkerOf(type.of)
  if (!check) return () => {}
  if (type.form === 'map') {
    return (value, path, old, errors) => {
      const before = old as Record<string, unknown> | undefined
      for (const [key, element] of Object.entries(value as object)) {
        checkElement(
          check,
          element,
          () => path.key(key),
          before && Object.hasOwn(before, key) ? before[key] : undefined,
          errors,
        )
      }
    }
  }
  return (value, path, old, errors) => {
    const before = old as unknown[] | undefined
    ;(value as unknown[]).forEach((element, index) => {
      checkElement(check, element, () => path.index(index), before?.[index], errors)
    })
  }
}

function keyedListCheck(type: ListType, keys: readonly string[]): Check | undefined {
  const check = checkerOf(type.of)
  if (!check) return undefined
  const keyOf = (element: unknown) =>
    JSON.stringify(keys.map(key => (element as Record<string, unknown> | null)?.[key] ?? null))
  return (value, path, old, errors) => {
    const before = new Map(((old ?? []) as unknown[]).map(element => [keyOf(element), element]))
    ;(value as unknown[]).forEach((element, index) => {
      checkElement(
        check,
        element,
        () => path.index(index),
        before.size > 0 ? before.get(keyOf(element)) : undefined,
        errors,
      )
    })
  }
}

function checkElement(check: Check, element: unknown, path: () => Path, old: unknown, errors: FieldError[]): void {
  if (isAbsent(element) || (old !== undefined && equal(element, old))) return
  check(element, path(), old, errors)
}
