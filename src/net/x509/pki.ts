import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import { type CertificateSpec, certificate, type Issuer, issue, keyPem, makeKey, type Pair } from './certificate.ts'
import type { FileStore } from './files.ts'
import type { Subject } from './name.ts'
import { type Certificate, parseCertificate } from './parse.ts'

const day = 24 * 3600 * 1000
/** Lifetimes and how long before their end certificates are renewed, in milliseconds. */
const lifetimes = { ca: 3650 * day, caMargin: 730 * day, leaf: 365 * day, leafMargin: 60 * day, skew: 300 * 1000 }

export interface PkiOptions {
  readonly files: FileStore
  readonly clock: Clock
  /** What the serving certificate must be good for, besides the names every API server has. */
  readonly serving: ServingNames
}

export interface ServingNames {
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
}

/** A leaf certificate that `Pki` keeps: what it must say, and which authority signs it. */
export interface LeafSpec {
  readonly subject: Subject
  readonly usage: 'client' | 'server' | 'both'
  readonly dnsNames?: readonly string[]
  readonly addresses?: readonly string[]
  readonly authority?: 'ca' | 'front-proxy-ca'
}

/** The keys and certificates of one cluster. */
export interface Pki {
  /** The cluster's authority: clients and servers are verified against it. */
  readonly ca: Pair
  /** Verifies the API server when it forwards to an aggregated one. */
  readonly frontProxyCa: Pair
  /** Signs service account tokens. */
  readonly serviceAccount: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
  /** The leaf of this name: as kept, or fresh when there is none, it says something else or its end is near. */
  leaf(name: string, spec: LeafSpec): Promise<Pair>
  /** The API server's own certificate. */
  serving(): Promise<Pair>
  /** From now on the serving certificate covers these; true when that made a new one. */
  cover(names: ServingNames): Promise<boolean>
  /** Signs somebody's public key; nothing is kept. `seconds`: lifetime, a year when absent. */
  signKey(spec: LeafSpec, publicKey: KeyObject, seconds?: number): string
}

/** Names that reach every API server. */
const servingDnsNames = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
]

