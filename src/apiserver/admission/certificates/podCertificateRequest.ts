import { constants, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { type PodCertificateRequest, podCertificateRequests as resource } from '../../../api/index.ts'
import { invalid } from '../../../api/meta/statusError.ts'
import type { Clock } from '../../../base/clock.ts'
import { readAll, readOid, readOne } from '../../../net/x509/der.ts'
import { equal } from '../../../schema/derive/equal.ts'
import { forbidden, invalid as invalidField, invalidHere } from '../../../schema/rules/errors.ts'
import { at } from '../../../schema/rules/path.ts'
import { parseTime } from '../../../schema/scalars/time.ts'
import type { FieldError } from '../../../schema/types.ts'
import type { Authorization } from '../../authz/authorization.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../../contract.ts'
import { mayFor } from './signer.ts'

interface Deps {
  readonly authorization: Pick<Authorization, 'authorize'>
  readonly clock: Clock
}

/** Hashes of signatures in requests, by algorithm. Ed25519 hashes by itself. */
const hashes: Readonly<Record<string, string | null>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.3.101.112': null,
}

/** How far the beginning of a certificate's life may be from now, in milliseconds. */
const skew = 5 * 60_000

/**
 * What the rules of a PodCertificateRequest cannot tell by themselves: who asks holds the key, who answers may sign for
 * the signer, and the certificate is a new one.
 */
export const podCertificateRequest = (deps: Deps): AdmissionPlugin => ({
  name: 'PodCertificateRequest',
  async validate(request) {
    if (request.resource.qualified !== resource.qualified) return
    const { operation, subresource } = request
    const errors =
      operation === 'CREATE' && subresource === ''
        ? keyErrors(request.object as PodCertificateRequest)
        : operation === 'UPDATE' && subresource === 'status'
          ? await statusErrors(deps, request)
          : []
    if (errors.length > 0)
      throw invalid(resource, (request.object as PodCertificateRequest).metadata.name ?? '', errors)
  },
})

function keyErrors({ spec }: PodCertificateRequest): FieldError[] {
  const { stubPKCS10Request: stub, pkixPublicKey, proofOfPossession, podUID } = spec
  const path = at('spec')
  if (stub)
    return isSignedByItself(Buffer.from(stub, 'base64'))
      ? []
      : [invalidHere(path.child('stubPKCS10Request'), 'invalid signature')]
  const key = createPublicKey({ key: Buffer.from(pkixPublicKey, 'base64'), format: 'der', type: 'spki' })
  return holds(key, podUID, Buffer.from(proofOfPossession, 'base64'))
    ? []
    : [invalidHere(path.child('proofOfPossession'), 'could not verify proof-of-possession signature')]
}

function isSignedByItself(der: Uint8Array): boolean {
  const [body, algorithm, signature] = readAll(readOne(der).content)
  const [, , info] = body ? readAll(body.content) : []
  const [type] = algorithm ? readAll(algorithm.content) : []
  if (!body || !info || !type || !signature) return false
  const hash = hashes[readOid(type.content)]
  if (hash === undefined) return false
  const key = createPublicKey({ key: Buffer.from(info.whole), format: 'der', type: 'spki' })
  return verify(hash, body.whole, key, signature.content.subarray(1))
}

/** Whether the pod's UID is signed by the key. */
function holds(key: KeyObject, uid: string, signature: Uint8Array): boolean {
  const text = Buffer.from(uid)
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return verify(null, text, key, signature)
    case 'rsa':
      return verify('sha256', text, { key, padding: constants.RSA_PKCS1_PSS_PADDING }, signature)
    default:
      return verify('sha256', text, key, signature)
  }
}

async function statusErrors({ authorization, clock }: Deps, request: AdmissionRequest): Promise<FieldError[]> {
  const [before, after] = [request.old as PodCertificateRequest, request.object as PodCertificateRequest]
  if (equal(before.status, after.status)) return []
  const { notBefore } = after.status
  if (notBefore !== undefined && Math.abs(parseTime(notBefore) - clock.now()) >= skew)
    return [
      invalidField(
        at('status', 'notBefore'),
        notBefore,
        "must be set to within 5 minutes of kube-apiserver's current time",
      ),
    ]
  const { signerName } = before.spec
  if (await mayFor(authorization, request, 'sign', signerName)) return []
  const why = `User ${JSON.stringify(request.user.name)} is not permitted to "sign" for signer ${JSON.stringify(signerName)}`
  return [forbidden(at('spec', 'signerName'), why)]
}
