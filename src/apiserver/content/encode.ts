import { ListMeta } from '../../api/meta/objectMeta.ts'
import { encodeCbor } from '../../schema/codec/cbor.ts'
import { wrap } from '../../schema/codec/envelope.ts'
import { toJson } from '../../schema/codec/json.ts'
import { encodeProtobuf } from '../../schema/codec/protobuf.ts'
import { formatYaml } from '../../schema/codec/yaml.ts'
import type { Type } from '../../schema/types.ts'
import type { Stored } from '../contract.ts'
import { concat, lengthPrefix } from './bytes.ts'
import type { Format } from './mediaTypes.ts'
import type { Shaped } from './shape.ts'

/** With kind and apiVersion; the items of a list, which say it for them, without. */
function told({ type, kind, apiVersion, object }: Shaped): object {
  const { items, ...rest } = object as { items?: unknown }
  const list = Array.isArray(items) && type.form === 'object' ? itemType(type) : undefined
  if (!list) return { ...(object as object), kind, apiVersion }
  return { ...rest, items: namesItems(kind, list) ? items : (items as object[]).map(unnamed), kind, apiVersion }
}

const namesItems = (kind: string, item: Type<unknown>) =>
  kind === 'PartialObjectMetadataList' || item.ownMetadata !== undefined

const unnamed = (item: object): object => ({ ...item, kind: '', apiVersion: '' })

/** The object as it is printed: kind and apiVersion first. */
const printed = (shaped: Shaped): unknown => toJson(shaped.type, told(shaped))

/** The bytes of an object in one of the forms. `json`: bytes already made. */
export function encodeObject(
  shaped: Shaped,
  format: Format,
  pretty: boolean,
  json?: () => Uint8Array,
): Uint8Array | string {
  if (format === 'protobuf') return wrap(shaped, message(shaped.type, shaped.object))
  if (format === 'cbor') return encodeCbor(shaped.type, told(shaped))
  if (format === 'yaml') return formatYaml(printed(shaped))
  if (pretty) return `${JSON.stringify(printed(shaped), undefined, 2)}\n`
  return json ? json() : JSON.stringify(printed(shaped))
}

/** Messages of objects that are shared by readers, made at first use. */
const messages = new WeakMap<object, Uint8Array>()

/** The protobuf message of an object. Those of frozen objects are kept: lists and watches want them again. */
export function message(type: Type<unknown>, object: unknown): Uint8Array {
  const { metadata, items } = object as { metadata?: ListMeta; items?: unknown }
  const items_ = type.form === 'object' && Array.isArray(items) ? itemType(type) : undefined
  if (items_) return listMessage(items_, metadata ?? {}, items as readonly unknown[])
  if (!Object.isFrozen(object)) return encodeProtobuf(type, object)
  const known = messages.get(object as object)
  if (known) return known
  const made = encodeProtobuf(type, object)
  messages.set(object as object, made)
  return made
}

/** The type of the items, where a type is that of a list of kinds. */
function itemType(type: Extract<Type, { form: 'object' }>): Type<unknown> | undefined {
  const field = type.fields.items
  if (field?.number !== 2) return undefined
  const list = typeof field.type === 'function' ? field.type() : field.type
  return list.form === 'list' && list.of.form === 'object' ? list.of : undefined
}

function listMessage(item: Type<unknown>, metadata: ListMeta, items: readonly unknown[]): Uint8Array {
  const told = encodeProtobuf(ListMeta, metadata)
  return concat([lengthPrefix(0x0a, told.length), told, ...itemMessages(item, items)])
}

/** The messages of a list's items, each as its field 2. */
export const joinedMessages = (item: Type<unknown>, items: readonly Stored[]): Uint8Array =>
  concat(
    itemMessages(
      item,
      items.map(stored => stored.object),
    ),
  )

function itemMessages(item: Type<unknown>, items: readonly unknown[]): readonly Uint8Array[] {
  const parts: Uint8Array[] = []
  for (const one of items) {
    const bytes = message(item, one)
    parts.push(lengthPrefix(0x12, bytes.length), bytes)
  }
  return parts
}
