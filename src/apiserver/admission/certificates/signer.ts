import type { Authorization } from '../../authz/authorization.ts'
import type { AdmissionRequest } from '../../contract.ts'

export const signingRequests = 'certificatesigningrequests.certificates.k8s.io'

/** Whether the user may do this (`approve`, `sign`) for a signer, by its name or by all names of its domain. */
export async function mayFor(
  authorization: Pick<Authorization, 'authorize'>,
  { user }: AdmissionRequest,
  verb: 'approve' | 'sign',
  signerName: string,
): Promise<boolean> {
  const domain = `${signerName.split('/', 1)[0]}/*`
  for (const name of [signerName, domain]) {
    const { decision } = await authorization.authorize({
      user,
      verb,
      isResource: true,
      group: 'certificates.k8s.io',
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
      path: '',
    })
    if (decision === 'allow') return true
  }
  return false
}
