import type { KubeObject, ObjectList } from '../api/meta/objectMeta.ts'
import type { Resource } from '../api/resource.ts'
import type { Draft } from '../schema/types.ts'
import { type ResourceClient, resourceClient } from './resourceClient.ts'
import type { Transport } from './transport.ts'

/** A typed client: `client.of(pods).get('nginx', { namespace: 'default' })`. Objects it returns are frozen. */
export interface Client {
  readonly transport: Transport
  of<T extends KubeObject>(resource: Resource<T>): ResourceClient<T>
}

export function createClient(transport: Transport): Client {
  return { transport, of: resource => resourceClient(transport, resource) }
}

export type { Draft, KubeObject, ObjectList, ResourceClient }
