import { labelRules } from '../../../api/meta/labelSelector.ts'
import { annotationRules } from '../../../api/meta/metadataRules.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { describeError } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import { isPlainRecord } from '../../../schema/structural.ts'

/** What a webhook is asked; `apiVersion` is that of the review. */
export interface Asked {
  readonly reviewVersion: string
  readonly uid: string
  readonly desiredAPIVersion: string
  readonly objects: readonly KubeObject[]
}

export const reviewOf = ({ reviewVersion, uid, desiredAPIVersion, objects }: Asked) => ({
  kind: 'ConversionReview',
  apiVersion: `apiextensions.k8s.io/${reviewVersion}`,
  request: { uid, desiredAPIVersion, objects },
})

/**
 * The objects in a webhook's answer, checked as upstream does: same kind, name, namespace and UID; of the metadata only
 * labels and annotations may differ. Throws an Error that says what is wrong, to stand after `conversion webhook for X`.
 */
export function objectsIn(answer: unknown, asked: Asked): KubeObject[] {
  const { objects, desiredAPIVersion } = asked
  const converted = convertedIn(answer, asked)
  if (converted.length !== objects.length)
    throw new Error(`returned ${converted.length} objects, expected ${objects.length}`)
  const single = objects.length === 1
  return converted.map((object, index) => {
    const where = single ? 'returned invalid object' : `returned invalid converted object at index ${index}`
    const atIndex = single ? 'returned invalid object at index 0' : where
    const original = objects[index] as KubeObject
    if (!isPlainRecord(object)) throw new Error(`${atIndex}: it is no object`)
    const { apiVersion, kind } = object
    if (apiVersion !== desiredAPIVersion)
      throw new Error(
        `${atIndex}: invalid groupVersion (expected ${desiredAPIVersion}, received ${String(apiVersion)})`,
      )
    if (kind !== original.kind)
      throw new Error(`${atIndex}: invalid kind (expected ${original.kind}, received ${String(kind)})`)
    const metadata = checked(original, object, where)
    try {
      return { ...object, metadata: restored(original, metadata) } as unknown as KubeObject
    } catch (error) {
      const what = single ? 'returned invalid metadata' : `returned invalid metadata in object at index ${index}`
      throw new Error(`${what}: ${(error as Error).message}`, { cause: error })
    }
  })
}

function convertedIn(answer: unknown, { reviewVersion, uid }: Asked): readonly unknown[] {
  // Of webhooks of v1beta1 neither kind nor UID was ever asked.
  const strict = reviewVersion !== 'v1beta1'
  const expected = `apiextensions.k8s.io/${reviewVersion}`
  const review = isPlainRecord(answer) ? answer : {}
  if (strict && (review.kind !== 'ConversionReview' || review.apiVersion !== expected)) {
    const got = `${String(review.apiVersion ?? '')}, Kind=${String(review.kind ?? '')}`
    throw new Error(`failed: expected webhook response of ${expected}, Kind=ConversionReview, got ${got}`)
  }
  const { response } = review
  if (!isPlainRecord(response)) throw new Error('failed: no response provided')
  if (strict && response.uid !== uid)
    throw new Error(
      `failed: expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(String(response.uid ?? ''))}`,
    )
  const result = isPlainRecord(response.result) ? response.result : {}
  if (result.status !== 'Success') {
    const message = typeof result.message === 'string' ? result.message : ''
    throw new Error(
      `failed: ${message || `response.result.status was '${String(result.status ?? '')}', not 'Success'`}`,
    )
  }
  return Array.isArray(response.convertedObjects) ? response.convertedObjects : []
}

function checked(original: KubeObject, converted: Record<string, unknown>, where: string): Record<string, unknown> {
  const { metadata } = converted
  const held = isPlainRecord(metadata) ? metadata : {}
  const same = (name: 'name' | 'namespace' | 'uid', told: string) => {
    const [wanted, got] = [original.metadata[name] ?? '', String(held[name] ?? '')]
    if (wanted !== got) throw new Error(`${where}: must have the same ${told}: ${wanted} != ${got}`)
  }
  same('name', 'name')
  same('namespace', 'namespace')
  same('uid', 'UID')
  return held
}

/** The original's metadata with the labels and annotations of the answer. */
function restored(original: KubeObject, converted: Record<string, unknown>): KubeObject['metadata'] {
  const metadata: Record<string, unknown> = { ...original.metadata }
  for (const field of ['labels', 'annotations'] as const) {
    const value = converted[field]
    delete metadata[field]
    if (value === undefined || value === null) continue
    if (!isPlainRecord(value)) throw new Error(`invalid metadata.${field} of type ${typeof value} in converted object`)
    for (const [key, held] of Object.entries(value)) {
      if (typeof held !== 'string')
        throw new Error(`metadata.${field}[${key}] must be a string, but is ${typeof held} in converted object`)
    }
    const texts = value as Record<string, string>
    const errors =
      field === 'labels'
        ? labelRules(texts, at('metadata', field))
        : annotationRules(texts, at('metadata', 'annotation'))
    if (errors.length > 0) throw new Error(errors.map(describeError).join(', '))
    metadata[field] = texts
  }
  return metadata
}
