import type { X509Certificate } from 'node:crypto'
import type { Clock } from '../../base/clock.ts'
import type { Authenticator } from '../contract.ts'
import type { Authorities } from './trust.ts'

/**
 * A verified client certificate: the common name is the user, the organizations are the groups. `authorities`: those that
 * speak for users, where the connection takes certificates of others, too.
 */
export function certificateAuthenticator(
  authorities?: Authorities,
  { clock, expires }: { readonly clock?: Pick<Clock, 'now'>; expires?(seconds: number): void } = {},
): Authenticator {
  /** Reading a time out of a certificate takes longer than all else. */
  const ends = new WeakMap<X509Certificate, number>()
  const told = ([own]: readonly X509Certificate[] = []) => {
    if (!own || !clock || !expires) return
    const end = ends.get(own) ?? Date.parse(own.validTo)
    ends.set(own, end)
    expires((end - clock.now()) / 1000)
  }
  return {
    name: 'x509',
    authenticate({ certificate }) {
      // A certificate without a common name is a connection's, not a user's.
      if (!certificate?.commonName) return undefined
      if (authorities && !authorities.vouchesFor(certificate)) return undefined
      told(certificate.chain)
      return {
        name: certificate.commonName,
        ...(certificate.uid ? { uid: certificate.uid } : {}),
        groups: [...certificate.organizations, 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] },
      }
    },
  }
}
