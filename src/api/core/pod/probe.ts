import { fields, int32, int64, intOrString, list, object, one, oneOf, string, strings } from '../../../schema/fields.ts'
import type { Shape, Type } from '../../../schema/types.ts'
import { signals } from './signals.ts'

const execAction = fields({
  /** Program and arguments, without a shell. Status 0 is success. */
  command: strings(1, { listType: 'atomic' }),
})
export interface ExecAction extends Shape<typeof execAction> {}
export const ExecAction: Type<ExecAction> = object('io.k8s.api.core.v1.ExecAction', execAction)

const httpHeader = fields({
  /** Name of the header. */
  name: string(1, { always: true }),
  /** Value of the header. */
  value: string(2, { always: true }),
})
export interface HTTPHeader extends Shape<typeof httpHeader> {}
export const HTTPHeader: Type<HTTPHeader> = object('io.k8s.api.core.v1.HTTPHeader', httpHeader)

const httpGetAction = fields({
  /** Path that is asked for. */
  path: string(1, { default: '/' }),
  /** Number or name of the container's port. */
  port: intOrString(2, { always: true, required: true }),
  /** Host to connect to; the pod's address when empty. */
  host: string(3),
  /** HTTP or HTTPS; certificates are not checked. */
  scheme: oneOf(4, ['HTTP', 'HTTPS'], { default: 'HTTP' }),
  /** Headers to send. */
  httpHeaders: list(5, HTTPHeader, { listType: 'atomic' }),
})
export interface HTTPGetAction extends Shape<typeof httpGetAction> {}
export const HTTPGetAction: Type<HTTPGetAction> = object('io.k8s.api.core.v1.HTTPGetAction', httpGetAction)

const tcpSocketAction = fields({
  /** Number or name of the container's port. */
  port: intOrString(1, { always: true, required: true }),
  /** Host to connect to; the pod's address when empty. */
  host: string(2),
})
export interface TCPSocketAction extends Shape<typeof tcpSocketAction> {}
export const TCPSocketAction: Type<TCPSocketAction> = object('io.k8s.api.core.v1.TCPSocketAction', tcpSocketAction)

const grpcAction = fields({
  /** Port of the gRPC health service. */
  port: int32(1, { always: true }),
  /** Service name to put into the health request. */
  service: string(2, { pointer: true, default: '' }),
})
export interface GRPCAction extends Shape<typeof grpcAction> {}
export const GRPCAction: Type<GRPCAction> = object('io.k8s.api.core.v1.GRPCAction', grpcAction)

const probeHandler = fields({
  /** Runs a command in the container. */
  exec: one(1, ExecAction, { pointer: true }),
  /** Sends an HTTP GET; 200 to 399 is success. */
  httpGet: one(2, HTTPGetAction, { pointer: true }),
  /** Opens a TCP connection. */
  tcpSocket: one(3, TCPSocketAction, { pointer: true }),
  /** Asks the gRPC health service. */
  grpc: one(4, GRPCAction, { pointer: true }),
})
export interface ProbeHandler extends Shape<typeof probeHandler> {}
export const ProbeHandler: Type<ProbeHandler> = object('io.k8s.api.core.v1.ProbeHandler', probeHandler)

const probe = fields({
  /** Seconds after the container's start before the first probe. */
  initialDelaySeconds: int32(2),
  /** Seconds after which a probe has failed. */
  timeoutSeconds: int32(3, { default: 1 }),
  /** Seconds between probes. */
  periodSeconds: int32(4, { default: 10 }),
  /** Successes in a row that make a failed probe good again. */
  successThreshold: int32(5, { default: 1 }),
  /** Failures in a row that make a good probe failed. */
  failureThreshold: int32(6, { default: 3 }),
  /** Seconds the container gets to end when this probe stops it; the pod's when absent. */
  terminationGracePeriodSeconds: int64(7, { pointer: true }),
})
export interface Probe extends Shape<typeof probe>, ProbeHandler {}
export const Probe: Type<Probe> = object('io.k8s.api.core.v1.Probe', {
  handler: one(1, ProbeHandler, { always: true, inline: true }),
  ...probe,
})

const sleepAction = fields({
  /** How long to sleep. */
  seconds: int64(1, { always: true }),
})
export interface SleepAction extends Shape<typeof sleepAction> {}
export const SleepAction: Type<SleepAction> = object('io.k8s.api.core.v1.SleepAction', sleepAction)

const lifecycleHandler = fields({
  /** Runs a command in the container. */
  exec: one(1, ExecAction, { pointer: true }),
  /** Sends an HTTP GET. */
  httpGet: one(2, HTTPGetAction, { pointer: true }),
  /** Deprecated: not supported. */
  tcpSocket: one(3, TCPSocketAction, { pointer: true }),
  /** Waits. */
  sleep: one(4, SleepAction, { pointer: true }),
})
export interface LifecycleHandler extends Shape<typeof lifecycleHandler> {}
export const LifecycleHandler: Type<LifecycleHandler> = object('io.k8s.api.core.v1.LifecycleHandler', lifecycleHandler)

const lifecycle = fields({
  /** Done right after the container's start; a failure ends the container. */
  postStart: one(1, LifecycleHandler, { pointer: true }),
  /** Done before the container is ended on purpose. */
  preStop: one(2, LifecycleHandler, { pointer: true }),
  /** Signal that asks the container to end; the image's or SIGTERM when absent. */
  stopSignal: oneOf(3, signals, { pointer: true }),
})
export interface Lifecycle extends Shape<typeof lifecycle> {}
export const Lifecycle: Type<Lifecycle> = object('io.k8s.api.core.v1.Lifecycle', lifecycle)
