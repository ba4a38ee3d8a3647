import { bool, fields, map, object, one, root, string, strings } from '../../schema/fields.ts'
import type { RootShape, Shape, Type } from '../../schema/types.ts'
import { ObjectMeta } from '../meta/objectMeta.ts'
import { stringList } from '../meta/stringList.ts'
import { resource } from '../resource.ts'

const authenticatedUser = fields({
  /** Name of the user. */
  username: string(1),
  /** Tells the user from others that had the name before. */
  uid: string(2),
  /** Groups the user belongs to. */
  groups: strings(3, { listType: 'atomic' }),
  /** More that the authenticator told. */
  extra: map(4, stringList),
})
export interface AuthenticatedUser extends Shape<typeof authenticatedUser> {}
export const AuthenticatedUser: Type<AuthenticatedUser> = object(
  'io.k8s.api.authentication.v1.UserInfo',
  authenticatedUser,
)

const tokenReviewSpec = fields({
  /** The token in question. */
  token: string(1, { required: true }),
  /** Audiences of which the token must be for one; the API server's when empty. */
  audiences: strings(2, { listType: 'atomic' }),
})
export interface TokenReviewSpec extends Shape<typeof tokenReviewSpec> {}
export const TokenReviewSpec: Type<TokenReviewSpec> = object(
  'io.k8s.api.authentication.v1.TokenReviewSpec',
  tokenReviewSpec,
)

const tokenReviewStatus = fields({
  /** Whether the token is somebody's. */
  authenticated: bool(1),
  /** Whose it is. */
  user: one(2, AuthenticatedUser, { always: true }),
  /** Audiences that the token and the question have in common. */
  audiences: strings(4, { listType: 'atomic' }),
  /** Why it could not be checked. */
  error: string(3),
})
export interface TokenReviewStatus extends Shape<typeof tokenReviewStatus> {}
export const TokenReviewStatus: Type<TokenReviewStatus> = object(
  'io.k8s.api.authentication.v1.TokenReviewStatus',
  tokenReviewStatus,
)

const tokenReview = fields({
  /** Name, labels and the rest that every object has. */
  metadata: one(1, ObjectMeta, { always: true }),
  /** The question. */
  spec: one(2, TokenReviewSpec, { always: true, required: true }),
  /** The answer. */
  status: one(3, TokenReviewStatus, { always: true }),
})
export interface TokenReview extends RootShape<typeof tokenReview> {}
export const TokenReview: Type<TokenReview> = root('io.k8s.api.authentication.v1.TokenReview', tokenReview)

/** Asks whose token it is. */
export const tokenReviews = resource<TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  namespaced: false,
  type: TokenReview,
  verbs: ['create'],
  virtual: true,
  generation: false,
})
