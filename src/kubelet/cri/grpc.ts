import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { decodeProtobuf, encodeProtobuf } from '../../schema/codec/protobuf.ts'
import type { Draft, Type } from '../../schema/types.ts'

/** One method of a gRPC service: full path and the messages both ways. */
export interface Method<In, Out> {
  readonly path: string
  readonly input: Type<In>
  readonly output: Type<Out>
}

/** Names a method: `method('runtime.v1.RuntimeService', 'Version', VersionRequest, VersionResponse)`. */
export const method = <In, Out>(
  service: string,
  name: string,
  input: Type<In>,
  output: Type<Out>,
): Method<In, Out> => ({
  path: `/${service}/${name}`,
  input,
  output,
})

/** A failed call: `code` is gRPC's name of the status, `message` the runtime's own words. */
export class RuntimeError extends Error {
  override name = 'RuntimeError'
  readonly code: string
  /** Method that failed, without its service. */
  readonly call: string

  constructor(code: string, message: string, call: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.call = call
  }

  /** As Go prints a gRPC error; what users see in messages. */
  get text(): string {
    return `rpc error: code = ${goCodes[this.code] ?? this.code} desc = ${this.message}`
  }
}

/** The words users know from events and statuses; plain errors give their message. */
export const errorText = (error: unknown): string =>
  error instanceof RuntimeError ? error.text : error instanceof Error ? error.message : String(error)

export const isCode = (error: unknown, code: string): boolean => error instanceof RuntimeError && error.code === code

export interface CallOptions {
  /** Milliseconds; 2 minutes when absent, `Infinity` for none. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/** Calls to one server. The connection is opened at first use and again whenever it broke. */
export interface Channel {
  unary<In, Out>(method: Method<In, Out>, input: Draft<In>, options?: CallOptions): Promise<Out>
  /**
   * Opens a server stream. Resolves when the server ended it or the signal aborted; rejects when it broke.
   */
  stream<In, Out>(
    method: Method<In, Out>,
    input: Draft<In>,
    signal: AbortSignal,
    onMessage: (message: Out) => void,
  ): Promise<void>
  /** Gives up the calls under way and closes the connection. */
  close(): void
}

const goCodes: Record<string, string> = {
  CANCELLED: 'Canceled',
  UNKNOWN: 'Unknown',
  INVALID_ARGUMENT: 'InvalidArgument',
  DEADLINE_EXCEEDED: 'DeadlineExceeded',
  NOT_FOUND: 'NotFound',
  ALREADY_EXISTS: 'AlreadyExists',
  PERMISSION_DENIED: 'PermissionDenied',
  RESOURCE_EXHAUSTED: 'ResourceExhausted',
  FAILED_PRECONDITION: 'FailedPrecondition',
  ABORTED: 'Aborted',
  OUT_OF_RANGE: 'OutOfRange',
  UNIMPLEMENTED: 'Unimplemented',
  INTERNAL: 'Internal',
  UNAVAILABLE: 'Unavailable',
  DATA_LOSS: 'DataLoss',
  UNAUTHENTICATED: 'Unauthenticated',
}

const defaultTimeout = 120_000
/** As upstream allows (`maxMsgSize` of its CRI client). */
const maximumMessage = 16 * 1024 * 1024

const callName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function toError(error: ServiceError, path: string): RuntimeError {
  return new RuntimeError(status[error.code] ?? 'UNKNOWN', error.details, callName(path), { cause: error })
}

/** A channel to a server: `unix:///run/containerd.sock`, `10.0.0.1:50051`. */
export function createChannel(address: string): Channel {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': maximumMessage,
    'grpc.max_send_message_length': maximumMessage,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 3000,
    'grpc.enable_http_proxy': 0,
  })
  const active = new Set<{ cancel(): void }>()
  const encode =
    <T>(type: Type<T>) =>
    (value: Draft<T>) =>
      Buffer.from(encodeProtobuf(type, value as T, { proto3: true }))
  const decode =
    <T>(type: Type<T>) =>
    (bytes: Buffer) =>
      decodeProtobuf(type, bytes)
  return {
    unary(called, input, { timeout = defaultTimeout, signal } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted)
          return reject(new RuntimeError('CANCELLED', 'the call was given up', callName(called.path)))
        const call = client.makeUnaryRequest(
          called.path,
          encode(called.input),
          decode(called.output),
          input,
          new Metadata(),
          timeout === Infinity ? {} : { deadline: Date.now() + timeout },
          (error, output) => {
            signal?.removeEventListener('abort', cancel)
            active.delete(call)
            if (error) reject(toError(error, called.path))
            else resolve(output as Exclude<typeof output, undefined>)
          },
        )
        active.add(call)
        const cancel = () => call.cancel()
        signal?.addEventListener('abort', cancel, { once: true })
      })
    },
    stream(called, input, signal, onMessage) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return resolve()
        const call = client.makeServerStreamRequest(
          called.path,
          encode(called.input),
          decode(called.output),
          input,
          new Metadata(),
          {},
        )
        const cancel = () => call.cancel()
        signal.addEventListener('abort', cancel, { once: true })
        call.on('data', onMessage)
        call.on('error', error => {
          signal.removeEventListener('abort', cancel)
          if (signal.aborted) resolve()
          else reject(toError(error as ServiceError, called.path))
        })
        call.on('end', () => {
          signal.removeEventListener('abort', cancel)
          resolve()
        })
      })
    },
    close() {
      for (const call of active) call.cancel()
      client.close()
    },
  }
}
