import type { ObjectMeta } from '../../api/meta/objectMeta.ts'
import type { Stored } from '../contract.ts'
import { deepFreeze } from './stored.ts'

const decoder = new TextDecoder()
const [quote, backslash, open, close] = [0x22, 0x5c, 0x7b, 0x7d]
const beginning = Buffer.from('{"metadata":{')

/**
 * The metadata of an object, frozen: read from the bytes of its JSON without a look at the rest. Who manages which
 * fields is left out: that is for the server alone, and is often most of it.
 */
export function metadataOf(stored: Pick<Stored, 'json' | 'object'>): ObjectMeta {
  const { managedFields: _, ...metadata } = metadataIn(stored)
  return deepFreeze(metadata)
}

function metadataIn({ json, object }: Pick<Stored, 'json' | 'object'>): ObjectMeta {
  // Other versions may begin otherwise.
  if (Buffer.compare(json.subarray(0, beginning.length), beginning) !== 0) return object.metadata
  const from = beginning.length - 1
  return JSON.parse(decoder.decode(json.subarray(from, endOfObject(json, from))))
}

/** Where the object ends that begins at a place. */
function endOfObject(json: Uint8Array, begin: number): number {
  let depth = 0
  for (let at = begin; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) {
      for (at++; json[at] !== quote; at++) if (json[at] === backslash) at++
    } else if (byte === open) depth++
    else if (byte === close && --depth === 0) return at + 1
  }
  throw new Error('the JSON of a stored object ends in the middle')
}
