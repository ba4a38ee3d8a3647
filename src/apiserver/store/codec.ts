import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { encodeJson, fromJson } from '../../schema/codec/json.ts'
import type { Stored } from '../contract.ts'

/**
 * How objects stand in the store: the JSON of the storage version without apiVersion and kind, and without the
 * resourceVersion, which is the revision of the write. To read an object is to put three pieces of bytes together.
 */
const decoder = new TextDecoder()
const begin = '{"metadata":{'

/** `{"kind":"Pod","apiVersion":"v1",`: what stands before the stored bytes where an object is told in full. */
export const header = (apiVersion: string, kind: string): string =>
  `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`

/** The bytes of an object in normal form, without its resourceVersion. */
export function encodeValue(resource: Resource, object: KubeObject): Uint8Array {
  const { resourceVersion: _, ...metadata } = object.metadata
  const text = encodeJson(resource.type, { ...object, kind: resource.kind, apiVersion: resource.apiVersion, metadata })
  const body = `{${text.slice(header(resource.apiVersion, resource.kind).length)}`
  if (!body.startsWith(begin))
    throw new Error(`${resource.kind} does not begin with metadata: its declaration must name metadata first`)
  return Buffer.from(body)
}

const closingBrace = 0x7d

/** The stored bytes with the resourceVersion in them. */
function withVersion(value: Uint8Array, revision: number): Uint8Array {
  const version = `"resourceVersion":"${revision}"${value[begin.length] === closingBrace ? '' : ','}`
  // Every byte is written below.
  const result = Buffer.allocUnsafe(value.length + version.length)
  result.write(begin, 0, 'latin1')
  result.write(version, begin.length, 'latin1')
  result.set(value.subarray(begin.length), begin.length + version.length)
  return result
}

/** Freezes a value and all in it. What is frozen already is frozen through and through. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const each of Object.values(value)) deepFreeze(each)
  return value
}

const notOfKind = (resource: Resource, key: string) =>
  `the store holds something under ${key} that is no ${resource.kind}`

const beginBytes = Buffer.from(begin)
const beginsRight = (value: Uint8Array) =>
  value.length > begin.length && Buffer.compare(value.subarray(0, begin.length), beginBytes) === 0

class StoredObject implements Stored {
  readonly key: string
  readonly revision: number
  readonly json: Uint8Array
  readonly #resource: Resource
  #object: KubeObject | undefined

  constructor(resource: Resource, key: string, revision: number, value: Uint8Array) {
    if (!beginsRight(value)) throw new Error(`${notOfKind(resource, key)}: it does not begin with metadata`)
    this.#resource = resource
    this.key = key
    this.revision = revision
    this.json = withVersion(value, revision)
  }

  get object(): KubeObject {
    this.#object ??= decode(this.#resource, this.key, this.json)
    return this.#object
  }
}

function decode(resource: Resource, key: string, json: Uint8Array): KubeObject {
  try {
    const object = fromJson(resource.type, JSON.parse(decoder.decode(json)))
    return deepFreeze({ ...object, kind: resource.kind, apiVersion: resource.apiVersion })
  } catch (cause) {
    throw new Error(`${notOfKind(resource, key)}: ${(cause as Error).message}`, { cause })
  }
}

/**
 * An entry of the watch cache. Its object is read from the bytes when somebody looks at it, also where a writer had it
 * at hand: what readers of this process see is what is stored, whatever the hooks of the kind left in the writer's.
 */
export const storedOf = (resource: Resource, key: string, revision: number, value: Uint8Array): Stored =>
  new StoredObject(resource, key, revision, value)

/** Key of a kind's objects: `/registry/pods/`. */
export const prefixOf = (resource: Resource): string => `/registry/${resource.storagePrefix ?? resource.plural}/`

export const keyIn = (resource: Resource, namespace: string | undefined, name: string): string =>
  resource.namespaced ? `${prefixOf(resource)}${namespace}/${name}` : `${prefixOf(resource)}${name}`
