import { badRequest, expired, failure, invalid, timeout } from '../../api/meta/statusError.ts'
import { forbidden, invalid as invalidValue } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'

const options = { group: 'meta.k8s.io', kind: 'ListOptions' }

/** A resourceVersion as a number; undefined when absent. Throws BadRequest-like Invalid for what is none. */
export function parseVersion(text: string | null): number | undefined {
  if (text === null || text === '') return undefined
  if (!/^\d{1,19}$/.test(text))
    throw invalid(options, '', [
      invalidValue(at('resourceVersion'), text, `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`),
    ])
  return Number(text)
}

/** Where a list is to be read. */
export interface ListRevision {
  /** Read as of exactly this revision. */
  readonly exact: number | undefined
  /** Wait until at least this revision is seen. */
  readonly notOlderThan: number | undefined
  readonly limit: number
  /** After this key, within the namespace's prefix. */
  readonly start: string | undefined
}

/**
 * What `resourceVersion`, `resourceVersionMatch`, `limit` and `continue` ask for together, as the API concepts document
 * it; combinations that make no sense are refused with upstream's words.
 */
export function listRevision(query: URLSearchParams): ListRevision {
  const version = parseVersion(query.get('resourceVersion'))
  const match = query.get('resourceVersionMatch') ?? ''
  const limit = Math.max(0, Number(query.get('limit') ?? 0) || 0)
  const token = query.get('continue') ?? ''
  check(version, match, token)
  if (token) {
    const { rv, start } = parseToken(token)
    return { exact: rv > 0 ? rv : undefined, notOlderThan: undefined, limit, start }
  }
  if (match === 'Exact') return { exact: version, notOlderThan: undefined, limit, start: undefined }
  return { exact: undefined, notOlderThan: version, limit, start: undefined }
}

function check(version: number | undefined, match: string, token: string): void {
  const errors: FieldError[] = []
  const path = at('resourceVersionMatch')
  if (match !== '') {
    if (token) errors.push(forbidden(path, 'resourceVersionMatch is forbidden when continue is provided'))
    else if (version === undefined)
      errors.push(forbidden(path, 'resourceVersionMatch is forbidden unless resourceVersion is provided'))
    else if (match !== 'Exact' && match !== 'NotOlderThan') {
      errors.push({
        type: 'FieldValueNotSupported',
        field: 'resourceVersionMatch',
        value: match,
        detail: 'supported values: "Exact", "NotOlderThan", ""',
      })
    } else if (match === 'Exact' && version === 0)
      errors.push(forbidden(path, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  }
  if (errors.length > 0) throw invalid(options, '', errors)
  if (token && version !== undefined && version !== 0)
    throw badRequest('specifying resource version is not allowed when using continue')
}

/** A page's token in upstream's form: base64url of JSON, the revision and the key to begin with. */
export const makeToken = (revision: number, start: string): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `${start}\0` })).toString('base64url')

function parseToken(token: string): { rv: number; start: string } {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as {
      v?: unknown
      rv?: unknown
      start?: unknown
    }
    if (
      v === 'meta.k8s.io/v1' &&
      typeof rv === 'number' &&
      typeof start === 'string' &&
      start !== '' &&
      !start.startsWith('/') &&
      !start.includes('..')
    )
      return { rv, start }
  } catch {
    // Told below, like every other malformed token.
  }
  throw badRequest('continue key is not valid: invalid continue token')
}

/** The page's revision is compacted: the client may go on with a new token, at the price of consistency. */
export const expiredToken = (revision: number, start: string) => {
  const words =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
  const error = failure(410, 'Expired', words)
  return Object.assign(error, {
    body: {
      ...error.body,
      metadata: { continue: Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: -1, start })).toString('base64url') },
    },
    revision,
  })
}

/** A version from the future: the client saw another server that is ahead, or another cluster. */
export const tooLarge = (asked: number, current: number) => {
  const error = timeout(`Too large resource version: ${asked}, current: ${current}`, 1)
  const details = {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  }
  return failure(504, 'Timeout', error.body.message ?? '', details)
}

export const tooOld = (asked: number, oldest: number) => expired(`too old resource version: ${asked} (${oldest})`)
