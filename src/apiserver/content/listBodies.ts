import { ListMeta } from '../../api/meta/objectMeta.ts'
import { surround } from '../../schema/codec/envelope.ts'
import { encodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Type } from '../../schema/types.ts'
import type { Listed, Stored } from '../contract.ts'
import { header } from '../store/codec.ts'
import { concat, lengthPrefix, utf8 } from './bytes.ts'
import { joinedMessages } from './encode.ts'

/** A list in the storage version, about to be encoded. */
export interface ListBody {
  readonly kind: string
  readonly apiVersion: string
  /** Of one item. */
  readonly item: Type<unknown>
  readonly metadata: ListMeta
  readonly listed: Listed
  /** The beginning of each item, where items say what they are: those of custom resources do. */
  readonly itemHeader?: Uint8Array | undefined
}

/** Most bytes that are kept for whoever asks next: of all lists together, and of one. */
const most = { all: 8 * 1024 * 1024, one: 4 * 1024 * 1024 }

type Format = 'json' | 'protobuf'

/**
 * Puts the bytes of lists together. What comes after the metadata is kept as long as the list is current, if it was asked
 * for twice: many clients read the same collections, and large buffers that are made anew each time keep the garbage
 * collector busy. The pieces of a body go out one after the other.
 */
export function createListBodies(): (list: ListBody, format: Format) => readonly Uint8Array[] {
  const items = createKept()
  return (list, format) => {
    const { kind, apiVersion, metadata, listed } = list
    const rest = items(listed, format, () =>
      format === 'json' ? joinedJson(listed.items, list.itemHeader) : joinedMessages(list.item, listed.items),
    )
    if (format === 'json') {
      return [utf8(`${header(apiVersion, kind)}"metadata":${JSON.stringify(metadata)},"items":[`), rest]
    }
    const told = encodeProtobuf(ListMeta, metadata)
    const first = concat([lengthPrefix(0x0a, told.length), told])
    const { before, after } = surround({ kind, apiVersion }, first.length + rest.length)
    return [concat([before, first]), rest, after]
  }
}

/** Bytes made of lists, the latest used last. */
function createKept() {
  const kept = new Map<Listed, Map<Format, Uint8Array>>()
  let bytes = 0
  const forget = (listed: Listed) => {
    for (const each of kept.get(listed)?.values() ?? []) bytes -= each.length
    kept.delete(listed)
  }
  return (listed: Listed, format: Format, make: () => Uint8Array): Uint8Array => {
    for (const each of kept.keys()) if (!each.current) forget(each)
    if (!listed.current) return make()
    const formats = kept.get(listed)
    const known = formats?.get(format)
    const found = known ?? make()
    kept.delete(listed)
    kept.set(listed, formats ?? new Map())
    // Who asks first may be the only one.
    if (known || !formats || found.length > most.one) return found
    formats.set(format, found)
    bytes += found.length
    for (const oldest of kept.keys()) if (bytes > most.all) forget(oldest)
    return found
  }
}

const comma = utf8(',')
const end = utf8(']}\n')

function joinedJson(items: readonly Stored[], header: Uint8Array | undefined): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { json } of items) {
    parts.push(parts.length > 0 ? comma : noBytes)
    if (header) parts.push(header, json.subarray(1))
    else parts.push(json)
  }
  parts.push(end)
  return concat(parts)
}

const noBytes = new Uint8Array(0)
