import type { CustomResourceSubresourceScale } from '../../api/apiextensions/customResourceDefinition.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { checkListTypes } from '../../schema/derive/fromCrd/listTypes.ts'
import { validateValue } from '../../schema/derive/fromCrd/validate.ts'
import { qualifiedName } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { propertyOf, type Structural } from '../../schema/structural.ts'
import type { FieldError } from '../../schema/types.ts'
import { embeddedRules } from './embedded.ts'
import { scaleRules } from './scale.ts'

/**
 * What checks the CEL rules of a schema: made once for each schema that has any. `old` is undefined for a create. Costs
 * are bounded; what goes beyond is told as an error.
 */
export type CheckRules = (object: KubeObject, old: KubeObject | undefined) => readonly FieldError[]

/** Everything that objects of one version are checked by. */
export interface ObjectChecks {
  readonly schema: Structural
  readonly scale: CustomResourceSubresourceScale | undefined
  readonly rules: CheckRules | undefined
}

/** Kinds of errors with which an object is too far from its schema for rules to make sense of it. */
const blocking = new Set<FieldError['type']>([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])
const unchecked: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  value: null,
  detail:
    'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
}

function celRules({ rules }: ObjectChecks, found: readonly FieldError[], object: KubeObject, old?: KubeObject) {
  if (!rules) return []
  return found.some(error => blocking.has(error.type)) ? [unchecked] : rules(object, old)
}

/** Uniqueness in lists is asked for on update only where it held before. */
function listRules({ schema }: ObjectChecks, object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const errors = checkListTypes(schema, object, at())
  return errors.length > 0 && old && checkListTypes(schema, old, at()).length > 0 ? [] : errors
}

/** The rules of a whole object. */
export function objectRules(checks: ObjectChecks, object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const { schema, scale } = checks
  const errors = [
    ...validateValue(schema, object, { isRoot: true, ...(old ? { old } : {}) }),
    ...(scale ? scaleRules(object, scale, false) : []),
    ...embeddedRules(schema, object, at()),
    ...listRules(checks, object, old),
  ]
  return [...errors, ...celRules(checks, errors, object, old)]
}

type WithStatus = KubeObject & { readonly status?: unknown }

/** The rules of a change through the status view: the rest is as it was stored. */
export function statusRules(checks: ObjectChecks, object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const { schema, scale } = checks
  const { status } = object as WithStatus
  const before = old as WithStatus | undefined
  const inner = propertyOf(schema, 'status')
  const errors = [
    ...(inner && status !== undefined
      ? validateValue(inner, status, {
          prefix: 'status',
          ...(before?.status === undefined ? {} : { old: before.status }),
        })
      : []),
    ...(scale ? scaleRules(object, scale, true) : []),
    ...listRules(checks, object, old),
  ]
  return [...errors, ...celRules(checks, errors, object, old)]
}

const standard = new Set(['orphan', 'foregroundDeletion', 'kubernetes'])

/** Words about new finalizers that may be mistaken for others'. */
export function finalizerWarnings({ metadata }: KubeObject, old: KubeObject | undefined): string[] {
  const before = old?.metadata.finalizers ?? []
  const added = [...new Set(metadata.finalizers ?? [])].filter(name => !before.includes(name)).sort()
  return added.flatMap(name => {
    const told = `metadata.finalizers: ${JSON.stringify(name)}`
    const words = qualifiedName(name).map(why => `${told}: ${why}`)
    if (name.includes('/') || standard.has(name)) return words
    const path = name.includes('.') ? ' including a path (/)' : ''
    return [
      ...words,
      `${told}: prefer a domain-qualified finalizer name${path} to avoid accidental conflicts with other finalizer writers`,
    ]
  })
}
