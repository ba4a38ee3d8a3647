import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource } from '../../api/resource.ts'
import { fromJson } from '../../schema/codec/json.ts'
import type { Stored } from '../contract.ts'
import { encodeValue, storedOf } from '../store/codec.ts'
import { deepFreeze } from '../store/stored.ts'

/** The annotation of the bookmark that ends the initial events of a streamed list. */
const initialEventsEnd = 'k8s.io/initial-events-end'

/** An object of the kind that says nothing but how far the watch has come. Its key is empty. */
export function bookmarkOf(resource: Resource, revision: number, endsInitial = false): Stored {
  const annotations = endsInitial ? { annotations: { [initialEventsEnd]: 'true' } } : {}
  if (resource.custom) return customBookmark(resource, revision, annotations)
  const object = fromJson(resource.type, { metadata: annotations }) as KubeObject
  return storedOf(resource, '', revision, encodeValue(resource, object))
}

/** The same without the schema: there may be hundreds of kinds that are watched and have no objects. */
function customBookmark(resource: Resource, revision: number, annotations: object): Stored {
  const { json } = storedOf(resource, '', revision, encodeValue(resource, { metadata: { ...annotations } }))
  const { kind, apiVersion } = resource
  const metadata = { resourceVersion: String(revision), ...annotations }
  return { key: '', revision, json, object: deepFreeze({ kind, apiVersion, metadata }) }
}
