import { fields, int64, object, one, root, string, strings, time } from '../../schema/fields.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError, RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'

const boundObjectReference = fields({
  /** Pod, Node or Secret. */
  kind: string(1),
  /** API version of the object. */
  apiVersion: string(2),
  /** Name of the object. */
  name: string(3),
  /** UID of the object. */
  uid: string(4),
})
export interface BoundObjectReference extends Shape<typeof boundObjectReference> {}
export const BoundObjectReference: Type<BoundObjectReference> = object(
  'io.k8s.api.authentication.v1.BoundObjectReference',
  boundObjectReference,
)

const tokenRequestSpec = fields({
  /** Who the token is meant for; the API server when empty. */
  audiences: strings(1, { always: true, listType: 'atomic' }),
  /** Seconds the token should be valid; at least 600. */
  expirationSeconds: int64(4, { pointer: true, default: 3600 }),
  /** Object the token ends with. */
  boundObjectRef: one(3, BoundObjectReference, { pointer: true }),
})
export interface TokenRequestSpec extends Shape<typeof tokenRequestSpec> {}
export const TokenRequestSpec: Type<TokenRequestSpec> = object(
  'io.k8s.api.authentication.v1.TokenRequestSpec',
  tokenRequestSpec,
)

const tokenRequestStatus = fields({
  /** The token. */
  token: string(1, { always: true }),
  /** When it ceases to be valid. */
  expirationTimestamp: time(2, { always: true }),
})
export interface TokenRequestStatus extends Shape<typeof tokenRequestStatus> {}
export const TokenRequestStatus: Type<TokenRequestStatus> = object(
  'io.k8s.api.authentication.v1.TokenRequestStatus',
  tokenRequestStatus,
)

const tokenRequest = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** What is wanted. */
  spec: one(2, TokenRequestSpec, { always: true }),
  /** The token that was issued. */
  status: one(3, TokenRequestStatus, { always: true }),
})
export interface TokenRequest extends RootShape<typeof tokenRequest> {}
export const TokenRequest: Type<TokenRequest> = root('io.k8s.api.authentication.v1.TokenRequest', tokenRequest)

const shortest = 600
const longest = 2 ** 32

/** Rules of a request for a token. Of upstream's ValidateTokenRequest. */
export function tokenRequestRules({ spec: { expirationSeconds = 0 } }: TokenRequest): FieldError[] {
  const path = at('spec', 'expirationSeconds')
  if (expirationSeconds < shortest)
    return [invalid(path, expirationSeconds, 'may not specify a duration less than 10 minutes')]
  return expirationSeconds > longest
    ? [invalid(path, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
    : []
}
