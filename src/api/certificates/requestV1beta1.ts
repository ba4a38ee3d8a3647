import { fields, list, object, one, root, string } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import type { ServedVersion } from '../resource.ts'
import { removedVersion } from '../versions.ts'
import {
  type CertificateSigningRequest,
  certificateSigningRequest,
  requestCondition,
  requestSpec,
  requestStatus,
} from './certificateSigningRequestType.ts'
import { pemBlocks, type ReadRequest, readRequest } from './x509.ts'

/** The version of CertificateSigningRequest that upstream stopped serving in v1.22: the signer may be left out. */

const stored = 'certificates.k8s.io/v1'
const beta = 'certificates.k8s.io/v1beta1'

const { signerName: _, ...sharedSpec } = requestSpec
const specFields = fields({
  ...sharedSpec,
  /** Who is to sign, as `domain/name`; guessed from the request when absent. */
  signerName: string(7, { pointer: true }),
})
interface BetaSpec extends Shape<typeof specFields> {}
const BetaSpec: Type<BetaSpec> = object('io.k8s.api.certificates.v1beta1.CertificateSigningRequestSpec', specFields)

const conditionFields = fields({
  ...requestCondition,
  /** Whether it holds; Approved and Denied always do. */
  status: string(6, { always: true, default: 'True' }),
})
const BetaCondition: Type<Shape<typeof conditionFields>> = object(
  'io.k8s.api.certificates.v1beta1.CertificateSigningRequestCondition',
  conditionFields,
)
const statusFields = fields({
  ...requestStatus,
  /** What was decided. */
  conditions: list(1, BetaCondition, { listType: 'map', listKeys: ['type'] }),
})
const BetaStatus: Type<Shape<typeof statusFields>> = object(
  'io.k8s.api.certificates.v1beta1.CertificateSigningRequestStatus',
  statusFields,
)

interface BetaRequest extends RootShape<Omit<typeof certificateSigningRequest, 'spec'>> {
  spec: BetaSpec
}
export const CertificateSigningRequestV1beta1: Type<BetaRequest> = root(
  'io.k8s.api.certificates.v1beta1.CertificateSigningRequest',
  {
    ...certificateSigningRequest,
    /** What is asked for. */
    spec: one(2, BetaSpec, { always: true }),
    /** What became of it. */
    status: one(3, BetaStatus, { always: true }),
  },
)

const clientUsages = ['digital signature', 'client auth']
const serverUsages = ['digital signature', 'server auth']

const areUsages = (usages: readonly string[], wanted: readonly string[]) =>
  [wanted, [...wanted, 'key encipherment']].some(
    all => all.length === new Set(usages).size && all.every(usage => usages.includes(usage)),
  )

/** Whom a request is for that names no signer: kubelets ask in forms of their own. Of upstream's DefaultSignerNameFromSpec. */
function guessSigner({ request, usages = [] }: BetaSpec): string {
  const asked = read(request)
  const { commonName = '', organizations = [] } = asked?.subject ?? {}
  const isNode = organizations.join() === 'system:nodes' && commonName.startsWith('system:node:')
  if (asked && isNode) {
    const { dns, emails, uris, addresses } = asked.names
    const others = emails.length + uris.length
    const hosts = dns.length + addresses
    if (others + hosts === 0 && areUsages(usages, clientUsages)) return 'kubernetes.io/kube-apiserver-client-kubelet'
    if (others === 0 && hosts > 0 && areUsages(usages, serverUsages)) return 'kubernetes.io/kubelet-serving'
  }
  return 'kubernetes.io/legacy-unknown'
}

function read(request: string): ReadRequest | undefined {
  try {
    const [block] = pemBlocks(new TextDecoder('latin1').decode(Uint8Array.fromBase64(request)))
    return block?.label === 'CERTIFICATE REQUEST' ? readRequest(block.bytes) : undefined
  } catch {
    // What cannot be read is for nobody that is known.
    return undefined
  }
}

export const requestV1beta1: ServedVersion<CertificateSigningRequest> = {
  group: 'certificates.k8s.io',
  version: 'v1beta1',
  type: CertificateSigningRequestV1beta1,
  up(old) {
    const { spec, ...rest } = old as BetaRequest
    return { ...rest, apiVersion: stored, spec: { ...spec, signerName: spec.signerName ?? '' } }
  },
  down: object => ({ ...object, apiVersion: beta }),
  defaults({ spec }: BetaRequest) {
    spec.usages ??= ['digital signature', 'key encipherment']
    spec.signerName ??= guessSigner(spec)
  },
  deprecation: removedVersion(beta, 'CertificateSigningRequest', '1.19', '1.22', stored),
}
