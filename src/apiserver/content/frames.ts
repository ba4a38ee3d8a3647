import type { KubeObject } from '../../api/meta/objectMeta.ts'
import { Status } from '../../api/meta/status.ts'
import { notAcceptable } from '../../api/meta/statusError.ts'
import { Table } from '../../api/meta/table.ts'
import type { Resource } from '../../api/resource.ts'
import { Encoded, writeCbor } from '../../schema/codec/cbor.ts'
import type { Type } from '../../schema/types.ts'
import type { Stored } from '../contract.ts'
import { concat, frameLength, lengthPrefix, utf8 } from './bytes.ts'
import { encodeObject } from './encode.ts'
import { type Accepted, cborSequence, type Include, mediaTypes, type Transform } from './mediaTypes.ts'
import { asMetadata, metadataType } from './metadataOnly.ts'
import type { Shaped } from './shape.ts'
import { tableOf } from './table.ts'

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'

/** Writes the events of one watch in the form its client accepts: http's `WatchFrames`. */
export interface Frames {
  readonly contentType: string
  event(type: Exclude<EventType, 'ERROR'>, stored: Stored): Uint8Array
  error(status: unknown): Uint8Array
}

/** One JSON text to a line, protobuf messages with their length before them, or items of CBOR. */
interface Framing {
  readonly contentType: string
  frame(type: EventType, object: Uint8Array): Uint8Array
}

const lineEnd = utf8('}\n')
const lines: Framing = {
  contentType: mediaTypes.json,
  frame: (type, object) => concat([utf8(`{"type":"${type}","object":`), object, lineEnd]),
}

const delimited: Framing = {
  contentType: `${mediaTypes.protobuf};stream=watch`,
  frame(type, object) {
    const name = utf8(type)
    // WatchEvent { type = 1, object = 2: RawExtension { raw = 1 } }
    const raw = concat([lengthPrefix(0x0a, object.length), object])
    const parts = [lengthPrefix(0x0a, name.length), name, lengthPrefix(0x12, raw.length), raw]
    return concat([frameLength(parts.reduce((sum, part) => sum + part.length, 0)), ...parts])
  },
}

const sequence: Framing = {
  contentType: cborSequence,
  frame: (type, object) => writeCbor({ type, object: new Encoded(object) }),
}

const framings = { json: lines, protobuf: delimited, cbor: sequence }
type StreamFormat = keyof typeof framings

const bytesOf = (encoded: Uint8Array | string): Uint8Array => (typeof encoded === 'string' ? utf8(encoded) : encoded)

function frames(
  framing: Framing,
  format: StreamFormat,
  object: (type: EventType, stored: Stored) => Uint8Array,
): Frames {
  return {
    contentType: framing.contentType,
    event: (type, stored) => framing.frame(type, object(type, stored)),
    error: status =>
      framing.frame(
        'ERROR',
        bytesOf(
          encodeObject(
            { type: Status as Type<unknown>, kind: 'Status', apiVersion: 'v1', object: status },
            format,
            false,
          ),
        ),
      ),
  }
}

/** Frames by their event; kept as long as the object is, since all watchers of a kind want the same bytes. */
class Kept {
  readonly #frames = new WeakMap<Stored, Map<EventType, Uint8Array>>()
  /** The latest: an event goes to one watcher after the other. */
  #stored: Stored | undefined
  #type: EventType | undefined
  #frame: Uint8Array | undefined

  frame(type: Exclude<EventType, 'ERROR'>, stored: Stored, make: Frames['event']): Uint8Array {
    if (this.#stored === stored && this.#type === type && this.#frame) return this.#frame
    const byType = this.#frames.get(stored) ?? new Map<EventType, Uint8Array>()
    this.#frames.set(stored, byType)
    const frame = byType.get(type) ?? make(type, stored)
    byType.set(type, frame)
    this.#stored = stored
    this.#type = type
    this.#frame = frame
    return frame
  }
}

/** Makes the frames of watches; those that many watchers share are made once. `now`: milliseconds. */
export function createFrames(now: () => number) {
  const kept = new Map<string, Kept>()
  const keptFor = (key: string) => {
    const found = kept.get(key) ?? new Kept()
    kept.set(key, found)
    return found
  }
  return (resource: Resource, { format, transform }: Accepted, include: Include): Frames => {
    if (format === 'yaml') throw notAcceptable([mediaTypes.json, mediaTypes.protobuf])
    const framing = framings[format]
    if (transform) return transformed(resource, framing, format, transform, include, now)
    const { apiVersion, kind } = resource
    const type = resource.type as Type<unknown>
    const head = utf8(`{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`)
    const whole =
      format === 'json'
        ? (_: EventType, stored: Stored) => concat([head, stored.json.subarray(1)])
        : (_: EventType, { object }: Stored) => bytesOf(encodeObject({ type, kind, apiVersion, object }, format, false))
    const shared = keptFor(`${format} ${apiVersion} ${kind}`)
    const own = frames(framing, format, whole)
    return { ...own, event: (type, stored) => shared.frame(type, stored, own.event) }
  }
}

function transformed(
  resource: Resource,
  framing: Framing,
  format: StreamFormat,
  { kind, apiVersion }: Transform,
  include: Include,
  now: () => number,
): Frames {
  let headless = false
  const encode = (shaped: Shaped) => bytesOf(encodeObject(shaped, format, false))
  return frames(framing, format, (type, { object }) => {
    if (kind !== 'Table')
      return encode({
        type: metadataType,
        kind: 'PartialObjectMetadata',
        apiVersion,
        object: asMetadata(object, apiVersion),
      })
    // A bookmark is about no object: its row would be empty.
    const rows: readonly KubeObject[] = type === 'BOOKMARK' ? [] : [object]
    const metadata = { resourceVersion: object.metadata.resourceVersion }
    const table = tableOf(resource, rows, metadata, { apiVersion, include, now: now(), headless })
    headless = true
    return encode({ type: Table as Type<unknown>, kind, apiVersion, object: table })
  })
}
