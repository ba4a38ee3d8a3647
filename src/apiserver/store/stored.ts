import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { fromJson } from '../../schema/codec/json.ts'

const decoder = new TextDecoder()
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
    const object = fromJson(resource.type, JSON.parse(decoder.decode(json)))
    return deepFreeze({ ...object, kind: resource.kind, apiVersion: resource.apiVersion })
  } catch (cause) {
    throw new Error(`${notOfKind(resource, key)}: ${(cause as Error).message}`, { cause })
  }
}
