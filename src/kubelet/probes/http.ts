import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Clock } from '../../base/clock.ts'
import { dialError } from './dial.ts'

export interface HttpTarget {
  readonly host: string
  readonly port: number
  readonly path?: string
  /** HTTP or HTTPS; certificates are not checked. */
  readonly scheme?: string
  readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[]
}

export interface HttpAnswer {
  readonly status: number
  /** At most 10 KiB. */
  readonly body: string
}

const bodyLimit = 10 * 1024

/**
 * One GET on a connection of its own, as probes and hooks make it (`pkg/probe/http`): redirects are followed only on
 * the same host, any other gives its own answer. Rejects when there is no answer in time.
 */
export async function httpGet(
  target: HttpTarget,
  agent: string,
  timeout: number,
  clock: Clock,
  redirects = 10,
): Promise<HttpAnswer> {
  const answer = await getOnce(target, agent, timeout, clock)
  const { location } = answer
  if (location === undefined || redirects === 0) return answer
  const next = new URL(location, urlOf(target))
  const to = { ...target, host: next.hostname.replace(/^\[|\]$/g, '') }
  if (to.host !== target.host) return answer
  const scheme = next.protocol === 'https:' ? 'HTTPS' : 'HTTP'
  const port = Number(next.port) || (scheme === 'HTTPS' ? 443 : 80)
  return httpGet({ ...to, scheme, port, path: next.pathname + next.search }, agent, timeout, clock, redirects - 1)
}

/** The address as messages name it. */
export function urlOf({ host, port, path = '', scheme = 'HTTP' }: HttpTarget): string {
  const name = host.includes(':') ? `[${host}]` : host
  return `${scheme.toLowerCase()}://${name}:${port}${path.startsWith('/') || path === '' ? path : `/${path}`}`
}

function getOnce(
  target: HttpTarget,
  agent: string,
  timeout: number,
  clock: Clock,
): Promise<HttpAnswer & { location?: string }> {
  const url = new URL(urlOf(target))
  const headers: Record<string, string> = { 'User-Agent': agent, Accept: '*/*', Connection: 'close' }
  for (const { name, value } of target.httpHeaders ?? []) {
    for (const known of Object.keys(headers)) if (known.toLowerCase() === name.toLowerCase()) delete headers[known]
    if (value !== '' || name.toLowerCase() !== 'accept') headers[name] = value
  }
  return new Promise((resolve, reject) => {
    const options = { method: 'GET', headers, agent: false as const, rejectUnauthorized: false }
    const answered = (response: IncomingMessage) => {
      const chunks: Buffer[] = []
      let length = 0
      const finish = () => {
        timer.cancel()
        const { statusCode: status = 0, headers } = response
        const body = Buffer.concat(chunks).subarray(0, bodyLimit).toString()
        const redirected = status >= 300 && status < 400 && headers.location !== undefined
        resolve({ status, body, ...(redirected ? { location: headers.location as string } : {}) })
        request.destroy()
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        length += chunk.length
        if (length >= bodyLimit) finish()
      })
      response.on('end', finish)
    }
    const request =
      url.protocol === 'https:' ? httpsRequest(url, options, answered) : httpRequest(url, options, answered)
    const timer = clock.after(timeout, () => {
      request.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)'))
    })
    request.on('error', error => {
      timer.cancel()
      reject(new Error(`Get ${JSON.stringify(urlOf(target))}: ${goError(target, error)}`, { cause: error }))
    })
    request.end()
  })
}

/** What Go says of a request that got no answer. */
function goError({ host, port }: HttpTarget, error: NodeJS.ErrnoException): string {
  const told = dialError(error)
  if (told === error.message) return told
  return `dial tcp ${host.includes(':') ? `[${host}]` : host}:${port}: ${told}`
}
