import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { isEnveloped, wrap } from '../../schema/codec/envelope.ts'
import { encodeJson } from '../../schema/codec/json.ts'
import { encodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Stored } from '../contract.ts'
import { foreignOf } from './foreign.ts'
import { begin, encodeValue, fullText, header, storedMetadata, withVersion } from './shortForm.ts'
import { notOfKind, readObject } from './stored.ts'
import { apiVersionOf, upstreamVersion } from './versions.ts'

export { keyIn, prefixOf } from './keys.ts'
export { encodeValue, header } from './shortForm.ts'

/**
 * How objects stand in the store. A value is read whatever wrote it, by its first bytes:
 *   `{"metadata":{`   the short form: JSON of the kind's own version without apiVersion and kind
 *   `k8s\0`           upstream's protobuf, in the version that its envelope names
 *   `{`               JSON in full, in the version that it names
 * The resourceVersion is never stored: it is the revision of the write. To read the short form is to put three pieces
 * of bytes together.
 */
export interface StoreCodec {
  /** The bytes to store. */
  encode(resource: Resource, object: KubeObject): Uint8Array
  /** Whether it would write an object in another form than that in which this one was found. */
  isStale(resource: Resource, stored: Stored): boolean
}

const beginBytes = Buffer.from(begin)

/** Custom resources are JSON in full everywhere, in the version that their definition names: which that is changes. */
const customJson = (resource: Resource, storedAs: string, object: KubeObject) =>
  Buffer.from(fullText({ ...resource, apiVersion: storedAs }, object))

/** The store is this server's own. */
export const embeddedCodec: StoreCodec = {
  encode: (resource, object) =>
    resource.custom ? customJson(resource, resource.custom.storedAs, object) : encodeValue(resource, object),
  isStale: ({ custom }, { writtenAs }) => (custom ? writtenAs !== `json ${custom.storedAs}` : writtenAs !== undefined),
}

/** Groups that upstream stores as JSON. */
const asJson = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io'])

const upstreamForm = (resource: Resource) => {
  const version = upstreamVersion(resource)
  const apiVersion = resource.custom?.storedAs ?? (version ? apiVersionOf(version) : resource.apiVersion)
  return { version, apiVersion, json: resource.custom !== undefined || asJson.has(resource.group) }
}

/** As upstream v1.36 stores objects, so that its servers read them. */
export const upstreamCodec: StoreCodec = {
  encode(resource, object) {
    const { version, apiVersion, json } = upstreamForm(resource)
    if (!version && json) return customJson(resource, apiVersion, object)
    const type = version?.type ?? resource.type
    const { kind } = resource
    const told = {
      ...((version ? version.down(object) : object) as KubeObject),
      kind,
      apiVersion,
      metadata: storedMetadata(object),
    }
    return json
      ? Buffer.from(encodeJson(type, told))
      : wrap({ apiVersion, kind }, encodeProtobuf(type, told as unknown))
  },
  isStale(resource, { writtenAs }) {
    const { apiVersion, json } = upstreamForm(resource)
    return writtenAs !== `${json ? 'json' : 'protobuf'} ${apiVersion}`
  },
}

/** Bytes of JSON from which on an object is not held: it takes several times as much. */
const large = 16 * 1024

class StoredObject implements Stored {
  readonly key: string
  readonly revision: number
  readonly json: Uint8Array
  readonly writtenAs: string | undefined
  readonly stale: (() => boolean) | undefined
  readonly #resource: Resource
  /** What is large is held only as long as somebody looks at it. */
  #object: KubeObject | WeakRef<KubeObject> | undefined

  constructor(
    resource: Resource,
    key: string,
    revision: number,
    json: Uint8Array,
    writtenAs: string | undefined,
    stale: (() => boolean) | undefined,
  ) {
    this.#resource = resource
    this.key = key
    this.revision = revision
    this.json = json
    this.writtenAs = writtenAs
    this.stale = stale
  }

  get object(): KubeObject {
    const held = this.#object instanceof WeakRef ? this.#object.deref() : this.#object
    if (held) return held
    const made = readObject(this.#resource, this.key, this.json)
    this.#object = this.json.length > large || this.#resource.seldomRead ? new WeakRef(made) : made
    return made
  }
}

const headers = new WeakMap<Resource, Uint8Array>()

/** What the kind's JSON begins with when told in full by this server. */
function headerOf(resource: Resource): Uint8Array {
  const known = headers.get(resource)
  if (known) return known
  const made = Buffer.from(header(resource.apiVersion, resource.kind))
  headers.set(resource, made)
  return made
}

const beginsWith = (value: Uint8Array, start: Uint8Array, at = 0) =>
  value.length > at + start.length && Buffer.compare(value.subarray(at, at + start.length), start) === 0

/**
 * An entry of the watch cache. Its object is read from the bytes when somebody looks at it, also where a writer had it
 * at hand: what readers of this process see is what is stored, whatever the hooks of the kind left in the writer's.
 * `stale`: whether the store would write the same value in another form now.
 */
export function storedOf(
  resource: Resource,
  key: string,
  revision: number,
  value: Uint8Array,
  stale?: () => boolean,
): Stored {
  if (beginsWith(value, beginBytes)) {
    return new StoredObject(resource, key, revision, withVersion(value, revision), undefined, stale)
  }
  // A custom resource may be older than the schema it is read by: what that prunes and fills in is found out then.
  if (resource.custom && value[0] === beginBytes[0]) return foreignOf(resource, key, revision, value, stale)
  const own = headerOf(resource)
  // `"metadata":{` follows, and the first brace of the header stands for that of the short form.
  if (beginsWith(value, own) && beginsWith(value, beginBytes.subarray(1), own.length)) {
    // A copy: the store's own bytes stay as they are, and `slice` of a Buffer would share them.
    const short = Uint8Array.from(value.subarray(own.length - 1))
    short[0] = beginBytes[0] as number
    const json = withVersion(short, revision)
    return new StoredObject(resource, key, revision, json, `json ${resource.apiVersion}`, stale)
  }
  if (isEnveloped(value) || value[0] === beginBytes[0]) return foreignOf(resource, key, revision, value, stale)
  throw new Error(`${notOfKind(resource, key)}: it does not begin with metadata`)
}
