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
}

/** The client certificate of a connection; undefined when there is none, or the clients' authority did not sign it. */
export function peerOf(socket: TLSSocket): PeerCertificate | undefined {
  if (!socket.authorized) return undefined
  const certificate = socket.getPeerX509Certificate()
  return certificate && describe(parseCertificate(certificate.raw))
}

function describe(certificate: Certificate): PeerCertificate {
  return { ...certificate.subject, fingerprint: certificate.fingerprint, notAfter: certificate.notAfter }
}
