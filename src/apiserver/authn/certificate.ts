import type { Authenticator } from '../contract.ts'
import type { Authorities } from './trust.ts'

/**
 * A verified client certificate: the common name is the user, the organizations are the groups. `authorities`: those that
 * speak for users, where the connection takes certificates of others, too.
 */
export function certificateAuthenticator(authorities?: Authorities): Authenticator {
  return {
    name: 'x509',
    authenticate({ certificate }) {
      // A certificate without a common name is a connection's, not a user's.
      if (!certificate?.commonName) return undefined
      if (authorities && !authorities.vouchesFor(certificate)) return undefined
      return {
        name: certificate.commonName,
        ...(certificate.uid ? { uid: certificate.uid } : {}),
        groups: [...certificate.organizations, 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] },
      }
    },
  }
}
