import { fields, int32, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ListMeta } from './objectMeta.ts'

const statusCause = fields({
  /** What kind of problem, for programs. */
  reason: string(1),
  /** What is wrong, for people. */
  message: string(2),
  /** Path of the field at fault, in JavaScript notation. */
  field: string(3),
})
export interface StatusCause extends Shape<typeof statusCause> {}
export const StatusCause: Type<StatusCause> = object('io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause', statusCause)

const statusDetails = fields({
  /** Name of the object the request was about. */
  name: string(1),
  /** API group of the object. */
  group: string(2),
  /** Plural resource name, or kind, of the object. */
  kind: string(3),
  /** UID of the object. */
  uid: string(6),
  /** Each problem by itself. */
  causes: list(4, StatusCause, { listType: 'atomic' }),
  /** Seconds to wait before trying again. */
  retryAfterSeconds: int32(5),
})
export interface StatusDetails extends Shape<typeof statusDetails> {}
export const StatusDetails: Type<StatusDetails> = object(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails',
  statusDetails,
)

const status = fields({
  /** Version and paging of the list. */
  metadata: one(1, ListMeta, { always: true }),
  /** Success or Failure. */
  status: string(2),
  /** What happened, for people. */
  message: string(3),
  /** Why the request failed, for programs. */
  reason: string(4),
  /** More about the failure. */
  details: one(5, StatusDetails, { pointer: true }),
  /** HTTP status code. */
  code: int32(6),
})
export interface Status extends RootShape<typeof status> {}
export const Status: Type<Status> = root('io.k8s.apimachinery.pkg.apis.meta.v1.Status', status)
