import type { CertificateSigningRequest } from '../../../api/index.ts'
import type { Authorization } from '../../authz/authorization.ts'
import type { AdmissionPlugin } from '../../contract.ts'
import { refusal } from '../refusal.ts'
import { mayFor, signingRequests } from './signer.ts'

/** Certificates are approved only by those who may `approve` for their signer. */
export function certificateApproval(deps: {
  readonly authorization: Pick<Authorization, 'authorize'>
}): AdmissionPlugin {
  return {
    name: 'CertificateApproval',
    async validate(request) {
      const { resource, subresource, operation } = request
      if (resource.qualified !== signingRequests || subresource !== 'approval' || operation !== 'UPDATE') return
      // What stands there counts, not what the writer says it is.
      const { signerName } = (request.old as CertificateSigningRequest).spec
      if (await mayFor(deps.authorization, request, 'approve', signerName)) return
      throw refusal(request, `user not permitted to approve requests with signerName ${JSON.stringify(signerName)}`)
    },
  }
}
