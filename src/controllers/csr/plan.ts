import type { CertificateSigningRequest } from '../../api/certificates/certificateSigningRequest.ts'

export const clientSigner = 'kubernetes.io/kube-apiserver-client-kubelet'
export const servingSigner = 'kubernetes.io/kubelet-serving'
const nodePrefix = 'system:node:'
const nodesGroup = 'system:nodes'
const bootstrappers = 'system:bootstrappers'

/** What a request's PEM says, as the signer reads it. */
export interface Asked {
  readonly commonName: string
  readonly organizations: readonly string[]
}

const same = (usages: readonly string[] | undefined, wanted: readonly string[]) => {
  const others = (usages ?? []).filter(usage => usage !== 'key encipherment')
  return others.length === wanted.length && wanted.every(usage => others.includes(usage))
}

/** Whether the request is one that this signer may sign at all: a node's own identity, and nothing else. */
export function isNodeRequest({ spec }: CertificateSigningRequest, asked: Asked): boolean {
  const identity =
    asked.commonName.startsWith(nodePrefix) &&
    asked.commonName.length > nodePrefix.length &&
    asked.organizations.length === 1 &&
    asked.organizations[0] === nodesGroup
  if (!identity) return false
  if (spec.signerName === clientSigner) return same(spec.usages, ['digital signature', 'client auth'])
  return spec.signerName === servingSigner && same(spec.usages, ['digital signature', 'server auth'])
}

/**
 * Whether the request is approved without a person: a bootstrap token asks for a node's first client certificate, or a
 * node renews its own; a node asks for its own serving certificate.
 */
export function isApproved(request: CertificateSigningRequest, asked: Asked): boolean {
  if (!isNodeRequest(request, asked)) return false
  const own = request.spec.username === asked.commonName
  if (request.spec.signerName === servingSigner) return own
  return own || (request.spec.groups ?? []).includes(bootstrappers)
}
