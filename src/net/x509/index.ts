export {
  type CertificateSpec,
  certificate,
  type Issuer,
  issue,
  keyPem,
  makeCa,
  makeKey,
  type Pair,
} from './certificate.ts'
export { directoryStore, type FileStore, memoryStore, writePrivate } from './files.ts'
export type { ReadSubject, Subject } from './name.ts'
export { type Certificate, isSignedBy, parseCertificate } from './parse.ts'
export {
  type LeafSpec,
  nodeLeaf,
  openPki,
  type Pki,
  type PkiOptions,
  type ServingNames,
  wellKnownClients,
} from './pki.ts'
export { type CertificateRequest, certificateRequest, parseCertificateRequest } from './request.ts'
