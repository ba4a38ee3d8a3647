import type { KubeObject, ManagedFieldsEntry, ObjectMeta } from '../../api/meta/objectMeta.ts'

/**
 * Who manages which fields is often most of what is stored of an object, and hardly anybody looks at it. So it stays
 * bytes: `metadata.managedFields` of an object that was read is made when somebody looks, and what is written again
 * unchanged is copied, not made anew.
 */
interface Part {
  readonly json: Uint8Array
  readonly from: number
  readonly to: number
}

const decoder = new TextDecoder()
const textOf = ({ json, from, to }: Part): string => decoder.decode(json.subarray(from, to))

const [quote, backslash] = [0x22, 0x5c]
const [openObject, closeObject, openList, closeList] = [0x7b, 0x7d, 0x5b, 0x5d]
const name = '"managedFields":['

/** The entries in JSON that begins with the metadata, without the list around them; undefined: there are none. */
function entriesIn(
  json: Uint8Array,
): { readonly at: number; readonly end: number; readonly parts: Part[] } | undefined {
  const begin = Buffer.from(json.buffer, json.byteOffset, json.length).indexOf(name, 0, 'latin1')
  // Metadata itself, not that of a template inside.
  if (begin < 0 || depthAt(json, begin) !== 2) return undefined
  const parts: Part[] = []
  let from = begin + name.length
  let depth = 0
  for (let at = from; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) at = endOfText(json, at)
    else if (byte === openObject || byte === openList) {
      if (depth++ === 0) from = at
    } else if (byte === closeObject || byte === closeList) {
      if (depth === 0) return { at: begin, end: at + 1, parts }
      if (--depth === 0) parts.push({ json, from, to: at + 1 })
    }
  }
  return undefined
}

/** Where the text ends that begins at a quote. */
function endOfText(json: Uint8Array, begin: number): number {
  let at = begin + 1
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at
}

/** How deep a place is in objects and lists. */
function depthAt(json: Uint8Array, place: number): number {
  let depth = 0
  for (let at = 0; at < place; at++) {
    const byte = json[at]
    if (byte === quote) at = endOfText(json, at)
    else if (byte === openObject || byte === openList) depth++
    else if (byte === closeObject || byte === closeList) depth--
  }
  return depth
}

/** JSON as text, in two parts: without the managed fields, and those. */
export function apart(json: Uint8Array): { readonly text: string; readonly managed: readonly Part[] | undefined } {
  const found = entriesIn(json)
  if (!found) return { text: decoder.decode(json), managed: undefined }
  const { at, end, parts } = found
  // The comma before goes too; the name is never the first.
  const text = decoder.decode(json.subarray(0, at - 1)) + decoder.decode(json.subarray(end))
  return { text, managed: parts }
}

const hidden = Symbol('managedFields')

interface Lazy {
  readonly parts: readonly Part[]
  entries: ManagedFieldsEntry[] | undefined
}

/** What an entry was read from, or made of. */
const sources = new WeakMap<ManagedFieldsEntry, Part | string>()

function read(this: { readonly [hidden]: Lazy }): ManagedFieldsEntry[] {
  const lazy = this[hidden]
  lazy.entries ??= Object.freeze(lazy.parts.map(entryIn)) as ManagedFieldsEntry[]
  return lazy.entries
}

function entryIn(part: Part): ManagedFieldsEntry {
  const entry = Object.freeze(JSON.parse(textOf(part)) as ManagedFieldsEntry)
  sources.set(entry, part)
  return entry
}

/** Gives metadata its managed fields, to be read when somebody looks. */
export function attach(metadata: ObjectMeta, parts: readonly Part[]): void {
  Object.defineProperty(metadata, hidden, { value: { parts, entries: undefined } satisfies Lazy })
  Object.defineProperty(metadata, 'managedFields', { get: read, enumerable: true, configurable: true })
}

const ownFields = Symbol('fieldsV1')

interface LazyFields {
  readonly text: string
  fields: ManagedFieldsEntry['fieldsV1']
}

function readFields(this: { readonly [ownFields]: LazyFields }): ManagedFieldsEntry['fieldsV1'] {
  const lazy = this[ownFields]
  lazy.fields ??= JSON.parse(lazy.text) as ManagedFieldsEntry['fieldsV1']
  return lazy.fields
}

/** An entry of fields that are JSON text, to be read when somebody looks. `head`: what stands before them. */
export function entryOfText(
  head: Omit<ManagedFieldsEntry, 'fieldsV1' | 'subresource'>,
  text: string,
): ManagedFieldsEntry {
  const entry: ManagedFieldsEntry = { ...head }
  Object.defineProperty(entry, ownFields, { value: { text, fields: undefined } satisfies LazyFields })
  Object.defineProperty(entry, 'fieldsV1', { get: readFields, enumerable: true, configurable: true })
  sources.set(entry, `${JSON.stringify(head).slice(0, -1)},"fieldsV1":${text}}`)
  return entry
}

const placeholder = `${name}]`

/** The JSON text of an object that `encode` makes, with its managed fields copied from where they were read. */
export function encodeCopying(object: KubeObject, encode: (object: KubeObject) => string): string {
  const { managedFields } = object.metadata
  if (!managedFields?.length) return encode(object)
  const text = encode({ ...object, metadata: { ...object.metadata, managedFields: [] } })
  // It stands last in the metadata, which stands first; inside a text its quotes would be escaped.
  const at = text.indexOf(placeholder)
  if (at < 0) throw new Error('the JSON of an object has no place for its managed fields')
  const from = at + name.length
  return text.slice(0, from) + managedFields.map(entryText).join(',') + text.slice(from)
}

function entryText(entry: ManagedFieldsEntry): string {
  const source = sources.get(entry)
  if (source === undefined) return JSON.stringify(entry)
  return typeof source === 'string' ? source : textOf(source)
}
