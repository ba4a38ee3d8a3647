import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource, ServedVersion } from '../../api/resource.ts'
import { isEnveloped, unwrap } from '../../schema/codec/envelope.ts'
import { fromJson, toJson } from '../../schema/codec/json.ts'
import { decodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Stored } from '../contract.ts'
import { storedVersionOf } from './converting.ts'
import { encodeValue, storedMetadata, withVersion } from './shortForm.ts'
import { deepFreeze, notOfKind } from './stored.ts'
import { toStorageVersion, versionOf } from './versions.ts'

const decoder = new TextDecoder()

/** A value with what it says it is, not yet of any type. */
interface Told {
  readonly form: 'json' | 'protobuf'
  readonly apiVersion: string
  readonly kind: string
  read(version: ServedVersion<KubeObject> | undefined): unknown
}

function toldBy(resource: Resource, value: Uint8Array): Told {
  if (isEnveloped(value)) {
    const { apiVersion, kind, raw } = unwrap(value)
    return { form: 'protobuf', apiVersion, kind, read: version => decodeProtobuf(version?.type ?? resource.type, raw) }
  }
  const json = JSON.parse(decoder.decode(value)) as { apiVersion?: unknown; kind?: unknown }
  const { apiVersion, kind } = json
  return {
    form: 'json',
    apiVersion: String(apiVersion ?? ''),
    kind: String(kind ?? ''),
    read: version => fromJson(version?.type ?? resource.type, json),
  }
}

/** The object that a value of upstream's holds, in the kind's own version, without its resourceVersion. */
function read(resource: Resource, told: Told): KubeObject {
  const { apiVersion, kind } = told
  const own = apiVersion === resource.apiVersion
  const version = own ? undefined : versionOf(resource, apiVersion)
  // Versions of a custom kind that nobody converts differ by name alone.
  const renamed = resource.custom && !resource.custom.convert && apiVersion.startsWith(`${resource.group}/`)
  if ((!own && !version && !renamed) || kind !== (version?.kind ?? resource.kind))
    throw new Error(`it is a ${kind || 'thing'} of ${apiVersion || 'no version'}, which is not served`)
  // Written by another server: it may be older than a field, and know no default for it.
  const filled = toStorageVersion(resource, version, told.read(version))
  // What defaults fill in may be a zero that normal form leaves out.
  const object = fromJson(resource.type, toJson(resource.type, filled))
  return { ...object, apiVersion: filled.apiVersion, kind: filled.kind, metadata: storedMetadata(object) }
}

/** An entry whose value is in one of upstream's forms: protobuf, or JSON in full. It is read when somebody looks at it. */
class ForeignObject implements Stored {
  readonly key: string
  readonly revision: number
  readonly stale: (() => boolean) | undefined
  readonly #resource: Resource
  #value: Uint8Array | undefined
  #writtenAs: string | undefined
  #object: KubeObject | undefined
  #json: Uint8Array | undefined

  constructor(
    resource: Resource,
    key: string,
    revision: number,
    value: Uint8Array,
    stale: (() => boolean) | undefined,
  ) {
    this.#resource = resource
    this.key = key
    this.revision = revision
    this.#value = value
    this.stale = stale
  }

  get writtenAs(): string {
    this.#writtenAs ??= this.#told(told => this.#form(told))
    return this.#writtenAs
  }

  get object(): KubeObject {
    this.#object ??= this.#told((told, resource) => {
      const object = read(resource, told)
      this.#writtenAs = this.#form(told)
      const metadata = { resourceVersion: String(this.revision), ...object.metadata }
      return deepFreeze({ ...object, metadata })
    })
    // What it was read from is not needed any more: the object says it all.
    this.#value = undefined
    return this.#object
  }

  get json(): Uint8Array {
    this.#json ??= withVersion(encodeValue(this.#resource, this.object), this.revision)
    return this.#json
  }

  #form({ form, apiVersion }: Told): string {
    return `${form} ${(this.#value && storedVersionOf(this.#value)) ?? apiVersion}`
  }

  #told<T>(use: (told: Told, resource: Resource) => T): T {
    const resource = this.#resource
    try {
      return use(toldBy(resource, this.#value ?? new Uint8Array(0)), resource)
    } catch (cause) {
      throw new Error(`${notOfKind(resource, this.key)}: ${(cause as Error).message}`, { cause })
    }
  }
}

export const foreignOf = (
  resource: Resource,
  key: string,
  revision: number,
  value: Uint8Array,
  stale: (() => boolean) | undefined,
): Stored => new ForeignObject(resource, key, revision, value, stale)
