import type { Authenticator } from '../contract.ts'

/** A verified client certificate: the common name is the user, the organizations are the groups. */
export const certificateAuthenticator: Authenticator = {
  name: 'x509',
  authenticate({ certificate }) {
    // A certificate without a common name is a connection's, not a user's.
    if (!certificate?.commonName) return undefined
    return {
      name: certificate.commonName,
      ...(certificate.uid ? { uid: certificate.uid } : {}),
      groups: [...certificate.organizations, 'system:authenticated'],
      extra: { 'authentication.kubernetes.io/credential-id': [`X509SHA256=${certificate.fingerprint}`] },
    }
  },
}
