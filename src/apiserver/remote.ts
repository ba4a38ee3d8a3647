import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { type Clock, sleep } from '../base/clock.ts'

/** A server that is asked over HTTPS: a webhook that a kubeconfig names. */
export interface RemoteServer {
  /** https. */
  readonly url: string
  /** Authorities it is verified against, PEM; those of the machine when absent. */
  readonly ca?: string
  readonly serverName?: string
  readonly cert?: string
  readonly key?: string
  /** Asked at each request: it may be renewed. */
  readonly token?: () => string
}

/** Reads the server of the current context. Throws an Error that says what is missing. */
export function readRemote(file: string): RemoteServer {
  const config = parse(readFileSync(file, 'utf8')) as Config | null
  const find = <T>(list: readonly ({ readonly name?: string } & T)[] | undefined, name: string, what: string): T => {
    const found = list?.find(each => each.name === name)
    if (!found) throw new Error(`${file} has no ${what} named ${JSON.stringify(name)}`)
    return found
  }
  const { context } = find(config?.contexts, config?.['current-context'] ?? '', 'context')
  const { cluster } = find(config?.clusters, context?.cluster ?? '', 'cluster')
  const user = context?.user ? find(config?.users, context.user, 'user').user : undefined
  const beside = (name: string) => resolve(dirname(file), name)
  const text = (data: string | undefined, path: string | undefined) =>
    data ? Buffer.from(data, 'base64').toString() : path ? readFileSync(beside(path), 'utf8') : undefined
  if (!cluster?.server?.startsWith('https://')) throw new Error(`${file}: the server must be an https URL`)
  const ca = text(cluster['certificate-authority-data'], cluster['certificate-authority'])
  const cert = text(user?.['client-certificate-data'], user?.['client-certificate'])
  const key = text(user?.['client-key-data'], user?.['client-key'])
  const { token, tokenFile } = user ?? {}
  return {
    url: cluster.server,
    ...(ca ? { ca } : {}),
    ...(cluster['tls-server-name'] ? { serverName: cluster['tls-server-name'] } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(tokenFile
      ? { token: () => readFileSync(beside(tokenFile), 'utf8').trim() }
      : token
        ? { token: () => token }
        : {}),
  }
}

interface Config {
  readonly 'current-context'?: string
  readonly contexts?: readonly { readonly name?: string; readonly context?: { cluster?: string; user?: string } }[]
  readonly clusters?: readonly { readonly name?: string; readonly cluster?: Record<string, string | undefined> }[]
  readonly users?: readonly { readonly name?: string; readonly user?: Record<string, string | undefined> }[]
}

/** What a server said. */
export interface RemoteAnswer {
  readonly status: number
  readonly body: string
}

/** Asks one server, over connections that are kept. */
export interface Remote {
  /** Posts JSON. Rejects when there is no whole answer within the time. */
  post(json: string, milliseconds: number): Promise<RemoteAnswer>
  /** Gets a document of the server, by its URL. */
  get(url: string, milliseconds: number): Promise<RemoteAnswer>
  close(): void
}

/** Bytes of an answer that are read at most. */
const longest = 4 * 1024 * 1024

export function createRemote(server: RemoteServer): Remote {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 64,
    ...(server.ca ? { ca: server.ca } : {}),
    ...(server.cert && server.key ? { cert: server.cert, key: server.key } : {}),
    ...(server.serverName ? { servername: server.serverName } : {}),
  })
  const send = (method: string, url: string, body: string | undefined, milliseconds: number) =>
    new Promise<RemoteAnswer>((resolve, reject) => {
      const token = server.token?.()
      const outgoing = request(
        url,
        {
          method,
          agent,
          signal: AbortSignal.timeout(milliseconds),
          headers: {
            accept: 'application/json',
            'user-agent': 'caravel',
            ...(token ? { authorization: `Bearer ${token}` } : {}),
            ...(body === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
          },
        },
        response => {
          const chunks: Buffer[] = []
          let size = 0
          response.on('data', (chunk: Buffer) => {
            size += chunk.length
            if (size > longest) response.destroy(new Error(`the answer of ${url} has more than ${longest} bytes`))
            else chunks.push(chunk)
          })
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          )
          response.on('error', reject)
        },
      )
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  return {
    post: (json, milliseconds) => send('POST', server.url, json, milliseconds),
    get: (url, milliseconds) => send('GET', url, undefined, milliseconds),
    close: () => agent.destroy(),
  }
}

const attempts = 5
const firstWait = 500

/**
 * Posts an object and reads the answer; servers that are busy, or gone for a moment, are asked again (`WithExponentialBackoff`).
 * Rejects with what the last attempt met.
 */
export async function askWithRetry(
  remote: Remote,
  object: unknown,
  milliseconds: number,
  clock: Clock,
): Promise<unknown> {
  const json = JSON.stringify(object)
  for (let attempt = 1, wait = firstWait; ; attempt++, wait *= 1.5) {
    let told: Error
    try {
      const { status, body } = await remote.post(json, milliseconds)
      if (status >= 200 && status < 300) return JSON.parse(body)
      told = new Error(`the webhook answers ${status}: ${body.slice(0, 200)}`)
      if (status !== 429 && status < 500) throw Object.assign(told, { final: true })
    } catch (error) {
      if ((error as { final?: boolean }).final || attempt === attempts) throw error
      told = error as Error
    }
    if (attempt === attempts) throw told
    await sleep(clock, wait, never)
  }
}

const never = new AbortController().signal
