import { Agent, request } from 'node:https'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { type Service, services } from '../../api/index.ts'
import type { ObjectReader } from '../contract.ts'
import type { NodeDialer } from '../subresources/index.ts'
import { servicePort } from '../subresources/proxy.ts'

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

export interface WebhookCallerDeps {
  readonly objects: ObjectReader
  /** The way to what is behind Services; absent: webhooks at URLs only. */
  readonly dialer?: Pick<NodeDialer, 'network'>
}

/** Bytes of an answer that are read at most. */
const longest = 64 * 1024 * 1024
/** Targets whose connections are kept. */
const mostAgents = 200

export function createWebhookCaller({ objects, dialer }: WebhookCallerDeps): WebhookCaller {
  const agents = new Map<string, Agent>()
  const agentOf = (target: WebhookTarget, dial: Dial | undefined): Agent => {
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
      const url = new URL(service ? serviceUrl(service) : (target.url ?? ''))
      if (options.query) url.search = options.query
      const dial = service ? () => dialService(objects, dialer, service, options) : undefined
      const text = await post(url, JSON.stringify(body), agentOf(target, dial), options)
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

type Dial = () => Promise<Duplex>
type ServiceTarget = NonNullable<WebhookTarget['service']>

const hostOf = ({ namespace, name }: ServiceTarget) => `${name}.${namespace}.svc`
const serviceUrl = (service: ServiceTarget) =>
  `https://${hostOf(service)}:${service.port ?? 443}${service.path?.startsWith('/') ? service.path : `/${service.path ?? ''}`}`

/** One of the endpoints behind the Service: the server need not reach its virtual address. */
async function dialService(
  objects: ObjectReader,
  dialer: Pick<NodeDialer, 'network'> | undefined,
  service: ServiceTarget,
  { milliseconds }: WebhookCallOptions,
): Promise<Duplex> {
  if (!dialer) throw new Error('this server has no way to the pod network')
  const found: Service | undefined = objects.get(services, service.namespace, service.name)
  const port = service.port ?? 443
  const address =
    found?.spec.type === 'ExternalName' && found.spec.externalName
      ? { host: found.spec.externalName, port }
      : servicePort(objects, service.namespace, service.name, String(port))
  return dialer.network({ ...address, tls: false }, AbortSignal.timeout(milliseconds))
}

function createAgent(target: WebhookTarget, dial: Dial | undefined): Agent {
  const ca = target.caBundle ? Buffer.from(target.caBundle, 'base64').toString() : undefined
  const agent = new Agent({ keepAlive: true, maxSockets: 32, ...(ca ? { ca } : {}) })
  const { service } = target
  if (!dial || !service) return agent
  // The certificate is that of the Service's name, whatever endpoint is dialed.
  agent.createConnection = (_, connected) => {
    dial().then(
      socket => {
        const secure = connectTls({ socket, servername: hostOf(service), ...(ca ? { ca } : {}) })
        connected?.(null, secure)
      },
      error => connected?.(error as Error, undefined as never),
    )
    return undefined
  }
  return agent
}

const named = (url: URL) => `Post ${JSON.stringify(url.href)}`

function post(url: URL, body: string, agent: Agent, options: WebhookCallOptions): Promise<string> {
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
          else reject(new Error(refusal(statusCode, text)))
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

/** The words of Go for what goes wrong most, so that people find them. */
function wordsOf(error: Error & { code?: string; address?: string; port?: number }): string {
  const { code, address, port } = error
  if (code === 'ECONNREFUSED') return `dial tcp ${address}:${port}: connect: connection refused`
  if (code === 'ENOTFOUND') return `dial tcp: lookup ${address ?? ''}: no such host`
  if (code === 'ECONNRESET') return 'EOF'
  if (code?.includes('CERT') || code?.includes('SIGNATURE') || code === 'DEPTH_ZERO_SELF_SIGNED_CERT')
    return `tls: failed to verify certificate: x509: ${error.message}`
  return error.message
}
