import { describeError, describeWithoutField } from '../../schema/rules/errors.ts'
import type { FieldError } from '../../schema/types.ts'

/** Why a request failed, as a closed set; clients branch on it. */
export type Reason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable'
  | ''

export interface StatusCause {
  readonly reason?: string
  readonly message?: string
  readonly field?: string
}

export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly StatusCause[]
  readonly retryAfterSeconds?: number
}

/** The wire form of a failure (or of a plain success), kind `Status` of meta v1. */
export interface StatusBody {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: { readonly continue?: string; readonly resourceVersion?: string }
  readonly status: 'Success' | 'Failure'
  readonly message?: string
  readonly reason?: Reason
  readonly details?: StatusDetails
  readonly code?: number
}

/** The only error that crosses the API. Made by the constructors below; tested with `is(error, 'NotFound')`. */
export class StatusError extends Error {
  override name = 'StatusError'
  readonly body: StatusBody

  constructor(body: StatusBody, options?: ErrorOptions) {
    super(body.message ?? body.reason ?? 'unknown', options)
    this.body = body
  }

  get code(): number {
    return this.body.code ?? 500
  }

  get reason(): Reason {
    return this.body.reason ?? ''
  }
}

/** Whether an error is a StatusError with this reason. */
export const is = (error: unknown, reason: Reason): error is StatusError =>
  error instanceof StatusError && error.reason === reason

/** The part of a resource that messages use. */
export interface Named {
  readonly group: string
  readonly plural: string
  readonly kind?: string
}

const qualified = (of: Named) => (of.group ? `${of.plural}.${of.group}` : of.plural)
const about = (of: Named, name: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(of.group ? { group: of.group } : {}),
  kind: of.plural,
})

export function failure(
  code: number,
  reason: Reason,
  message: string,
  details?: StatusDetails,
  options?: ErrorOptions,
): StatusError {
  return new StatusError(
    {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details ? { details } : {}),
      code,
    },
    options,
  )
}

export const notFound = (of: Named, name: string) =>
  failure(404, 'NotFound', `${qualified(of)} ${JSON.stringify(name)} not found`, about(of, name))
export const alreadyExists = (of: Named, name: string) =>
  failure(409, 'AlreadyExists', `${qualified(of)} ${JSON.stringify(name)} already exists`, about(of, name))
export const conflict = (of: Named, name: string, why: string) =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(of)} ${JSON.stringify(name)}: ${why}`,
    about(of, name),
  )
/** The writer's copy is older than what is stored. */
export const modified = (of: Named, name: string) =>
  conflict(of, name, 'the object has been modified; please apply your changes to the latest version and try again')
export const unauthorized = (message = 'Unauthorized') => failure(401, 'Unauthorized', message)
export const forbidden = (of: Named, name: string, why: string) =>
  failure(
    403,
    'Forbidden',
    `${of.plural ? `${qualified(of)}${name ? ` ${JSON.stringify(name)}` : ''} is forbidden: ` : 'forbidden: '}${why}`,
    about(of, name),
  )
export const badRequest = (message: string) => failure(400, 'BadRequest', message)
export const methodNotAllowed = (of: Named, verb: string) =>
  failure(
    405,
    'MethodNotAllowed',
    `${verb} is not supported on resources of kind ${JSON.stringify(qualified(of))}`,
    about(of, ''),
  )
export const notAcceptable = (accepted: readonly string[]) =>
  failure(406, 'NotAcceptable', `only the following media types are accepted: ${accepted.join(', ')}`)
export const unsupportedMediaType = (accepted: readonly string[]) =>
  failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )
export const tooLarge = (message: string) =>
  failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`)
/** The revision is no longer kept: list again. */
export const expired = (message: string) => failure(410, 'Expired', message)
export const gone = (message: string) => failure(410, 'Gone', message)
export const serviceUnavailable = (message: string) => failure(503, 'ServiceUnavailable', message)
export const timeout = (message: string, retryAfterSeconds: number) =>
  failure(504, 'Timeout', `Timeout: ${message}`, { retryAfterSeconds })
export const tooManyRequests = (message: string, retryAfterSeconds: number) =>
  failure(429, 'TooManyRequests', message, { retryAfterSeconds })
export const internalError = (cause: unknown) => {
  const message = cause instanceof Error ? cause.message : String(cause)
  return failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] }, { cause })
}

/** All of the errors as one sentence, each once. */
export function sentences(errors: readonly FieldError[]): string {
  const [only = '<nil>', ...others] = new Set(errors.map(describeError))
  return others.length === 0 ? only : `[${[only, ...others].join(', ')}]`
}

/** The object breaks its kind's rules. */
export function invalid(
  of: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const causes = errors.map(error => ({ reason: error.type, message: describeWithoutField(error), field: error.field }))
  const kind = of.group ? `${of.kind}.${of.group}` : of.kind
  const details: StatusDetails = {
    ...(name ? { name } : {}),
    ...(of.group ? { group: of.group } : {}),
    ...(of.kind ? { kind: of.kind } : {}),
    causes,
  }
  return failure(422, 'Invalid', `${kind} ${JSON.stringify(name)} is invalid: ${sentences(errors)}`, details)
}
