import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Type } from '../../schema/types.ts'
import { concat, utf8 } from '../content/bytes.ts'
import type { Answer, Stored } from '../contract.ts'
import { header } from '../store/codec.ts'
import { toStorageVersion } from '../store/versions.ts'
import type { Served } from './scope.ts'

/** The type a client of this version reads and writes. */
export const typeOf = ({ resource, version }: Served): Type<unknown> => version?.type ?? resource.type

/** From the client's version, decoded, to the storage version with all defaults. */
export const toStorage = ({ resource, version }: Served, object: unknown): KubeObject =>
  toStorageVersion(resource, version, object)

/** From a stored object to what a client of this version sees. The storage version is shared, not copied. */
export function toClient(served: Served, object: KubeObject): unknown {
  const { version, apiVersion, kind } = served
  return version ? { ...(version.down(object) as object), apiVersion, kind } : object
}

/** The JSON of a stored object, told in full. */
export const fullJson = (apiVersion: string, kind: string, stored: Stored): Uint8Array =>
  concat([utf8(header(apiVersion, kind)), stored.json.subarray(1)])

/** Answers one object. In the storage version the stored bytes go out as they are. */
export function objectAnswer(served: Served, status: number, stored: Stored): Answer {
  const { apiVersion, kind, version } = served
  return {
    form: 'object',
    status,
    type: typeOf(served),
    apiVersion,
    kind,
    resource: served.resource,
    get object() {
      return toClient(served, stored.object)
    },
    ...(version ? {} : { json: () => fullJson(apiVersion, kind, stored) }),
  }
}
