import { type Bytes, type DerValue, readOid, readOne } from '../../net/x509/der.ts'
import { children, nameOf, type ReadSubject } from '../../net/x509/name.ts'

/** What the rules of certificates need to know of what they say. Whether signatures are right is not looked at here. */

/** A block of a PEM text. */
export interface PemBlock {
  readonly label: string
  readonly hasHeaders: boolean
  readonly bytes: Bytes
}

const blockPattern = /-----BEGIN ([^\n-]*)-----[ \t\r]*\n([^-]*)-----END \1-----/g

/** The blocks of a text; what stands around them, and blocks that are none, are left out. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(blockPattern)].flatMap(([, label = '', body = '']) => {
    const lines = body.split('\n').map(line => line.trim())
    const hasHeaders = lines.some(line => line.includes(':'))
    const base64 = lines.filter(line => !line.includes(':')).join('')
    try {
      return [{ label, hasHeaders, bytes: Uint8Array.fromBase64(base64) }]
    } catch {
      // Not base64, so no block.
      return []
    }
  })
}

export interface AlternativeNames {
  readonly dns: readonly string[]
  readonly emails: readonly string[]
  readonly uris: readonly string[]
  /** How many IP addresses there are. */
  readonly addresses: number
}

/** Times are milliseconds since the epoch. */
export interface ReadCertificate {
  readonly ca: boolean
  readonly notBefore: number
  readonly notAfter: number
  /** The subject's public key, SPKI in DER. */
  readonly publicKey: Bytes
  readonly names: AlternativeNames
}

const empty = new Uint8Array()
const tags = { boolean: 0x01, integer: 0x02, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30 }

function sequenceOf(value: DerValue | undefined): DerValue[] {
  if (value?.tag !== tags.sequence) throw new Error('reading X.509: a sequence is missing')
  return children(value)
}

/** Reads a certificate in DER. Throws when it is none. */
export function readCertificate(der: Bytes): ReadCertificate {
  const outer = readOne(der)
  if (outer.whole.length !== der.length) throw new Error('reading X.509: there is more behind the certificate')
  const [body] = sequenceOf(outer)
  // tbsCertificate: [0] version, serial, algorithm, issuer, validity, subject, key, ..., [3] extensions.
  const fields = sequenceOf(body)
  const [serial, , , validity, , key, ...rest] = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields
  if (serial?.tag !== tags.integer || !key) throw new Error('reading X.509: parts are missing')
  const [notBefore, notAfter] = sequenceOf(validity).map(timeOf)
  const extensions = extensionsOf(children(rest.find(({ tag }) => tag === 0xa3))[0])
  const constraints = extensions.get('2.5.29.19')
  const [isCa] = constraints ? children(readOne(constraints)) : []
  return {
    ca: isCa?.tag === tags.boolean && isCa.content[0] !== 0,
    notBefore: notBefore ?? Number.NaN,
    notAfter: notAfter ?? Number.NaN,
    publicKey: key.whole,
    names: namesOf(extensions),
  }
}

export interface ReadRequest {
  readonly subject: ReadSubject
  readonly publicKey: Bytes
  readonly names: AlternativeNames
}

/** Reads a request (PKCS #10) in DER. Throws when it is none. */
export function readRequest(der: Bytes): ReadRequest {
  const [body] = sequenceOf(readOne(der))
  const [version, subject, key, attributes] = sequenceOf(body)
  if (version?.tag !== tags.integer || !subject || !key) throw new Error('reading PKCS #10: parts are missing')
  const wanted = children(attributes)
    .map(children)
    .find(([type]) => type && readOid(type.content) === '1.2.840.113549.1.9.14')
  return {
    subject: nameOf(subject),
    publicKey: key.whole,
    names: namesOf(extensionsOf(children(wanted?.[1])[0])),
  }
}

function extensionsOf(value: DerValue | undefined): Map<string, Bytes> {
  return new Map(
    children(value).map(extension => {
      const parts = children(extension)
      return [readOid(parts[0]?.content ?? empty), parts.at(-1)?.content ?? empty]
    }),
  )
}

function namesOf(extensions: ReadonlyMap<string, Bytes>): AlternativeNames {
  const found = extensions.get('2.5.29.17')
  const all = found ? children(readOne(found)) : []
  const texts = (tag: number) =>
    all.filter(name => name.tag === tag).map(({ content }) => new TextDecoder('latin1').decode(content))
  return { dns: texts(0x82), emails: texts(0x81), uris: texts(0x86), addresses: all.filter(n => n.tag === 0x87).length }
}

/** UTCTime has two digits for the year: 1950 to 2049. */
function timeOf({ tag, content }: DerValue): number {
  const text = new TextDecoder('latin1').decode(content)
  const [, short, year, month, day, hour, minute, second] =
    /^(?:(\d\d)|(\d{4}))(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? []
  if (tag !== (short ? tags.utcTime : tags.generalizedTime)) throw new Error('reading X.509: a time is missing')
  const full = short ? (Number(short) < 50 ? 2000 : 1900) + Number(short) : Number(year)
  return Date.UTC(full, Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
}

export type KeyKind =
  | { readonly kind: 'Ed25519' }
  | { readonly kind: 'ECDSA'; readonly curve: string }
  | { readonly kind: 'RSA'; readonly bits: number }
  | { readonly kind: 'other' }

const curves: Readonly<Record<string, string>> = {
  '1.2.840.10045.3.1.7': 'P-256',
  '1.3.132.0.33': 'P-224',
  '1.3.132.0.34': 'P-384',
  '1.3.132.0.35': 'P-521',
}

/** What kind of key it is, SPKI in DER. Throws when it is none. */
export function keyKind(der: Bytes): KeyKind {
  const outer = readOne(der)
  if (outer.whole.length !== der.length) throw new Error('reading a public key: there is more behind it')
  const [algorithm, key] = sequenceOf(outer)
  const [type, parameter] = sequenceOf(algorithm)
  if (key?.tag !== 0x03) throw new Error('reading a public key: the key is missing')
  switch (readOid(type?.content ?? empty)) {
    case '1.3.101.112':
      return { kind: 'Ed25519' }
    case '1.2.840.10045.2.1': {
      const curve = readOid(parameter?.content ?? empty)
      return { kind: 'ECDSA', curve: curves[curve] ?? curve }
    }
    case '1.2.840.113549.1.1.1': {
      const [modulus] = sequenceOf(readOne(key.content.subarray(1)))
      const bytes = modulus?.content ?? empty
      return { kind: 'RSA', bits: (bytes[0] === 0 ? bytes.length - 1 : bytes.length) * 8 }
    }
    default:
      return { kind: 'other' }
  }
}
