import type { ListOptions } from '../../api/meta/options.ts'
import { badRequest, expired, failure, StatusError } from '../../api/meta/statusError.ts'
import { parseJson } from '../../schema/codec/parse.ts'

/**
 * A resourceVersion as a number; undefined when empty. Throws for what is none: BadRequest to who lists, to others the
 * `plain` failure that upstream makes of it.
 */
export function parseVersion(text: string | null | undefined, plain = false): number | undefined {
  if (!text) return undefined
  if (/^\d{1,19}$/.test(text)) return Number(text)
  const quoted = JSON.stringify(text)
  const why = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`
  throw plain ? failure(500, '', why) : badRequest(`invalid resource version: ${why}`)
}

/** Where a list is to be read. */
export interface ListRevision {
  /** Read as of exactly this revision. */
  readonly exact: number | undefined
  /** Wait until at least this revision is seen. */
  readonly notOlderThan: number | undefined
  readonly limit: number
  /** The key to begin with, without the prefix of its kind. */
  readonly start: string | undefined
}

/** What `resourceVersion`, `resourceVersionMatch`, `limit` and `continue` ask for together, as the API concepts document it. */
export function listRevision(options: ListOptions): ListRevision {
  // At version 0 whatever is at hand will do: all of it, as upstream's watch cache tells it.
  const limit = options.resourceVersion === '0' && !options.continue ? 0 : Math.max(0, options.limit ?? 0)
  if (options.continue) {
    const { rv, start } = parseToken(options.continue)
    if (parseVersion(options.resourceVersion))
      throw badRequest('specifying resource version is not allowed when using continue')
    return { exact: rv > 0 ? rv : undefined, notOlderThan: undefined, limit, start }
  }
  const version = parseVersion(options.resourceVersion)
  // A limited list at a version is one at exactly that version, unless it is told otherwise.
  const exact = options.resourceVersionMatch === 'Exact' || (limit > 0 && !options.resourceVersionMatch && version)
  return exact
    ? { exact: version, notOlderThan: undefined, limit, start: undefined }
    : { exact: undefined, notOlderThan: version, limit, start: undefined }
}

const tokenVersion = 'meta.k8s.io/v1'
const encoded = (rv: number, start: string) =>
  Buffer.from(JSON.stringify({ v: tokenVersion, rv, start })).toString('base64url')

/** A page's token in upstream's form: base64url of JSON, the revision and the key to begin with. */
export const makeToken = (revision: number, last: string): string => encoded(revision, `${last}\0`)

interface Token {
  readonly v?: unknown
  readonly rv?: unknown
  readonly start?: unknown
}

/** Throws BadRequest, in the words of upstream's `DecodeContinue`. */
function parseToken(text: string): { readonly rv: number; readonly start: string } {
  const refuse = (why: string) => badRequest(`invalid continue token: continue key is not valid: ${why}`)
  let token: Token
  const stray = /[^A-Za-z0-9_-]/.exec(text)?.index ?? (text.length % 4 === 1 ? text.length - 1 : -1)
  if (stray >= 0) throw refuse(`illegal base64 data at input byte ${stray}`)
  try {
    token = parseJson(Buffer.from(text, 'base64url').toString()) as Token
  } catch (error) {
    throw refuse((error as Error).message)
  }
  const { v, rv, start } = token
  if (v !== tokenVersion) throw refuse(`server does not recognize this encoded version ${String(v ?? '')}`)
  if (typeof rv !== 'number' || rv === 0)
    throw refuse('incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  if (typeof start !== 'string' || start === '') throw refuse('encoded start key empty (version meta.k8s.io/v1)')
  if (start.split('/').some(part => part === '' || part === '.' || part === '..')) throw refuse(start)
  return { rv, start }
}

const inconsistent =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

/** The page's revision is no longer known: the client may go on with a new token, at the price of consistency. */
export const expiredToken = (start: string) =>
  new StatusError({ ...expired(inconsistent).body, metadata: { continue: encoded(-1, start) } })

/** The revision of a list is no longer known. */
export const tooOld = () => expired('The resourceVersion for the provided list is too old.')

/** A version from the future: the client saw another server that is ahead, or another cluster. */
export const tooLarge = (asked: number, current: number) =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  })
