import { readFile } from 'node:fs/promises'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { caHash } from '../agentToken.ts'

/** What an agent is given to join with, taken apart. */
export interface JoinToken {
  /** SHA-256 of the authority's certificate, in hexadecimal; absent in a plain bootstrap token. */
  readonly caHash?: string
  /** `id.secret`. */
  readonly bootstrap: string
}

/** Reads a token: `<hash>.<id>.<secret>`, or a plain bootstrap token `<id>.<secret>`. */
export function parseJoinToken(text: string): JoinToken {
  const [, hash, bootstrap = ''] = /^(?:([0-9a-f]{64})\.)?([a-z0-9]{6}\.[a-z0-9]{16})$/.exec(text.trim()) ?? []
  if (!bootstrap)
    throw new Error(
      'the token is none of this form: 64 hexadecimal digits, 6 and 16 letters and digits, with dots between',
    )
  return { bootstrap, ...(hash ? { caHash: hash } : {}) }
}

export interface TrustOptions {
  readonly server: string
  readonly token?: string
  readonly tokenFile?: string
  readonly caFile?: string
}

export interface TrustDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

const retry = 50
const connectTimeout = 10_000

/**
 * Finds out what the API server is verified against and what to join with, and waits for both to be there: `caFile`
 * and `tokenFile` may appear later. Without `caFile` the server shows its authority in the TLS handshake, and the token's
 * hash says whether to believe it; nothing is sent to a server before it is believed.
 */
export async function findTrust(
  options: TrustOptions,
  deps: TrustDeps,
): Promise<{ ca: string; token: () => Promise<JoinToken> }> {
  const { caFile, server } = options
  const token = async () => parseJoinToken(await whenThere(options, deps))
  if (caFile !== undefined) return { ca: await untilRead(caFile, deps), token }
  const { caHash } = await token()
  if (!caHash)
    throw new Error(
      'the token does not tell the authority of the API server: use the one in agent-token, or give --ca-file',
    )
  for (let told = false; ; told = true) {
    try {
      return { ca: await authorityOf(server, caHash), token }
    } catch (error) {
      if (!told) deps.log.warn('the API server does not show its authority; asking again', { server, error })
      if (!(await sleep(deps.clock, 1_000, deps.signal))) throw error
    }
  }
}

async function whenThere({ token, tokenFile }: TrustOptions, deps: TrustDeps): Promise<string> {
  if (token !== undefined) return token
  if (tokenFile === undefined) throw new Error('there is nothing to join with: give --token or --token-file')
  return untilRead(tokenFile, deps)
}

async function untilRead(file: string, { clock, signal }: TrustDeps): Promise<string> {
  for (;;) {
    try {
      return await readFile(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw new Error(`reading ${file}`, { cause: error })
      if (!(await sleep(clock, retry, signal))) throw new Error(`stopped while waiting for ${file}`, { cause: error })
    }
  }
}

/** The certificate of the authority, PEM, that the server shows and that has this hash. */
export function authorityOf(server: string, hash: string): Promise<string> {
  const { hostname, port } = new URL(server)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port: Number(port || 443),
      rejectUnauthorized: false,
      timeout: connectTimeout,
    })
    const end = (act: () => void) => {
      socket.destroy()
      act()
    }
    socket.once('error', cause => end(() => reject(new Error(`connecting to ${server}`, { cause }))))
    socket.once('timeout', () => end(() => reject(new Error(`connecting to ${server}: no answer`))))
    socket.once('secureConnect', () => {
      const shown = chain(socket.getPeerCertificate(true)).map(toPem)
      const found = shown.find(pem => caHash(pem) === hash)
      const refusal = `${server} is not the server this token is for: none of the ${shown.length} certificates it shows has the token's hash`
      end(() => (found ? resolve(found) : reject(new Error(refusal))))
    })
  })
}

function chain(leaf: DetailedPeerCertificate): Uint8Array[] {
  const found: Uint8Array[] = []
  for (
    let each: DetailedPeerCertificate | undefined = leaf;
    each?.raw && found.length < 10;
    each = each.issuerCertificate
  ) {
    found.push(each.raw)
    if (each.issuerCertificate === each) break
  }
  return found
}

const toPem = (der: Uint8Array) =>
  `-----BEGIN CERTIFICATE-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END CERTIFICATE-----\n`
