import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { fromOwnJson } from '../../schema/codec/jsonDecode.ts'
import { apart, attach } from './managedFields.ts'

/** Freezes a value and all in it. What is frozen already is frozen through and through. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const each of Object.values(value)) deepFreeze(each)
  return value
}

/** The beginning of an error: it names the key, never the value. */
export const notOfKind = (resource: Resource, key: string): string =>
  `the store holds something under ${key} that is no ${resource.kind}`

/** Parses JSON of the kind's own version; the result is frozen. */
export function readObject(resource: Resource, key: string, json: Uint8Array): KubeObject {
  try {
    const { text, managed } = apart(json)
    const object = fromOwnJson(resource.type, JSON.parse(text))
    if (!managed) return deepFreeze({ ...object, kind: resource.kind, apiVersion: resource.apiVersion })
    const { metadata } = object
    for (const each of Object.values(metadata)) deepFreeze(each)
    attach(metadata, managed)
    Object.freeze(metadata)
    return deepFreeze({ ...object, kind: resource.kind, apiVersion: resource.apiVersion })
  } catch (cause) {
    throw new Error(`${notOfKind(resource, key)}: ${(cause as Error).message}`, { cause })
  }
}
