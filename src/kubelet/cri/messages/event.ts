import { bytes, fields, int32, int64, list, object, one, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { ContainerStatus } from './container.ts'
import { PodSandboxStatus } from './sandbox.ts'

/** `runtime.v1.ContainerEventType`. */
export const containerEventType = { created: 0, started: 1, stopped: 2, deleted: 3 } as const

const containerEventResponse = fields({
  containerId: string(1, { always: true }),
  containerEventType: int32(2, { always: true }),
  createdAt: int64(3, { always: true }),
  podSandboxStatus: one(4, PodSandboxStatus, { pointer: true }),
  containersStatuses: list(5, ContainerStatus, { always: true }),
})
export interface ContainerEventResponse extends Shape<typeof containerEventResponse> {}
export const ContainerEventResponse: Type<ContainerEventResponse> = object(
  'runtime.v1.ContainerEventResponse',
  containerEventResponse,
)

// containerd's own events service, for versions whose CRI plugin has no event stream.

const timestamp = fields({ seconds: int64(1, { always: true }), nanos: int32(2, { always: true }) })
export interface Timestamp extends Shape<typeof timestamp> {}
export const Timestamp: Type<Timestamp> = object('google.protobuf.Timestamp', timestamp)

const any = fields({ typeUrl: string(1, { always: true }), value: bytes(2, { always: true }) })
export interface Any extends Shape<typeof any> {}
export const Any: Type<Any> = object('google.protobuf.Any', any)

const subscribeRequest = fields({
  /** Any of them must hold; conditions of one are joined by commas. */
  filters: strings(1, { always: true }),
})
export interface SubscribeRequest extends Shape<typeof subscribeRequest> {}
export const SubscribeRequest: Type<SubscribeRequest> = object(
  'containerd.services.events.v1.SubscribeRequest',
  subscribeRequest,
)

const envelope = fields({
  timestamp: one(1, Timestamp, { pointer: true }),
  namespace: string(2, { always: true }),
  topic: string(3, { always: true }),
  event: one(4, Any, { pointer: true }),
})
export interface Envelope extends Shape<typeof envelope> {}
export const Envelope: Type<Envelope> = object('containerd.services.events.v1.Envelope', envelope)

const taskEvent = fields({
  containerId: string(1, { always: true }),
  /** The process that ended: the container's own when it equals `containerId`, else one that was executed in it. TaskExit only. */
  id: string(2, { always: true }),
})
export interface TaskExit extends Shape<typeof taskEvent> {}
export const TaskExit: Type<TaskExit> = object('containerd.events.TaskExit', taskEvent)

const taskChange = fields({ containerId: string(1, { always: true }) })
/** What TaskStart, TaskOOM, TaskDelete and TaskPaused begin with. */
export interface TaskChange extends Shape<typeof taskChange> {}
export const TaskChange: Type<TaskChange> = object('containerd.events.TaskChange', taskChange)