/** Clients that every cluster has. */
export const wellKnownClients = {
  admin: { subject: { commonName: 'kubernetes-admin', organizations: ['system:masters'] }, usage: 'client' },
  'controller-manager': { subject: { commonName: 'system:kube-controller-manager' }, usage: 'client' },
  scheduler: { subject: { commonName: 'system:kube-scheduler' }, usage: 'client' },
  proxy: { subject: { commonName: 'system:kube-proxy' }, usage: 'client' },
  'apiserver-kubelet-client': {
    subject: { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'] },
    usage: 'client',
  },
  'front-proxy-client': { subject: { commonName: 'front-proxy-client' }, usage: 'client', authority: 'front-proxy-ca' },
} as const satisfies Record<string, LeafSpec>

/** The leaf of a node: its client certificate, which its own server uses too. */
export const nodeLeaf = (nodeName: string, addresses: readonly string[]): LeafSpec => ({
  subject: { commonName: `system:node:${nodeName}`, organizations: ['system:nodes'] },
  usage: 'both',
  dnsNames: [nodeName],
  addresses,
})

/**
 * Opens the keys and certificates, and makes what is missing. Authorities are kept for ten years and re-signed over the
 * same key when their end is near, so that what they signed stays good. Throws when a kept authority can't be read.
 */
export async function openPki(options: PkiOptions): Promise<Pki> {
  const { files, clock } = options
  const [ca, frontProxyCa, serviceAccount] = await Promise.all([
    openAuthority(files, clock, 'ca', 'kubernetes'),
    openAuthority(files, clock, 'front-proxy-ca', 'front-proxy-ca'),
    openSigningKey(files),
  ])
  const issuers: Record<'ca' | 'front-proxy-ca', Issuer & { readonly cert: string }> = {
    ca: { subject: { commonName: 'kubernetes' }, key: createPrivateKey(ca.key), cert: ca.cert },
    'front-proxy-ca': {
      subject: { commonName: 'front-proxy-ca' },
      key: createPrivateKey(frontProxyCa.key),
      cert: frontProxyCa.cert,
    },
  }
  const specOf = (leaf: LeafSpec, lifetime: number): CertificateSpec => {
    const { authority: _, ...spec } = leaf
    return { ...spec, notBefore: clock.now() - lifetimes.skew, notAfter: clock.now() + lifetime }
  }
  const leaf = async (name: string, spec: LeafSpec): Promise<Pair> => {
    const issuer = issuers[spec.authority ?? 'ca']
    const [cert, key] = await Promise.all([files.read(`${name}.crt`), files.read(`${name}.key`)])
    if (cert && key && isGood({ cert, key }, spec, issuer.cert, clock.now())) return { cert, key }
    const made = await issue(specOf(spec, lifetimes.leaf), issuer)
    await Promise.all([files.write(`${name}.crt`, made.cert), files.write(`${name}.key`, made.key)])
    return made
  }
  let covered = options.serving
  const serving = () =>
    leaf('apiserver', {
      subject: { commonName: 'kube-apiserver' },
      usage: 'server',
      dnsNames: [...new Set([...servingDnsNames, ...covered.dnsNames])],
      addresses: [...new Set(['127.0.0.1', ...covered.addresses])],
    })
  return {
    ca,
    frontProxyCa,
    serviceAccount,
    leaf,
    serving,
    async cover(names) {
      const before = (await serving()).cert
      covered = names
      return (await serving()).cert !== before
    },
    signKey(spec, publicKey, seconds) {
      const issuer = issuers[spec.authority ?? 'ca']
      return certificate(specOf(spec, seconds ? seconds * 1000 : lifetimes.leaf), publicKey, issuer.subject, issuer.key)
    },
  }
}

async function openAuthority(files: FileStore, clock: Clock, name: string, commonName: string): Promise<Pair> {
  const [cert, key] = await Promise.all([files.read(`${name}.crt`), files.read(`${name}.key`)])
  if (cert && !key)
    throw new Error(
      `opening the PKI: ${name}.crt is there but ${name}.key is missing: put it back, or delete both to begin with a new authority`,
    )
  const subject = { commonName }
  const selfSigned = (signer: KeyObject) =>
    certificate(
      { subject, usage: 'ca', notBefore: clock.now() - lifetimes.skew, notAfter: clock.now() + lifetimes.ca },
      createPublicKey(signer),
      subject,
      signer,
    )
  if (key) {
    const signer = readKey(`${name}.key`, key)
    if (cert && isGoodAuthority(cert, signer, clock.now())) return { cert, key }
    const renewed = selfSigned(signer)
    await files.write(`${name}.crt`, renewed)
    return { cert: renewed, key }
  }
  const signer = await makeKey()
  const made = { cert: selfSigned(signer), key: keyPem(signer) }
  // The key first: a certificate without its key is an error, a key alone is not.
  await files.write(`${name}.key`, made.key)
  await files.write(`${name}.crt`, made.cert)
  return made
}

async function openSigningKey(files: FileStore): Promise<Pki['serviceAccount']> {
  const kept = await files.read('sa.key')
  const privateKey = kept ? readKey('sa.key', kept) : await makeKey()
  const publicKey = createPublicKey(privateKey)
  if (!kept) {
    await files.write('sa.key', keyPem(privateKey))
    await files.write('sa.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString())
  }
  return { privateKey, publicKey }
}

function readKey(name: string, text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch (error) {
    throw new Error(
      `opening the PKI: ${name} holds no private key: restore it from a backup, or delete it and its certificate to begin anew`,
      { cause: error },
    )
  }
}

function isGoodAuthority(cert: string, key: KeyObject, now: number): boolean {
  const read = tryParse(cert)
  if (!read?.ca || read.notAfter - now < lifetimes.caMargin) return false
  return new X509Certificate(cert).checkPrivateKey(key)
}

/** Whether a kept leaf says what it must, belongs to its key, was signed by this authority and has time left. */
function isGood(pair: Pair, spec: LeafSpec, authority: string, now: number): boolean {
  const read = tryParse(pair.cert)
  if (!read || read.notAfter - now < lifetimes.leafMargin || read.notBefore > now) return false
  const said = [read.subject.commonName, read.subject.organizations, read.dnsNames, read.addresses]
  const wanted = [spec.subject.commonName, spec.subject.organizations ?? [], spec.dnsNames ?? [], spec.addresses ?? []]
  if (JSON.stringify(said) !== JSON.stringify(wanted)) return false
  try {
    const leaf = new X509Certificate(pair.cert)
    return leaf.verify(new X509Certificate(authority).publicKey) && leaf.checkPrivateKey(createPrivateKey(pair.key))
  } catch {
    // An unreadable key is made anew, like any other leaf that is not good.
    return false
  }
}

function tryParse(cert: string): Certificate | undefined {
  try {
    return parseCertificate(cert)
  } catch {
    // What is no certificate is replaced by one.
    return undefined
  }
}
