import { createPrivateKey } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { CertificateSigner } from '../controllers/index.ts'
import { certificate, type Pair, parseCertificateRequest } from '../net/x509/index.ts'

/** Clocks of nodes may be behind: certificates are good from a little before. */
const backdated = 300_000

/** Signs with the cluster's authority. */
export function certificateSigner(ca: Pair, clock: Clock): CertificateSigner {
  const key = createPrivateKey(ca.key)
  return {
    read(request) {
      const { commonName = '', organizations = [] } = parseCertificateRequest(request).subject
      return { commonName, organizations }
    },
    async sign(request, usages, seconds) {
      const { subject, publicKey } = parseCertificateRequest(request)
      const now = clock.now()
      const usage = usages.includes('server auth') ? 'server' : 'client'
      const dnsNames = usage === 'server' ? [(subject.commonName ?? '').replace(/^system:node:/, '')] : []
      return certificate(
        { subject, usage, dnsNames, notBefore: now - backdated, notAfter: now + seconds * 1000 },
        publicKey,
        { commonName: 'kubernetes' },
        key,
      )
    },
  }
}
