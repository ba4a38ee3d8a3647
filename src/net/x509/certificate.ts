import { createHash, createPublicKey, generateKeyPair, type KeyObject, randomBytes, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { formatIP, parseIP } from '../../base/ip.ts'
import {
  type Bytes,
  bitString,
  boolean,
  implicit,
  integer,
  octetString,
  oid,
  pem,
  sequence,
  tagged,
  time,
} from './der.ts'
import { type Subject, subjectName } from './name.ts'

/** A certificate with its private key, both PEM. */
export interface Pair {
  readonly cert: string
  readonly key: string
}

/** What a certificate says. Times are milliseconds since the epoch. */
export interface CertificateSpec {
  readonly subject: Subject
  readonly notBefore: number
  readonly notAfter: number
  readonly usage: 'ca' | 'client' | 'server' | 'both'
  readonly dnsNames?: readonly string[]
  readonly addresses?: readonly string[]
}

const generate = promisify(generateKeyPair)
const ecdsaWithSha256 = '1.2.840.10045.4.3.2'
const extensions = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
}
const purposes = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' }

/** A fresh EC P-256 key. */
export async function makeKey(): Promise<KeyObject> {
  return (await generate('ec', { namedCurve: 'P-256' })).privateKey
}

/** The key as PKCS #8 PEM. */
export const keyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()

/** A certificate authority of its own: a fresh key and a certificate it signed itself. */
export async function makeCa(spec: Omit<CertificateSpec, 'usage'>): Promise<Pair> {
  const key = await makeKey()
  return { cert: certificate({ ...spec, usage: 'ca' }, createPublicKey(key), spec.subject, key), key: keyPem(key) }
}

/** A fresh key with a certificate signed by `ca`. `issuer` is the CA's subject. */
export async function issue(spec: CertificateSpec, ca: Issuer): Promise<Pair> {
  const key = await makeKey()
  return { cert: certificate(spec, createPublicKey(key), ca.subject, ca.key), key: keyPem(key) }
}

/** Who signs: the CA's subject and its private key. */
export interface Issuer {
  readonly subject: Subject
  readonly key: KeyObject
}

/** A certificate for somebody's public key, as PEM; signed with ECDSA and SHA-256. */
export function certificate(spec: CertificateSpec, publicKey: KeyObject, issuer: Subject, signer: KeyObject): string {
  const algorithm = sequence(oid(ecdsaWithSha256))
  const info = publicKey.export({ type: 'spki', format: 'der' })
  const serial = randomBytes(16)
  serial[0] = (serial[0] ?? 0) & 0x7f
  const body = sequence(
    tagged(0, integer(Uint8Array.of(2))),
    integer(serial),
    algorithm,
    subjectName(issuer),
    sequence(time(spec.notBefore), time(spec.notAfter)),
    subjectName(spec.subject),
    info,
    tagged(3, sequence(...extensionsOf(spec, keyId(publicKey), keyId(createPublicKey(signer))))),
  )
  return pem('CERTIFICATE', sequence(body, algorithm, bitString(sign('sha256', body, signer))))
}

const keyId = (key: KeyObject) =>
  createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest()

function extensionsOf(spec: CertificateSpec, subjectKey: Bytes, issuerKey: Bytes): Bytes[] {
  const extension = (type: string, critical: boolean, value: Bytes) =>
    critical ? sequence(oid(type), boolean(true), octetString(value)) : sequence(oid(type), octetString(value))
  const ca = spec.usage === 'ca'
  const asked = (['server', 'client'] as const).filter(purpose => spec.usage === purpose || spec.usage === 'both')
  const alternatives = [
    ...(spec.dnsNames ?? []).map(dns => implicit(2, new TextEncoder().encode(dns))),
    ...(spec.addresses ?? []).map(address => implicit(7, addressBytes(address))),
  ]
  return [
    // digitalSignature, keyEncipherment; for a CA also keyCertSign. Bits are counted from the left.
    extension(extensions.keyUsage, true, ca ? bitString(Uint8Array.of(0xa4), 2) : bitString(Uint8Array.of(0xa0), 5)),
    extension(extensions.basicConstraints, true, ca ? sequence(boolean(true)) : sequence()),
    extension(extensions.subjectKeyId, false, octetString(subjectKey)),
    extension(extensions.authorityKeyId, false, sequence(implicit(0, issuerKey))),
    ...(ca
      ? []
      : [extension(extensions.extendedKeyUsage, false, sequence(...asked.map(purpose => oid(purposes[purpose]))))]),
    ...(alternatives.length ? [extension(extensions.subjectAltName, false, sequence(...alternatives))] : []),
  ]
}

/** The 4 or 16 bytes of an address. */
function addressBytes(text: string): Bytes {
  const address = parseIP(text)
  if (!address) throw new Error(`issuing a certificate: ${JSON.stringify(text)} is no IP address`)
  const length = address.family === 4 ? 4 : 16
  return Uint8Array.from({ length }, (_, i) => Number((address.bits >> BigInt(8 * (length - 1 - i))) & 0xffn))
}

/** The address that 4 or 16 bytes stand for. */
export function addressText(bytes: Bytes): string {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  return formatIP({ family: bytes.length === 4 ? 4 : 6, bits })
}
