import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { bitString, integer, oid, pem, readAll, readOne, sequence, tagged } from './der.ts'
import { nameOf, type Subject, subjectName } from './name.ts'

/** A certificate signing request (PKCS #10) for the key, signed with ECDSA and SHA-256. */
export function certificateRequest(subject: Subject, key: KeyObject): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const body = sequence(integer(Uint8Array.of(0)), subjectName(subject), publicKey, tagged(0))
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  return pem('CERTIFICATE REQUEST', sequence(body, algorithm, bitString(sign('sha256', body, key))))
}

/** What a request asks for: who, and for which key. */
export interface CertificateRequest {
  readonly subject: Subject
  readonly publicKey: KeyObject
}

/** Reads a request. Throws when it is malformed, or not signed by the key it is for (ECDSA or RSA with SHA-256). */
export function parseCertificateRequest(text: string): CertificateRequest {
  const base64 = /-----BEGIN CERTIFICATE REQUEST-----([\s\S]+?)-----END CERTIFICATE REQUEST-----/.exec(text)?.[1]
  if (!base64) throw new Error('reading a certificate request: there is no PEM block of type CERTIFICATE REQUEST')
  const [body, , signature] = readAll(readOne(Buffer.from(base64, 'base64')).content)
  const [, subject, key] = body ? readAll(body.content) : []
  if (!body || !signature || !subject || !key) throw new Error('reading a certificate request: parts are missing')
  const publicKey = createPublicKey({ key: Buffer.from(key.whole), format: 'der', type: 'spki' })
  if (!verify('sha256', body.whole, publicKey, signature.content.subarray(1))) {
    throw new Error('reading a certificate request: it is not signed by its own key')
  }
  return { subject: nameOf(subject), publicKey }
}
