import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { Client, credentials, Metadata, type ServiceError, status, type VerifyOptions } from '@grpc/grpc-js'
import { RpcError } from './error.ts'

/** One method of a gRPC service: its full path, and how its messages are written and read. `schema/codec/rpc.ts` makes them. */
export interface Method<In, Out> {
  readonly path: string
  encode(input: In): Uint8Array
  decode(bytes: Uint8Array): Out
}

/** Texts that go with a call: `{ token, hasleader: 'true' }`. */
export type CallMetadata = Readonly<Record<string, string>>

export interface CallOptions {
  /** Milliseconds; 2 minutes when absent, `Infinity` for none. */
  readonly timeout?: number
  readonly signal?: AbortSignal
  readonly metadata?: CallMetadata
}

/** A stream both ways. */
export interface Duplex<In> {
  send(message: In): void
  /** Resolves when the server ended the stream or the signal aborted; rejects when it broke. */
  readonly ended: Promise<void>
}

/** Calls to one server. The connection is opened at first use and again whenever it broke. */
export interface Channel {
  unary<In, Out>(method: Method<In, Out>, input: NoInfer<In>, options?: CallOptions): Promise<Out>
  /** Opens a server stream. Resolves when the server ended it or the signal aborted; rejects when it broke. */
  stream<In, Out>(
    method: Method<In, Out>,
    input: NoInfer<In>,
    signal: AbortSignal,
    onMessage: (message: Out) => void,
  ): Promise<void>
  /** Opens a stream both ways. */
  duplex<In, Out>(
    method: Method<In, Out>,
    options: { readonly signal: AbortSignal; readonly metadata?: CallMetadata },
    onMessage: (message: Out) => void,
  ): Duplex<In>
  /** Gives up the calls under way and closes the connection. */
  close(): void
}

/** PEM texts. `cert` and `key` say who calls. */
export interface ChannelTls {
  /** Authorities that the server's certificate is checked against; the system's when absent. */
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export interface ChannelOptions {
  /** Absent: the connection is not encrypted. */
  readonly tls?: ChannelTls
  /** Largest message either way, in bytes; 16 MiB when absent, as upstream's CRI client has it. -1: no limit. */
  readonly maximumMessage?: number
  /** Milliseconds between signs of life, and how long one may take; absent: none are asked for. */
  readonly keepalive?: { readonly every: number; readonly timeout: number }
}

const defaultTimeout = 120_000
const defaultMessage = 16 * 1024 * 1024

const callName = (path: string) => path.slice(path.lastIndexOf('/') + 1)

function toError(error: ServiceError, path: string): RpcError {
  return new RpcError(status[error.code] ?? 'UNKNOWN', error.details, callName(path), { cause: error })
}

/** How a server is known by its certificate. */
function security(address: string, tls: ChannelTls | undefined) {
  if (!tls) return { credentials: credentials.createInsecure(), options: {} }
  const bytes = (pem: string | undefined) => (pem === undefined ? null : Buffer.from(pem))
  const host = address
    .replace(/^[a-z]+:(\/\/)?/, '')
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
  const of = (verify: VerifyOptions) => credentials.createSsl(bytes(tls.ca), bytes(tls.key), bytes(tls.cert), verify)
  if (!isIP(host)) return { credentials: of({}), options: {} }
  // TLS names no addresses to the server, so some name stands there; what is verified is the address all the same.
  return {
    credentials: of({ checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate) }),
    options: { 'grpc.ssl_target_name_override': 'address.invalid' },
  }
}

function metadataOf(texts: CallMetadata = {}): Metadata {
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(texts)) metadata.set(name, value)
  return metadata
}

const encoder =
  <In>({ encode }: Method<In, unknown>) =>
  (value: In) => {
    const { buffer, byteOffset, length } = encode(value)
    return Buffer.from(buffer, byteOffset, length)
  }

/** A channel to a server: `unix:///run/containerd.sock`, `10.0.0.1:50051`. */
export function createChannel(address: string, options: ChannelOptions = {}): Channel {
  const { maximumMessage = defaultMessage, keepalive } = options
  const secured = security(address, options.tls)
  const client = new Client(address, secured.credentials, {
    ...secured.options,
    'grpc.max_receive_message_length': maximumMessage,
    'grpc.max_send_message_length': maximumMessage,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 3000,
    'grpc.enable_http_proxy': 0,
    // Channels to the same server are kept apart: each is closed by its own owner.
    'grpc.use_local_subchannel_pool': 1,
    ...(keepalive ? { 'grpc.keepalive_time_ms': keepalive.every, 'grpc.keepalive_timeout_ms': keepalive.timeout } : {}),
  })
  const active = new Set<{ cancel(): void }>()

  /** Ties a stream's end to a promise. */
  const endOf = (
    call: { cancel(): void; on(event: string, listener: (error: Error) => void): unknown },
    path: string,
    signal: AbortSignal,
  ) =>
    new Promise<void>((resolve, reject) => {
      active.add(call)
      const cancel = () => call.cancel()
      const over = () => {
        active.delete(call)
        signal.removeEventListener('abort', cancel)
      }
      signal.addEventListener('abort', cancel, { once: true })
      call.on('error', error => {
        over()
        if (signal.aborted) resolve()
        else reject(toError(error as ServiceError, path))
      })
      call.on('end', () => {
        over()
        resolve()
      })
    })

  return {
    unary(called, input, { timeout = defaultTimeout, signal, metadata } = {}) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new RpcError('CANCELLED', 'the call was given up', callName(called.path)))
        const call = client.makeUnaryRequest(
          called.path,
          encoder(called),
          bytes => called.decode(bytes),
          input,
          metadataOf(metadata),
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
    async stream(called, input, signal, onMessage) {
      if (signal.aborted) return
      const call = client.makeServerStreamRequest(
        called.path,
        encoder(called),
        bytes => called.decode(bytes),
        input,
        new Metadata(),
        {},
      )
      call.on('data', onMessage)
      await endOf(call, called.path, signal)
    },
    duplex(called, { signal, metadata }, onMessage) {
      if (signal.aborted) return { send() {}, ended: Promise.resolve() }
      const call = client.makeBidiStreamRequest(
        called.path,
        encoder(called),
        bytes => called.decode(bytes),
        metadataOf(metadata),
        {},
      )
      call.on('data', onMessage)
      return { send: message => void call.write(message), ended: endOf(call, called.path, signal) }
    },
    close() {
      for (const call of active) call.cancel()
      client.close()
    },
  }
}
