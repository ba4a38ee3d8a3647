import type { CertificateSigningRequest } from '../../../api/index.ts'
import { equal } from '../../../schema/derive/equal.ts'
import type { Authorization } from '../../authz/authorization.ts'
import type { AdmissionPlugin } from '../../contract.ts'
import { refusal } from '../refusal.ts'
import { mayFor, signingRequests } from './signer.ts'

/** Certificates are written, or refused for good, only by those who may `sign` for their signer. */
export function certificateSigning(deps: {
  readonly authorization: Pick<Authorization, 'authorize'>
}): AdmissionPlugin {
  return {
    name: 'CertificateSigning',
    async validate(request) {
      const { resource, subresource, operation } = request
      if (resource.qualified !== signingRequests || subresource !== 'status' || operation !== 'UPDATE') return
      const before = request.old as CertificateSigningRequest
      const after = request.object as CertificateSigningRequest
      const said = ({ status }: CertificateSigningRequest) => [status?.certificate ?? '', status?.conditions ?? []]
      if (equal(said(before), said(after))) return
      const { signerName } = before.spec
      if (await mayFor(deps.authorization, request, 'sign', signerName)) return
      throw refusal(request, `user not permitted to sign requests with signerName ${JSON.stringify(signerName)}`)
    },
  }
}
