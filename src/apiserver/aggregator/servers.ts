import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type Agent, request } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import type { APIService } from '../../api/index.ts'
import type { UserInfo } from '../../api/resource.ts'
import type { Pair } from '../../net/x509/index.ts'
import type { ObjectReader } from '../contract.ts'
import type { NodeDialer } from '../subresources/index.ts'
import { type ServicePlace, type ServiceTls, serviceAgent, serviceDialer, serviceHost } from '../webhook/service.ts'
import { identityHeaders } from './identity.ts'

/** A request that is handed over. */
export interface HandedOver {
  readonly method: string
  /** Path with query, escaped. */
  readonly target: string
  readonly headers: Readonly<Record<string, string | string[]>>
  readonly body?: Uint8Array
}

/** A whole answer; the names of headers are in lower case. */
export interface ForeignAnswer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Another API server, behind a Service. */
export interface ForeignServer {
  /** How requests name it. */
  readonly host: string
  /** Resolves with the head of the answer. Rejects where there is no connection, or it breaks. */
  send(outgoing: HandedOver, signal: AbortSignal): Promise<IncomingMessage>
  /** Asks as somebody for a document. Rejects where it is not there in time, or too large. */
  get(path: string, user: UserInfo, accept: string, etag?: string): Promise<ForeignAnswer>
  /** A connection of one's own, for what takes it over. */
  dial(signal: AbortSignal): Promise<Duplex>
}

/** The servers that APIServices name. */
export interface ForeignServers {
  /** Undefined: the version is this server's own. */
  of(service: APIService): ForeignServer | undefined
  /** The APIService of this name is gone. */
  forget(name: string): void
  /** Gives back connections that are kept open. */
  close(): void
}

export interface ForeignServersDeps {
  readonly objects: ObjectReader
  readonly dialer: Pick<NodeDialer, 'network'>
  /** What the front proxy shows of itself; asked for each connection, since it may be renewed. */
  readonly identity?: () => Pair
}

/** Milliseconds that documents are waited for. */
const documentMilliseconds = 5000
/** Milliseconds that a connection may take. */
const connectMilliseconds = 30_000
/** Bytes of a document that are read at most. */
const longest = 32 * 1024 * 1024
const usualPort = 443
const reads = new Set(['GET', 'HEAD'])

interface Known {
  readonly agent: Agent
  readonly server: ForeignServer
}

export function foreignServers({ objects, dialer, identity }: ForeignServersDeps): ForeignServers {
  const dial = serviceDialer(objects, dialer)
  /** By what they are reached with: one server may answer several versions. */
  const known = new Map<string, Known>()
  const keys = new Map<string, string>()

  const make = (place: ServicePlace, tls: () => ServiceTls): Known => {
    const agent = serviceAgent(() => dial(place, connectMilliseconds), tls)
    const host = `${serviceHost(place)}:${place.port}`
    const send = async (handed: HandedOver, signal: AbortSignal, again = false): Promise<IncomingMessage> => {
      const { method, target, headers, body } = handed
      const outgoing = request({
        method,
        path: target,
        agent,
        signal,
        headers: { ...headers, host, ...(body?.length ? { 'content-length': body.length } : {}) },
      })
      const answered = once(outgoing, 'response')
      outgoing.end(body?.length ? body : undefined)
      try {
        const [response] = (await answered) as [IncomingMessage]
        return response
      } catch (error) {
        // A kept connection that the other side has given up: what only reads is asked once more.
        if (again || !outgoing.reusedSocket || signal.aborted || !reads.has(method)) throw error
        return send(handed, signal, true)
      }
    }
    const server: ForeignServer = {
      host,
      send: (outgoing, signal) => send(outgoing, signal),
      async get(target, user, accept, etag) {
        const headers = { ...identityHeaders(user), accept, ...(etag ? { 'if-none-match': etag } : {}) }
        const signal = AbortSignal.timeout(documentMilliseconds)
        const response = await send({ method: 'GET', target, headers }, signal)
        return { status: response.statusCode ?? 0, headers: response.headers, text: await textOf(response) }
      },
      async dial(signal) {
        const socket = connectTls({ socket: await dial(place, connectMilliseconds), ...tls() })
        try {
          await once(socket, 'secureConnect', { signal })
          return socket
        } catch (error) {
          socket.destroy()
          throw error
        }
      },
    }
    return { agent, server }
  }
  const forget = (name: string) => {
    const key = keys.get(name)
    keys.delete(name)
    if (key === undefined || [...keys.values()].includes(key)) return
    known.get(key)?.agent.destroy()
    known.delete(key)
  }
  return {
    of({ metadata: { name = '' }, spec: { service, caBundle, insecureSkipTLSVerify } }) {
      if (!service) return undefined
      const place = { namespace: service.namespace ?? '', name: service.name ?? '', port: service.port ?? usualPort }
      const key = JSON.stringify([place, caBundle, insecureSkipTLSVerify])
      if (keys.get(name) !== key) {
        forget(name)
        keys.set(name, key)
      }
      const before = known.get(key)
      if (before) return before.server
      const servername = serviceHost(place)
      const made = make(place, () => ({
        servername,
        ...(caBundle ? { ca: Buffer.from(caBundle, 'base64').toString() } : {}),
        ...(insecureSkipTLSVerify ? { rejectUnauthorized: false } : {}),
        ...identity?.(),
      }))
      known.set(key, made)
      return made.server
    },
    forget,
    close() {
      for (const { agent } of known.values()) agent.destroy()
      known.clear()
    },
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > longest) throw new Error(`the answer has more than ${longest} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}
