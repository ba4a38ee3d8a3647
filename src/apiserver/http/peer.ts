import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { type Certificate, parseCertificate } from '../../net/x509/index.ts'

/** The verified subject of a client certificate. */
export interface PeerCertificate {
  readonly commonName: string
  readonly organizations: readonly string[]
  readonly fingerprint: string
  readonly uid?: string
  /** Milliseconds since the epoch. */
  readonly notAfter: number
  readonly chain: readonly X509Certificate[]
}

/** The client certificate of a connection; undefined when there is none, or the clients' authority did not sign it. */
export function peerOf(socket: TLSSocket): PeerCertificate | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  return certificate && describe(parseCertificate(certificate.raw), chainOf(certificate))
}

/** Most certificates that are looked at. */
const longest = 8

function chainOf(certificate: X509Certificate): X509Certificate[] {
  const chain = [certificate]
  for (let next = certificate.issuerCertificate; next && chain.length < longest; next = next.issuerCertificate) {
    if (next.fingerprint256 === chain.at(-1)?.fingerprint256) break
    chain.push(next)
  }
  return chain
}

function describe(certificate: Certificate, chain: readonly X509Certificate[]): PeerCertificate {
  return { ...certificate.subject, fingerprint: certificate.fingerprint, notAfter: certificate.notAfter, chain }
}
