import { Agent, request } from 'node:https'
import type { ObjectReader } from '../contract.ts'
import type { NodeDialer } from '../subresources/index.ts'
import { type ServiceDialer, serviceAgent, serviceDialer, serviceHost } from './service.ts'
import { wordsOf } from './words.ts'

/** Where a webhook is, as configurations tell it: either a URL or a Service. */
export interface WebhookTarget {
  readonly url?: string
  readonly service?: {
    readonly namespace: string
    readonly name: string
    readonly path?: string
    readonly port?: number
  }
  /** Authorities its certificate is checked against, base64 of PEM; those of the system when absent or empty. */
  readonly caBundle?: string
}

export interface WebhookCallOptions {
  /** The answer must be there in so many milliseconds. */
  readonly milliseconds: number
  readonly signal?: AbortSignal
  /** Added to the URL's query: `timeout=10s`. */
  readonly query?: string
}

/** Asks webhooks, over HTTPS. */
export interface WebhookCaller {
  /**
   * Posts JSON and gives the JSON that is answered. Rejects with an Error in client-go's words: no connection, no answer
   * in time, a status that is no success, or no JSON.
   */
  call(target: WebhookTarget, body: unknown, options: WebhookCallOptions): Promise<unknown>
  /** Gives back connections that are kept open. */
  close(): void
}

/** An answer whose status is no success. */
export class UnhappyAnswer extends Error {
  readonly status: number

  constructor(status: number, text: string) {
    super(refusal(status, text))
    this.status = status
  }
}

export interface WebhookCallerDeps {
  readonly objects: ObjectReader
  /** The way to what is behind Services; absent: webhooks at URLs only. */
  readonly dialer?: Pick<NodeDialer, 'network'>
}

/** Bytes of an answer that are read at most. */
const longest = 64 * 1024 * 1024
/** Targets whose connections are kept. */
const mostAgents = 200
/** Connections to one target. */
const mostSockets = 32

export function createWebhookCaller({ objects, dialer }: WebhookCallerDeps): WebhookCaller {
  const agents = new Map<string, Agent>()
  const dial = serviceDialer(objects, dialer)
  const agentOf = (target: WebhookTarget): Agent => {
    const key = JSON.stringify(target)
    const known = agents.get(key)
    if (known) return known
    const made = createAgent(target, dial)
    agents.set(key, made)
    for (const [oldest, agent] of agents) {
      if (agents.size <= mostAgents) break
      agents.delete(oldest)
      agent.destroy()
    }
    return made
  }
  return {
    async call(target, body, options) {
      const { service } = target
      const plain = service ? serviceUrl(service) : (target.url ?? '')
      const url = options.query ? `${plain}?${options.query}` : plain
      const text = await post(url, JSON.stringify(body), agentOf(target), options)
      try {
        return JSON.parse(text)
      } catch (cause) {
        throw new Error(`${named(url)}: the answer is no JSON: ${(cause as Error).message}`, { cause })
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
      agents.clear()
    },
  }
}

type ServiceTarget = NonNullable<WebhookTarget['service']>

const usualPort = 443
/** Milliseconds that a connection may take: no webhook is waited for longer. */
const longestCall = 30_000

const serviceUrl = (service: ServiceTarget) =>
  `https://${serviceHost(service)}:${service.port ?? usualPort}${service.path?.startsWith('/') ? service.path : `/${service.path ?? ''}`}`

function createAgent({ caBundle, service }: WebhookTarget, dial: ServiceDialer): Agent {
  const authorities = caBundle ? { ca: Buffer.from(caBundle, 'base64').toString() } : {}
  if (!service) return new Agent({ keepAlive: true, maxSockets: mostSockets, ...authorities })
  const place = { ...service, port: service.port ?? usualPort }
  return serviceAgent(
    () => dial(place, longestCall),
    () => ({ servername: serviceHost(service), ...authorities }),
    mostSockets,
  )
}

const named = (url: string) => `Post ${JSON.stringify(url)}`

function post(url: string, body: string, agent: Agent, options: WebhookCallOptions): Promise<string> {
  const { milliseconds, signal } = options
  const over = AbortSignal.timeout(milliseconds)
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      const why = over.aborted ? 'context deadline exceeded' : wordsOf(error)
      reject(new Error(`${named(url)}: ${why}`, { cause: error }))
    }
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent,
        signal: signal ? AbortSignal.any([over, signal]) : over,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'kube-apiserver-admission',
        },
      },
      response => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > longest) response.destroy(new Error(`the answer has more than ${longest} bytes`))
          else chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const { statusCode = 0 } = response
          if (statusCode >= 200 && statusCode < 300) resolve(text)
          else reject(new UnhappyAnswer(statusCode, text))
        })
      },
    )
    outgoing.on('error', fail)
    outgoing.end(body)
  })
}

/** What client-go makes of a status that is no success. */
function refusal(status: number, text: string): string {
  if (status === 404) return 'the server could not find the requested resource'
  if (status === 401) return 'the server has asked for the client to provide credentials'
  if (status >= 500) {
    return `an error on the server (${JSON.stringify(text.slice(0, 2048))}) has prevented the request from succeeding`
  }
  return `the server rejected our request for an unknown reason (${status})`
}
