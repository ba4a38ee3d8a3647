import { parseFieldSelector, parseLabelSelector } from '../../api/meta/selectors.ts'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { createLru } from '../../base/lru.ts'
import type { AuthorizationAttributes, Authorizer, Decision } from '../contract.ts'
import type { Expression } from '../expressions.ts'
import { askWithRetry, type Remote } from '../remote.ts'

export interface WebhookAuthorizerOptions {
  readonly name: string
  readonly remote: Remote
  readonly version: 'v1' | 'v1beta1'
  /** Milliseconds. */
  readonly timeout: number
  /** Milliseconds that answers are remembered; 0: not at all. */
  readonly authorizedTtl: number
  readonly unauthorizedTtl: number
  /** What counts where there is no answer. */
  readonly onError: 'none' | 'deny'
  /** Asked only when all are true; `request` is the spec of the review. */
  readonly conditions: readonly Expression[]
}

interface Remembered {
  readonly decision: Decision
  readonly until: number
}

const remembered = 8192
/** Longer questions are asked each time: they could fill the memory. */
const longestKey = 10_000

/** Another server decides: it is asked by SubjectAccessReview (`authorizer/webhook`). */
export function webhookAuthorizer(
  options: WebhookAuthorizerOptions,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Authorizer {
  const known = createLru<string, Remembered>({ capacity: remembered })
  const failed: Decision = { decision: options.onError, reason: '' }

  const ask = async (spec: object, key: string): Promise<Decision> => {
    const review = {
      kind: 'SubjectAccessReview',
      apiVersion: `authorization.k8s.io/${options.version}`,
      metadata: {},
      spec,
    }
    let status: { allowed?: boolean; denied?: boolean; reason?: string } | undefined
    try {
      const answer = (await askWithRetry(options.remote, review, options.timeout, clock)) as { status?: typeof status }
      status = answer.status
    } catch (error) {
      log.error('an authorization webhook did not answer', { webhook: options.name, error })
      return failed
    }
    const { allowed, denied, reason = '' } = status ?? {}
    if (allowed && denied) {
      log.error('an authorization webhook both allows and denies', { webhook: options.name })
      return failed
    }
    const decision: Decision = { decision: denied ? 'deny' : allowed ? 'allow' : 'none', reason }
    const ttl = allowed ? options.authorizedTtl : options.unauthorizedTtl
    if (ttl > 0 && key.length <= longestKey) known.set(key, { decision, until: clock.now() + ttl })
    return decision
  }

  return {
    name: options.name,
    authorize(attributes) {
      const spec = specOf(attributes, options.version)
      if (options.conditions.length > 0) {
        const matched = matches(options.conditions, options.version === 'v1' ? spec : specOf(attributes, 'v1'))
        if (matched instanceof Error) {
          log.error('a match condition failed', { webhook: options.name, error: matched })
          return failed
        }
        if (!matched) return { decision: 'none', reason: '' }
      }
      const key = JSON.stringify(spec)
      const found = known.get(key)
      return found && found.until > clock.now() ? found.decision : ask(spec, key)
    },
  }
}

/** False where one is false, whatever the others say; an Error where one failed and none is false. */
function matches(conditions: readonly Expression[], request: object): boolean | Error {
  let failure: Error | undefined
  for (const condition of conditions) {
    try {
      if (condition.evaluate({ request }) !== true) return false
    } catch (error) {
      failure ??= error as Error
    }
  }
  return failure ?? true
}

function specOf(attributes: AuthorizationAttributes, version: 'v1' | 'v1beta1'): object {
  const { user, verb, path } = attributes
  return {
    ...(attributes.isResource
      ? { resourceAttributes: resourceOf(attributes) }
      : { nonResourceAttributes: { path, verb } }),
    user: user.name,
    ...(user.groups.length > 0 ? { [version === 'v1' ? 'groups' : 'group']: user.groups } : {}),
    ...(user.extra && Object.keys(user.extra).length > 0 ? { extra: user.extra } : {}),
    ...(user.uid ? { uid: user.uid } : {}),
  }
}

function resourceOf(attributes: AuthorizationAttributes): object {
  const told: Record<string, unknown> = {}
  for (const name of ['namespace', 'verb', 'group', 'version', 'resource', 'subresource', 'name'] as const) {
    if (attributes[name]) told[name] = attributes[name]
  }
  const byField = fieldRequirements(attributes.fieldSelector)
  if (byField) told.fieldSelector = { requirements: byField }
  const byLabel = labelRequirements(attributes.labelSelector)
  if (byLabel) told.labelSelector = { requirements: byLabel }
  return told
}

function fieldRequirements(text: string | undefined): object[] | undefined {
  if (!text) return undefined
  try {
    return parseFieldSelector(text).map(({ field, operator, value }) => ({
      key: field,
      operator: operator === '!=' ? 'NotIn' : 'In',
      values: [value],
    }))
  } catch {
    // What can't be read only widens the question; the request itself will be refused for it.
    return undefined
  }
}

/** Comparisons of numbers are not told: leaving one out only widens the question. */
const labelOperators: Readonly<Record<string, string>> = {
  '=': 'In',
  '==': 'In',
  in: 'In',
  '!=': 'NotIn',
  notin: 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
}

function labelRequirements(text: string | undefined): object[] | undefined {
  if (!text) return undefined
  try {
    return parseLabelSelector(text).flatMap(({ key, operator, values }) => {
      const told = labelOperators[operator]
      return told ? [{ key, operator: told, ...(values.length > 0 ? { values } : {}) }] : []
    })
  } catch {
    // As above.
    return undefined
  }
}
