import type { KubeObject } from '../../api/meta/objectMeta.ts'
import {
  compare,
  difference,
  type FieldSet,
  fieldsIn,
  leaf,
  type Told,
  wrongWith,
} from '../../schema/merge/apply/index.ts'
import { isPlainObject } from '../../schema/merge/plain.ts'
import { mostAnnotationBytes, totalSize } from '../../schema/rules/names.ts'

/** Where kubectl keeps what it applied from its side. */
const annotation = 'kubectl.kubernetes.io/last-applied-configuration'

/** The manager that takes over what kubectl applied from its side. */
export const kubectl = 'kubectl'

/**
 * The fields that kubectl set when it applied from its side, and that still are as it set them: taking these over is no
 * conflict. Undefined: it did not, or not in this version.
 */
export function appliedBefore(live: Told): FieldSet | undefined {
  const last = lastApplied(live.value as KubeObject)
  if (!last || last.apiVersion !== live.apiVersion) return undefined
  if (wrongWith(live.shape, last) !== undefined || wrongWith(live.shape, live.value) !== undefined) return undefined
  const { added, modified, removed } = compare(live.shape, last, live.value)
  return [modified, added, removed].reduce(
    (set: FieldSet, other) => difference(set, other ?? leaf),
    fieldsIn(live.shape, last),
  )
}

function lastApplied({ metadata }: KubeObject): { readonly apiVersion?: unknown } | undefined {
  const text = metadata.annotations?.[annotation]
  if (!text) return undefined
  try {
    const json: unknown = JSON.parse(text)
    return isPlainObject(json) ? json : undefined
  } catch {
    return undefined
  }
}

/** Keeps the annotation of an object true to what is applied now, where it has one. */
export function keepLastApplied(object: KubeObject, config: Readonly<Record<string, unknown>>): void {
  if (!object.metadata.annotations?.[annotation]) return
  const { [annotation]: _, ...others } = object.metadata.annotations
  const annotations = { ...others, [annotation]: textOf(config) }
  const fits = totalSize(annotations) <= mostAnnotationBytes
  object.metadata = { ...object.metadata, annotations: fits ? annotations : others }
}

function textOf(config: Readonly<Record<string, unknown>>): string {
  const { metadata } = config
  if (!isPlainObject(metadata) || !isPlainObject(metadata.annotations)) return `${goJson(config)}\n`
  const { [annotation]: _, ...annotations } = metadata.annotations
  return `${goJson({ ...config, metadata: { ...metadata, annotations } })}\n`
}

/** JSON as Go writes it: keys in order, and what would matter to HTML escaped. */
const goJson = (value: unknown): string =>
  JSON.stringify(value, (_, held: unknown) =>
    isPlainObject(held) ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1))) : held,
  ).replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
