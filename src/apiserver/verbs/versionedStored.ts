import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { toJson } from '../../schema/codec/json.ts'
import type { Stored } from '../contract.ts'
import type { Served } from './scope.ts'
import { toClient, typeOf } from './version.ts'

const encoder = new TextEncoder()

/** The resource as a client of this version sees it: its type, kind and apiVersion. */
export const resourceAsServed = (served: Served): Resource =>
  served.version
    ? { ...served.resource, type: typeOf(served) as Resource['type'], kind: served.kind, apiVersion: served.apiVersion }
    : served.resource

/** A stored object as another version shows it: made when looked at. The storage version is the object itself. */
export function versionedStored(served: Served, stored: Stored): Stored {
  if (!served.version) return stored
  let object: KubeObject | undefined
  let json: Uint8Array | undefined
  const shown = () => {
    object ??=
      stored.key === ''
        ? { ...stored.object, apiVersion: served.apiVersion, kind: served.kind }
        : (toClient(served, stored.object) as KubeObject)
    return object
  }
  return {
    key: stored.key,
    revision: stored.revision,
    get object() {
      return shown()
    },
    get json() {
      if (!json) {
        const {
          kind: _,
          apiVersion: __,
          ...rest
        } = (stored.key === '' ? shown() : toJson(typeOf(served), shown())) as KubeObject
        json = encoder.encode(JSON.stringify(rest))
      }
      return json
    },
  }
}
