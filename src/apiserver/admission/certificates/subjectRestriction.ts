import type { CertificateSigningRequest } from '../../../api/index.ts'
import { type CertificateRequest, parseCertificateRequest } from '../../../net/x509/index.ts'
import { mastersGroup } from '../../authz/masters.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../../contract.ts'
import { refusal } from '../refusal.ts'
import { signingRequests } from './signer.ts'

const clientSigner = 'kubernetes.io/kube-apiserver-client'

/** Nobody becomes a member of system:masters by a certificate that the cluster signs. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  validate(request) {
    const { resource, subresource, operation } = request
    if (resource.qualified !== signingRequests || subresource !== '' || operation !== 'CREATE') return
    const { spec } = request.object as CertificateSigningRequest
    if (spec.signerName !== clientSigner) return
    const { subject } = readRequest(request, spec.request, 'failed to parse CSR')
    if (subject.organizations?.includes(mastersGroup)) {
      throw refusal(request, `use of ${clientSigner} signer with ${mastersGroup} group is not allowed`)
    }
  },
}

/** Reads the request inside; refuses what is none. */
export function readRequest(request: AdmissionRequest, base64: string, doing: string): CertificateRequest {
  try {
    return parseCertificateRequest(Buffer.from(base64, 'base64').toString())
  } catch (error) {
    throw refusal(request, `${doing}: ${(error as Error).message}`)
  }
}
