import { resources as builtin } from '../api/index.ts'
import { type StatusBody, StatusError } from '../api/meta/statusError.ts'
import type { Resource, UserInfo } from '../api/resource.ts'
import { silent } from '../base/log.ts'
import { seededRandom } from '../base/random.ts'
import { createVirtualClock, type VirtualClock } from '../base/virtualClock.ts'
import type { Transport } from '../client/transport.ts'
import type { ForkableStore } from '../kv/contract.ts'
import { openMemoryStore } from '../kv/memory/store.ts'
import { createContent } from './content/index.ts'
import type { AdmissionPlugin, Answer, ServerRequest, Stored } from './contract.ts'
import { piecesOf } from './http/content.ts'
import { type ApiServer, createApiServer, type Observing } from './server.ts'
import { createSubresources, type NodeDialer } from './subresources/index.ts'

/** What a client gets, as it would over a socket. */
export interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
  /** The body as JSON, where it is. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
  readonly json: any
  readonly warnings: readonly string[]
}

export interface Sent {
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body?: unknown
}

export interface Watching {
  /** Frames so far, as text. */
  readonly frames: Uint8Array[]
  /** Frames so far: `ADDED a`, and bookmarks as `BOOKMARK`. */
  names(): string[]
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
  events(): { type: string; object: any }[]
  stop(): Promise<void>
  readonly ended: Promise<void>
}

/** A real server on a store in memory, without authentication, that is asked in bytes. */
export interface TestServer extends AsyncDisposable {
  readonly server: ApiServer
  readonly store: ForkableStore
  readonly clock: VirtualClock
  ask(method: string, target: string, sent?: Sent): Promise<Got>
  watch(target: string, headers?: Readonly<Record<string, string>>): Promise<Watching>
  connect(user?: UserInfo): Transport
  stop(): Promise<void>
}

export interface TestServerOptions {
  readonly resources?: readonly Resource[]
  readonly admission?: readonly AdmissionPlugin[]
  readonly dialer?: NodeDialer
  readonly observing?: Observing
  readonly store?: ForkableStore
  /** Whether the gate of CBOR is open. */
  readonly cbor?: boolean
}

export const admin: UserInfo = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }

/** 2026-01-02T03:04:05Z. */
export const start = Date.UTC(2026, 0, 2, 3, 4, 5)

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const clock = createVirtualClock(start)
  const store = options.store ?? openMemoryStore({ clock })
  const controller = new AbortController()
  const { signal } = controller
  const deps = { store, clock, log: silent, random: seededRandom(1), signal }
  const check = () => Promise.resolve()
  const server = await createApiServer(deps, options.resources ?? builtin, () => ({
    authenticate: () => Promise.resolve(admin),
    check,
    ...(options.observing ? { observing: options.observing } : {}),
    admission: options.admission ?? [],
    paths: [],
    virtual: {},
    subresources: verbs =>
      createSubresources({ ...verbs, check, ...(options.dialer ? { dialer: options.dialer } : {}) }),
  }))
  const content = createContent({ clock })
  const stop = async () => {
    controller.abort()
    await clock.settle()
    await store.close()
  }

  const request = (method: string, target: string, sent: Sent, aborts: AbortSignal): ServerRequest => {
    const { body } = sent
    const bytes =
      body === undefined
        ? new Uint8Array(0)
        : body instanceof Uint8Array
          ? body
          : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const mark = target.indexOf('?')
    return {
      method,
      target,
      query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
      headers: sent.headers ?? {},
      body: () => Promise.resolve(bytes),
      signal: aborts,
      cbor: options.cbor === true,
      warnings: [],
    }
  }

  return {
    server,
    store,
    clock,
    async ask(method, target, sent = {}) {
      const made = request(method, target, sent, signal)
      const got = (status: number, headers: Readonly<Record<string, string>>, body: Uint8Array | string): Got => {
        const bytes = typeof body === 'string' ? Buffer.from(body) : body
        const isJson = headers['content-type'] === 'application/json'
        return {
          status,
          headers,
          bytes,
          json: isJson ? JSON.parse(Buffer.from(bytes).toString()) : undefined,
          warnings: made.warnings,
        }
      }
      try {
        const answer = await server.handle(made)
        if (answer.form === 'stream') {
          const chunks: Uint8Array[] = []
          for await (const chunk of answer.chunks) chunks.push(chunk)
          return got(answer.status, { 'content-type': answer.contentType }, Buffer.concat(chunks))
        }
        if (answer.form !== 'object' && answer.form !== 'text') throw new Error(`the answer is a ${answer.form}`)
        const { status, headers, body } = content.encode(made, answer)
        return got(status, headers, Buffer.concat(piecesOf(body)))
      } catch (error) {
        if (!(error instanceof StatusError)) throw error
        const { status, headers, body } = content.failure(made, error)
        return got(status, headers, body)
      }
    },
    async watch(target, headers = {}) {
      const ends = new AbortController()
      const made = request('GET', target, { headers }, AbortSignal.any([ends.signal, signal]))
      const answer: Answer = await server.handle(made)
      if (answer.form !== 'watch') throw new Error(`GET ${target} is no watch`)
      const written = content.watch(made, answer.resource)
      const frames: Uint8Array[] = []
      const sink = {
        event(type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored) {
          frames.push(written.event(type, stored))
          return true
        },
        error: (status: unknown) => void frames.push(written.error(status)),
      }
      const ended = answer.start(sink, made.signal).catch(error => {
        if (!(error instanceof StatusError)) throw error
        sink.error(error.body)
      })
      await clock.settle()
      const events = () => frames.map(frame => JSON.parse(Buffer.from(frame).toString()))
      return {
        frames,
        ended,
        events,
        names: () =>
          events().map(({ type, object }) =>
            type === 'BOOKMARK' ? type : `${type} ${object.metadata.name ?? (object as StatusBody).reason}`,
          ),
        stop() {
          ends.abort()
          return ended
        },
      }
    },
    connect: (user = admin) => server.connect(user),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** A ConfigMap to send. */
export const configMap = (name: string, more: { data?: Record<string, string>; metadata?: object } = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...more.metadata },
  ...(more.data ? { data: more.data } : {}),
})

export const maps = '/api/v1/namespaces/default/configmaps'
