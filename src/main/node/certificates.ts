import { createPrivateKey, X509Certificate } from 'node:crypto'
import {
  type CertificateSigningRequest,
  certificateSigningRequests,
} from '../../api/certificates/certificateSigningRequest.ts'
import { is } from '../../api/meta/statusError.ts'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { deadline } from '../../base/signals.ts'
import { type Client, createClient } from '../../client/client.ts'
import { httpsTransport } from '../../client/https.ts'
import {
  certificateRequest,
  directoryStore,
  type FileStore,
  isSignedBy,
  keyPem,
  makeKey,
  type Pair,
  parseCertificate,
} from '../../net/x509/index.ts'
import type { JoinToken } from './trust.ts'

export interface CertificatesOptions {
  readonly server: string
  readonly ca: string
  /** What to join with; asked for only while there is no client certificate. */
  readonly token: () => Promise<JoinToken>
  readonly nodeName: string
  /** Where they are kept. */
  readonly directory: string
}

export interface CertificatesDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Who the node is to the API server, and what its own server shows. */
export interface NodeCertificates {
  readonly client: Pair
  readonly serving: Pair
  /** When both should be asked for anew, in milliseconds since the epoch. */
  readonly renewAt: number
}

/** The signers of `certificates.k8s.io`, and what they sign for. */
const kinds = {
  client: { signer: 'kubernetes.io/kube-apiserver-client-kubelet', usages: ['digital signature', 'client auth'] },
  serving: { signer: 'kubernetes.io/kubelet-serving', usages: ['digital signature', 'server auth'] },
} as const
type Kind = keyof typeof kinds

const lifetime = 365 * 24 * 3600
const retry = { first: 100, most: 5_000 }
/** A signer that has not signed by then is not at work; milliseconds. */
const signing = 30_000

/**
 * The node's certificates: as kept if they are good, else asked for with a CertificateSigningRequest, the first time with
 * the token. Waits for as long as the server cannot be reached or nobody signs; rejects when the signal aborts.
 */
export async function obtainCertificates(
  options: CertificatesOptions,
  deps: CertificatesDeps,
): Promise<NodeCertificates> {
  const files = directoryStore(options.directory)
  const client =
    (await kept(files, 'client', options, deps.clock)) ??
    (await persistently(deps, 'client', async () =>
      obtain('client', { token: (await options.token()).bootstrap }, files, options, deps),
    ))
  const serving =
    (await kept(files, 'serving', options, deps.clock)) ??
    (await persistently(deps, 'serving', () => obtain('serving', client, files, options, deps)))
  return { client, serving, renewAt: Math.min(renewalOf(client), renewalOf(serving)) }
}

/** Four fifths of its life are over: time to renew. */
function renewalOf({ cert }: Pair): number {
  const { notBefore, notAfter } = parseCertificate(cert)
  return notBefore + (notAfter - notBefore) * 0.8
}

/** The pair that is kept, if it is this node's, signed by this authority, and not to be renewed yet. */
async function kept(
  files: FileStore,
  kind: Kind,
  { ca, nodeName }: CertificatesOptions,
  clock: Clock,
): Promise<Pair | undefined> {
  const [cert, key] = await Promise.all([files.read(`${kind}.crt`), files.read(`${kind}.key`)])
  if (!cert || !key) return undefined
  try {
    const ours = parseCertificate(cert).subject.commonName === `system:node:${nodeName}`
    const good = isSignedBy(cert, ca) && new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))
    return ours && good && renewalOf({ cert, key }) > clock.now() ? { cert, key } : undefined
  } catch {
    // What cannot be read is asked for anew.
    return undefined
  }
}

type Credentials = { readonly token: string } | Pair

async function obtain(
  kind: Kind,
  credentials: Credentials,
  files: FileStore,
  { server, ca, nodeName }: CertificatesOptions,
  { clock, signal }: CertificatesDeps,
): Promise<Pair> {
  const key = await makeKey()
  const subject = { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] }
  const client = createClient(httpsTransport({ server, ca, ...credentials, userAgent: 'kubelet/caravel' }))
  const limited = deadline(clock, signing, signal)
  try {
    const { signer, usages } = kinds[kind]
    const request = await client.of(certificateSigningRequests).create({
      metadata: { generateName: 'node-csr-' },
      spec: {
        request: Buffer.from(certificateRequest(subject, key)).toString('base64'),
        signerName: signer,
        usages: [...usages],
        expirationSeconds: lifetime,
      },
    })
    const pair = { cert: await signed(client, request, limited.signal), key: keyPem(key) }
    // The key first: a certificate without its key is of no use.
    await files.write(`${kind}.key`, pair.key)
    await files.write(`${kind}.crt`, pair.cert)
    return pair
  } finally {
    limited.release()
    await client.transport.close()
  }
}

/** Waits for the request's certificate. */
async function signed(client: Client, request: CertificateSigningRequest, signal: AbortSignal): Promise<string> {
  const { name = '', resourceVersion } = request.metadata
  const ending = new AbortController()
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const look = ({ status }: CertificateSigningRequest) => {
    const refusal = status.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed')
    if (refusal) reject(new Error(`certificate request ${name} was refused: ${refusal.message ?? refusal.reason}`))
    else if (status.certificate) resolve(Buffer.from(status.certificate, 'base64').toString())
  }
  const watch = await client
    .of(certificateSigningRequests)
    .watch(
      { fieldSelector: `metadata.name=${name}`, resourceVersion, signal: AbortSignal.any([signal, ending.signal]) },
      ({ type, object }) => {
        if (type === 'ADDED' || type === 'MODIFIED') look(object)
        else if (type === 'DELETED') reject(new Error(`certificate request ${name} was deleted`))
      },
    )
  watch.ended.then(
    () => reject(new Error(`certificate request ${name} is neither signed nor refused yet`)),
    cause => reject(new Error(`waiting for certificate request ${name}`, { cause })),
  )
  try {
    return await promise
  } finally {
    ending.abort()
  }
}

/** Tries until it goes well or the signal aborts; a server that is only starting is no news. */
async function persistently<T>(
  { clock, log, signal }: CertificatesDeps,
  kind: Kind,
  work: () => Promise<T>,
): Promise<T> {
  for (let pause = retry.first; ; pause = Math.min(pause * 1.5, retry.most)) {
    try {
      return await work()
    } catch (error) {
      if (signal.aborted) throw error
      if (pause > 1_000 || is(error, 'Unauthorized') || is(error, 'Forbidden'))
        log.warn('the node has no certificate yet; asking again', { kind, error })
      if (!(await sleep(clock, pause, signal))) throw error
    }
  }
}
