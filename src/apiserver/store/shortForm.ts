import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { encodeJson } from '../../schema/codec/json.ts'
import { encodeCopying } from './managedFields.ts'

/** What a value in the short form begins with. */
export const begin = '{"metadata":{'

/** `{"kind":"Pod","apiVersion":"v1",`: what stands before the stored bytes where an object is told in full. */
export const header = (apiVersion: string, kind: string): string =>
  `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`

/** Metadata as it is stored: the version is the store's to say. */
export function storedMetadata({ metadata }: KubeObject): KubeObject['metadata'] {
  const { resourceVersion: _, ...kept } = metadata
  return kept
}

/** The JSON of an object in normal form, in full, without its resourceVersion. */
export const fullText = (resource: Resource, object: KubeObject): string =>
  encodeCopying({ ...object, metadata: storedMetadata(object) }, told =>
    encodeJson(resource.type, { ...told, kind: resource.kind, apiVersion: resource.apiVersion }),
  )

/** The bytes of an object in normal form, in the short form. */
export function encodeValue(resource: Resource, object: KubeObject): Uint8Array {
  const text = fullText(resource, object)
  const body = `{${text.slice(header(resource.apiVersion, resource.kind).length)}`
  if (!body.startsWith(begin))
    throw new Error(`${resource.kind} does not begin with metadata: its declaration must name metadata first`)
  return Buffer.from(body)
}

const closingBrace = 0x7d

/** A value in the short form with the resourceVersion in it. */
export function withVersion(value: Uint8Array, revision: number): Uint8Array {
  const version = `"resourceVersion":"${revision}"${value[begin.length] === closingBrace ? '' : ','}`
  // Every byte is written below.
  const result = Buffer.allocUnsafeSlow(value.length + version.length)
  result.write(begin, 0, 'latin1')
  result.write(version, begin.length, 'latin1')
  result.set(value.subarray(begin.length), begin.length + version.length)
  return result
}
