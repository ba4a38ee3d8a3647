import { X509Certificate } from 'node:crypto'
import { addressText } from './certificate.ts'
import { type Bytes, type DerValue, readOid, readOne } from './der.ts'
import { children, nameOf, type ReadSubject } from './name.ts'

/** What a certificate says. Times are milliseconds since the epoch. */
export interface Certificate {
  readonly subject: ReadSubject
  readonly issuer: ReadSubject
  readonly notBefore: number
  readonly notAfter: number
  readonly ca: boolean
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  /** SHA-256 of the whole certificate, in lower-case hexadecimal. */
  readonly fingerprint: string
  /** The subject's public key, SPKI in DER. */
  readonly publicKey: Bytes
}

/** Reads the first certificate of a PEM text, or one in DER. Throws when it is none. */
export function parseCertificate(source: string | Bytes): Certificate {
  const parsed = new X509Certificate(typeof source === 'string' ? source : Buffer.from(source))
  const fields = children(children(readOne(parsed.raw))[0])
  // tbsCertificate: [0] version, serial, algorithm, issuer, validity, subject, key, ..., [3] extensions.
  const rest = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  const [, , issuer, , subject, key] = rest
  const alternatives = alternativesOf(rest.find(field => field.tag === 0xa3))
  return {
    subject: nameOf(subject),
    issuer: nameOf(issuer),
    notBefore: parsed.validFromDate.getTime(),
    notAfter: parsed.validToDate.getTime(),
    ca: parsed.ca,
    fingerprint: parsed.fingerprint256.replaceAll(':', '').toLowerCase(),
    publicKey: key?.whole ?? new Uint8Array(),
    ...alternatives,
  }
}

/** Whether `ca` signed `cert`; both PEM or DER. */
export function isSignedBy(cert: string, ca: string): boolean {
  const issuer = new X509Certificate(ca)
  const leaf = new X509Certificate(cert)
  return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)
}

function alternativesOf(extensions: DerValue | undefined): { dnsNames: string[]; addresses: string[] } {
  const dnsNames: string[] = []
  const addresses: string[] = []
  for (const extension of children(children(extensions)[0])) {
    const parts = children(extension)
    if (readOid(parts[0]?.content ?? new Uint8Array()) !== '2.5.29.17') continue
    for (const name of children(readOne(parts.at(-1)?.content ?? new Uint8Array()))) {
      if (name.tag === 0x82) dnsNames.push(new TextDecoder().decode(name.content))
      if (name.tag === 0x87) addresses.push(addressText(name.content))
    }
  }
  return { dnsNames, addresses }
}
