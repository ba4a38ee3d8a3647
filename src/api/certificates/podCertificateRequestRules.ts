import { equal } from '../../schema/derive/equal.ts'
import { invalid, invalidHere, notSupported, required, tooLong } from '../../schema/rules/errors.ts'
import { dnsSubdomain, qualifiedName, totalSize } from '../../schema/rules/names.ts'
import { at } from '../../schema/rules/path.ts'
import { parseTime } from '../../schema/scalars/time.ts'
import type { FieldError, Path } from '../../schema/types.ts'
import { wrong } from '../core/pod/rules/names.ts'
import { conditionRules } from '../meta/conditionRules.ts'
import type { PodCertificateRequest, PodCertificateRequestSpec } from './podCertificateRequestType.ts'
import { signerNameRules } from './signerName.ts'
import { keyKind, pemBlocks, readCertificate, readRequest } from './x509.ts'

const spec = at('spec')
const hour = 3600
const longest = {
  uid: 128,
  annotations: 256 * 1024,
  key: 10 * 1024,
  chain: 100 * 1024,
  life: 91 * 24 * hour,
  ownLife: 24 * hour,
}

/** Signers of Kubernetes itself. */
const isOwnSigner = (name: string) => /^(?:[^/]*\.)?kubernetes\.io(?:\/|$)/.test(name)
const bytesOf = (base64: string) => Uint8Array.fromBase64(base64)

/** Of upstream's `ValidatePodCertificateRequestCreate`, but for what takes cryptography: who asks holds the key. */
export function podRequestRules({ spec: request }: PodCertificateRequest): readonly FieldError[] {
  const { signerName, maxExpirationSeconds: life, unverifiedUserAnnotations: annotations } = request
  const errors: FieldError[] = [...signerNameRules(signerName, spec.child('signerName'))]
  if (annotations) errors.push(...annotationRules(annotations, spec.child('unverifiedUserAnnotations')))
  for (const [name, uid] of [
    ['podName', 'podUID'],
    ['serviceAccountName', 'serviceAccountUID'],
    ['nodeName', 'nodeUID'],
  ] as const) {
    errors.push(...wrong(dnsSubdomain(request[name]), spec.child(name), request[name]))
    if (!request[uid]) errors.push(invalid(spec.child(uid), request[uid], 'must not be empty'))
    if (request[uid].length > longest.uid) errors.push(tooLong(spec.child(uid), longest.uid))
  }
  const lifePath = spec.child('maxExpirationSeconds')
  if (life === undefined) return [...errors, required(lifePath, 'must be set')]
  const most = isOwnSigner(signerName) ? longest.ownLife : longest.life
  if (life < hour || life > most) errors.push(invalid(lifePath, life, `must be in the range [${hour}, ${most}]`))
  return [...errors, ...keyRules(request)]
}

