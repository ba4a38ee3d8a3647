import type { KubeObject } from '../../api/meta/objectMeta.ts'
import type { Resource, ServedVersion, UserInfo } from '../../api/resource.ts'
import type { Clock } from '../../base/clock.ts'
import type { Random } from '../../base/random.ts'
import type { Admission } from '../admit.ts'
import type { RequestInfo, Reservation, ServerRequest } from '../contract.ts'
import type { Routes } from '../routes.ts'
import type { Objects } from '../store/objects.ts'

/** A kind as one path serves it: the resource, and the version if it is not the storage version. */
export interface Served {
  readonly resource: Resource
  readonly version: ServedVersion<KubeObject> | undefined
  readonly apiVersion: string
  readonly kind: string
}

/** The resource by the names of the path, as admission tells of it. What the store has to say goes by its own names. */
export const requested = ({ resource, version, kind }: Served) => ({
  group: version?.group ?? resource.group,
  plural: version?.plural ?? resource.plural,
  kind,
})

/** What verbs work with. */
export interface VerbDeps {
  readonly objects: Objects
  readonly admission: Admission
  readonly clock: Clock
  readonly random: Random
  /** What objects have to themselves; absent: nothing. */
  readonly reservation?: Reservation
  /** Finds the other versions of a custom resource. */
  readonly routes?: Routes
  /** Whether somebody may do one thing more than was asked for: throws Forbidden. */
  authorize?(user: UserInfo, info: RequestInfo, request: ServerRequest): Promise<void>
}

/** One request on a kind. */
export interface Call {
  readonly served: Served
  readonly info: RequestInfo
  readonly request: ServerRequest
  readonly user: UserInfo
}
