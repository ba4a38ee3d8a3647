import type { CustomResourceSubresourceScale } from '../../api/apiextensions/customResourceDefinition.ts'
import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { ScaleSubresource } from '../../api/resource.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import { isPlainRecord } from '../../schema/structural.ts'
import type { FieldError } from '../../schema/types.ts'

/** The names in a path such as `.spec.replicas`. */
const stepsOf = (path: string): string[] => path.replace(/^\./, '').split('.')

/** The value at a path; undefined: not there, or on the way stands no object. */
function valueAt(object: unknown, path: string): unknown {
  let value = object
  for (const name of stepsOf(path)) {
    if (!isPlainRecord(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

function setAt(object: KubeObject, path: string, value: unknown): void {
  const steps = stepsOf(path)
  const last = steps.pop() as string
  let inner = object as unknown as Record<string, unknown>
  for (const name of steps) {
    const next = inner[name]
    const made = isPlainRecord(next) ? next : {}
    inner[name] = made
    inner = made
  }
  inner[last] = value
}

const count = (value: unknown) => (typeof value === 'number' ? Math.trunc(value) : 0)

/** How many of a custom resource there should be and are, by the paths that its definition names. */
export function scaleOf(scale: CustomResourceSubresourceScale): ScaleSubresource<KubeObject> {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return {
    form: 'scale',
    replicas: object => count(valueAt(object, specReplicasPath)),
    setReplicas: (object, replicas) => setAt(object, specReplicasPath, replicas),
    statusReplicas: object => count(valueAt(object, statusReplicasPath)),
    selector(object) {
      const value = labelSelectorPath ? valueAt(object, labelSelectorPath) : undefined
      return typeof value === 'string' ? value : ''
    },
  }
}

const mostReplicas = 2 ** 31 - 1

/** Rules of the values that the scale view shows. `status`: only those below the status. */
export function scaleRules(object: KubeObject, scale: CustomResourceSubresourceScale, status: boolean): FieldError[] {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale
  return [
    ...(status ? [] : replicasRules(object, specReplicasPath)),
    ...replicasRules(object, statusReplicasPath),
    ...(labelSelectorPath ? textRules(object, labelSelectorPath) : []),
  ]
}

const kindOf = (value: unknown) =>
  typeof value === 'number'
    ? 'float64'
    : typeof value === 'boolean'
      ? 'bool'
      : Array.isArray(value)
        ? '[]interface {}'
        : typeof value === 'string'
          ? 'string'
          : value === null
            ? '<nil>'
            : 'map[string]interface {}'

const printed = (value: unknown) => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const notOf = (path: string, value: unknown, type: string, zero: unknown) =>
  invalid(
    at(path),
    zero,
    `.${stepsOf(path).join('.')} accessor error: ${printed(value)} is of the type ${kindOf(value)}, expected ${type}`,
  )

function replicasRules(object: KubeObject, path: string): FieldError[] {
  const value = valueAt(object, path)
  if (value === undefined) return []
  if (typeof value !== 'number' || !Number.isInteger(value)) return [notOf(path, value, 'int64', 0)]
  if (value < 0) return [invalid(at(path), value, 'should be a non-negative integer')]
  if (value > mostReplicas) return [invalid(at(path), value, `should be less than or equal to ${mostReplicas}`)]
  return []
}

function textRules(object: KubeObject, path: string): FieldError[] {
  const value = valueAt(object, path)
  return value === undefined || typeof value === 'string' ? [] : [notOf(path, value, 'string', '')]
}
