import { X509Certificate } from 'node:crypto'
import type { ServerRequest } from '../contract.ts'

type Certificate = NonNullable<ServerRequest['certificate']>

/** Authorities whose certificates are taken. What they are may change while the server runs. */
export interface Authorities {
  /** All of them, PEM. */
  pem(): string
  /** Whether one of them vouches for the certificate, now. */
  vouchesFor(certificate: Certificate): boolean
}

/** Authorities read from PEM texts; each text is asked for again at each use, and parsed when it has changed. */
export function authorities(texts: readonly (() => string)[]): Authorities {
  let parsed: { readonly pem: string; readonly certificates: readonly X509Certificate[] } | undefined
  let known = new WeakMap<Certificate, boolean>()
  const pem = () => texts.map(text => text().trimEnd()).join('\n')
  const current = () => {
    const now = pem()
    if (parsed?.pem !== now) {
      parsed = { pem: now, certificates: parsePem(now) }
      known = new WeakMap()
    }
    return parsed.certificates
  }
  return {
    pem,
    vouchesFor(certificate) {
      const all = current()
      let vouched = known.get(certificate)
      if (vouched === undefined) {
        vouched = certificate.chain?.some(each => all.some(ca => issued(each, ca))) ?? false
        known.set(certificate, vouched)
      }
      return vouched
    },
  }
}

/** The certificates of a PEM text. Throws an Error when one can't be read. */
export function parsePem(text: string): X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  return blocks.map(block => new X509Certificate(block))
}

const issued = (certificate: X509Certificate, ca: X509Certificate): boolean =>
  certificate.fingerprint256 === ca.fingerprint256 || (certificate.checkIssued(ca) && certificate.verify(ca.publicKey))