function annotationRules(annotations: Readonly<Record<string, string>>, path: Path): FieldError[] {
  const errors = Object.keys(annotations).flatMap(name => {
    const key = name.toLowerCase()
    if (!key) return [required(path)]
    const found = wrong(qualifiedName(key), path, key)
    if (found.length > 0 || key.includes('/')) return found
    return [invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")')]
  })
  return totalSize(annotations) > longest.annotations ? [...errors, tooLong(path, longest.annotations)] : errors
}

/** One of the two ways to tell the key. */
function keyRules({
  stubPKCS10Request: stub,
  pkixPublicKey: key,
  proofOfPossession: proof,
}: PodCertificateRequestSpec) {
  if (stub && !key && !proof) return stubRules(stub, spec.child('stubPKCS10Request'))
  if (!stub && key && proof) return pkixRules(key, proof)
  return [invalidHere(spec, 'exactly one of (stubPKCS10Request) or (pkixPublicKey, proofOfPossession) must be set')]
}

function stubRules(stub: string, path: Path): FieldError[] {
  const bytes = bytesOf(stub)
  if (bytes.length > longest.key) return [tooLong(path, longest.key)]
  try {
    return kindRules(readRequest(bytes).publicKey, path, 'P256, P384, or P521', path => [
      invalidHere(path, 'unknown public key type; supported types are Ed25519, ECDSA, and RSA'),
    ])
  } catch {
    return [invalidHere(path, 'must be a valid PKCS#10 CSR')]
  }
}

function pkixRules(key: string, proof: string): FieldError[] {
  const path = spec.child('pkixPublicKey')
  const [bytes, signature] = [bytesOf(key), bytesOf(proof)]
  if (bytes.length > longest.key) return [tooLong(path, longest.key)]
  if (signature.length > longest.key) return [tooLong(spec.child('proofOfPossession'), longest.key)]
  try {
    return kindRules(bytes, path, 'P256 or P384', path => [
      invalid(path, key, 'unknown public key type; supported types are Ed25519, ECDSA, and RSA'),
    ])
  } catch {
    return [invalid(path, key, 'must be a valid PKIX-serialized public key')]
  }
}

function kindRules(key: Uint8Array, path: Path, told: string, unknown: (path: Path) => FieldError[]): FieldError[] {
  const kind = keyKind(key)
  if (kind.kind === 'ECDSA' && !['P-256', 'P-384', 'P-521'].includes(kind.curve))
    return [invalid(path, `curve ${kind.curve}`, `elliptic public keys must use curve ${told}`)]
  if (kind.kind === 'RSA' && kind.bits !== 3072 && kind.bits !== 4096)
    return [invalid(path, `${kind.bits}-bit modulus`, 'RSA keys must have modulus size 3072 or 4096')]
  return kind.kind === 'other' ? unknown(path) : []
}

const outcomes = ['Issued', 'Denied', 'Failed']
const status = at('status')
const has = ({ status: { conditions = [] } }: PodCertificateRequest, ...types: string[]) =>
  conditions.some(({ type, status }) => types.includes(type) && status === 'True')

/** Of upstream's `ValidatePodCertificateRequestStatusUpdate`: there is one outcome, and it stays. */
export function podRequestStatusRules(now: PodCertificateRequest, old: PodCertificateRequest): readonly FieldError[] {
  const errors = outcomeRules(now)
  if (errors.length > 0) return errors
  const kept = equal(now.status, old.status)
  if (has(old, ...outcomes))
    return kept ? [] : [invalidHere(status, 'immutable after PodCertificateRequest is issued, denied, or failed')]
  if (has(now, 'Denied', 'Failed')) {
    const { conditions: _, ...rest } = now.status
    return Object.keys(rest).length === 0
      ? []
      : [
          invalidHere(
            status,
            'non-condition status fields must be empty when denying or failing the PodCertificateRequest',
          ),
        ]
  }
  if (has(now, 'Issued')) return chainRules(now, old)
  return kept
    ? []
    : [invalidHere(status, 'status is immutable unless transitioning to "Issued", "Denied", or "Failed"')]
}

function outcomeRules({ status: { conditions = [] } }: PodCertificateRequest): FieldError[] {
  const errors: FieldError[] = []
  let known = 0
  for (const [index, { type, status: state }] of conditions.entries()) {
    // Upstream writes the position as a field of its own.
    const path = status.child('conditions', `[${index}]`)
    if (!outcomes.includes(type)) {
      errors.push(notSupported(path.child('type'), type, outcomes))
      continue
    }
    if (++known > 1)
      errors.push(
        invalid(
          path.child('type'),
          type,
          'There may be at most one condition with type "Issued", "Denied", or "Failed"',
        ),
      )
    if (state !== 'True') errors.push(notSupported(path.child('status'), state, ['True']))
  }
  return [...errors, ...conditionRules(conditions, status.child('conditions'))]
}

/** The certificate is for the key that was asked for, and what is said of its life is what stands in it. */
function chainRules({ spec, status: told }: PodCertificateRequest, old: PodCertificateRequest): FieldError[] {
  const { certificateChain: chain = '', notBefore, notAfter, beginRefreshAt } = told
  const path = status.child('certificateChain')
  const wrongChain = (why: string, value: unknown = chain) => [invalid(path, value, why)]
  if (chain.length > longest.chain) return [tooLong(path, longest.chain)]
  const [leafBlock, ...more] = pemBlocks(chain)
  if (!leafBlock) return wrongChain('issued certificate chain must contain at least one certificate')
  if (leafBlock.label !== 'CERTIFICATE')
    return wrongChain('issued certificate chain must consist entirely of CERTIFICATE PEM blocks')
  const leaf = attempt(() => readCertificate(leafBlock.bytes))
  if (!leaf) return wrongChain('leaf certificate does not parse as valid X.509')
  const errors = nameErrors(leaf.names.dns, path)
  for (const email of leaf.names.emails)
    if (!/^[^\s@]+@[^\s@]+$/.test(email))
      errors.push(invalid(path, email, 'leaf certificate should not contain invalid EmailAddress'))
  const { stubPKCS10Request: stub, pkixPublicKey } = old.spec
  const wanted = attempt(() => (stub ? readRequest(bytesOf(stub)).publicKey : bytesOf(pkixPublicKey)))
  if (!wanted || wanted.toBase64() !== leaf.publicKey.toBase64())
    return [...errors, ...wrongChain('leaf certificate was not issued to the requested public key')]
  const inIt = 'must be present and consistent with the issued certificate'
  if (notBefore === undefined) errors.push(required(status.child('notBefore'), inIt))
  if (notAfter === undefined) errors.push(required(status.child('notAfter'), inIt))
  if (beginRefreshAt === undefined)
    errors.push(
      required(status.child('beginRefreshAt'), 'must be present and in the range [notbefore+10min, notafter-10min]'),
    )
  if (errors.length > 0 || notBefore === undefined || notAfter === undefined || beginRefreshAt === undefined)
    return errors
  if (parseTime(notBefore) !== leaf.notBefore)
    return [
      invalid(
        status.child('notBefore'),
        notBefore,
        'must be set to the NotBefore time encoded in the leaf certificate',
      ),
    ]
  if (parseTime(notAfter) !== leaf.notAfter)
    return [
      invalid(status.child('notAfter'), notAfter, 'must be set to the NotAfter time encoded in the leaf certificate'),
    ]
  const life = (leaf.notAfter - leaf.notBefore) / 1000
  const most = spec.maxExpirationSeconds ?? 0
  if (life < hour) return wrongChain('leaf certificate lifetime must be >= 1 hour', life)
  if (life > most) return wrongChain(`leaf certificate lifetime must be <= spec.maxExpirationSeconds (${most})`, life)
  const refresh = status.child('beginRefreshAt')
  const margin = 10 * 60 * 1000
  if (parseTime(beginRefreshAt) < leaf.notBefore + margin)
    return [invalid(refresh, beginRefreshAt, 'must be at least 10 minutes after status.notBefore')]
  if (parseTime(beginRefreshAt) > leaf.notAfter - margin)
    return [invalid(refresh, beginRefreshAt, 'must be at least 10 minutes before status.notAfter')]
  for (const { label, bytes } of more) {
    if (label !== 'CERTIFICATE')
      return wrongChain('issued certificate chain must consist entirely of CERTFICATE PEM blocks')
    if (!attempt(() => readCertificate(bytes)))
      return wrongChain('intermediate certificate does not parse as valid X.509')
  }
  return []
}

const nameErrors = (names: readonly string[], path: Path): FieldError[] =>
  names.flatMap(name => [
    ...(name === '' ? [invalid(path, name, 'leaf certificate should not contain empty DNSName')] : []),
    ...(name.includes('..') ? [invalid(path, name, "leaf certificate's DNSName should not contain '..'")] : []),
    ...(name.startsWith('.') || name.endsWith('.')
      ? [invalid(path, name, "leaf certificate's DNSName should not start or end with '.'")]
      : []),
  ])

/** What is read, or undefined where it is not what it should be. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
