import type { KubeObject } from '../api/meta/objectMeta.ts'
import type { ChangeContext, Resource } from '../api/resource.ts'
import { fromJson } from '../schema/codec/json.ts'
import { applyDefaults } from '../schema/derive/defaults.ts'
import { describeError } from '../schema/rules/errors.ts'
import { checkRules } from '../schema/rules/walk.ts'

/** What a write of a manifest comes to, by the declaration of its kind alone: no server, no admission. */
export interface Written<T> {
  readonly object: T
  /** Field errors as sentences. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}

export const testContext: ChangeContext = {
  now: Date.UTC(2026, 0, 31, 9, 30),
  user: { name: 'admin', groups: ['system:masters'] },
  timestamp: '2026-01-31T09:30:00Z',
}

/** A manifest as an object in normal form, with its defaults. */
export function defaulted<T extends KubeObject>(resource: Resource<T>, manifest: unknown): T {
  const object = fromJson(resource.type, manifest)
  applyDefaults(resource.type, object)
  resource.defaults?.(object)
  return object
}

/** Creates an object, or with `old` updates it. */
export function write<T extends KubeObject>(resource: Resource<T>, manifest: unknown, old?: T): Written<T> {
  const object = defaulted(resource, manifest)
  if (old) resource.changes?.update?.(object, old, testContext)
  else resource.changes?.create?.(object, testContext)
  const errors = [
    ...checkRules(resource.type, object, old),
    ...(resource.rules?.(object, old) ?? []),
    ...(old ? (resource.changes?.updateRules?.(object, old) ?? []) : []),
  ]
  return { object, errors: errors.map(describeError), warnings: resource.changes?.warnings?.(object, old) ?? [] }
}

/** The cells of an object's row, by column. */
export const cells = <T extends KubeObject>(
  resource: Resource<T>,
  object: T,
  now: number = testContext.now,
): Record<string, unknown> =>
  Object.fromEntries((resource.columns ?? []).map(column => [column.name, column.cell(object, now)]))
