import { AdmissionReview } from '../../../api/index.ts'
import { forbidden, internalError } from '../../../api/meta/statusError.ts'
import type { Logger } from '../../../base/log.ts'
import { toJson } from '../../../schema/codec/json.ts'
import type { Authorization } from '../../authz/index.ts'
import type { AdmissionRequest } from '../../contract.ts'
import type { ConditionMeter, ConditionOwner, WebhookMeter } from '../../metrics/webhooks.ts'
import type { WebhookCaller } from '../../webhook/caller.ts'
import { conditionsHold } from './conditions.ts'
import type { Hook } from './hooks.ts'
import { type Inquiries, inquiriesOf } from './inquiries.ts'
import { isSelected, type MatchDeps, wayFor } from './match.ts'
import { asked, type View } from './review.ts'
import { shown, undecided } from './shown.ts'
import type { Way } from './ways.ts'

export interface WebhookDeps extends MatchDeps {
  readonly caller: WebhookCaller
  readonly authorization: Pick<Authorization, 'authorize'>
  readonly log: Logger
  readonly meter: WebhookMeter
  readonly conditions: ConditionMeter
}

/** One request, with what was found out about it for several webhooks. */
export interface Inquest {
  readonly request: AdmissionRequest
  readonly inquiries: Inquiries
  /** Whether those are asked who may change the object. */
  readonly mutating: boolean
}

export const inquestOf = (request: AdmissionRequest, { authorization }: WebhookDeps, mutating: boolean): Inquest => ({
  request,
  mutating,
  inquiries: inquiriesOf(authorization, request.user),
})

/** The write as a webhook sees it that asked in some way. Throws an internal error when objects can't be converted. */
export async function viewOf(request: AdmissionRequest, way: Way, mutating = false): Promise<View> {
  try {
    const object = await shown(request, way.served, mutating ? undecided(request) : request.object)
    return { request, way, mutating, object, oldObject: await shown(request, way.served, request.old) }
  } catch (error) {
    throw internalError(error)
  }
}

/**
 * How a webhook is to be asked about a request; undefined: it is not meant. Throws NotFound when the namespace is not
 * there, Forbidden when a condition can't be told and the webhook's failures count.
 */
export async function meant(
  hook: Hook,
  { request, inquiries, mutating }: Inquest,
  deps: WebhookDeps,
): Promise<View | undefined> {
  const way = wayFor(hook, request, deps)
  if (!way || !(await isSelected(hook, request, deps))) return undefined
  const view = await viewOf(request, way, mutating)
  if (hook.conditions.length === 0) return view
  const { request: told } = toJson(AdmissionReview, { request: { uid: '', ...asked(view) } } as AdmissionReview) as {
    request: unknown
  }
  const seen = { object: view.object, oldObject: view.oldObject, request: told }
  const { name, failurePolicy } = hook.webhook
  const owner: ConditionOwner = {
    ...{ name, kind: 'webhook', operation: request.operation },
    type: mutating ? 'admit' : 'validating',
  }
  const held = await conditionsHold(hook.conditions, seen, request, inquiries, (errors, seconds) =>
    deps.conditions.evaluated(owner, errors, seconds),
  )
  if (held === true) return view
  if (held === false || failurePolicy === 'Ignore') {
    deps.conditions.excluded({ ...owner, type: mutating ? 'admit' : 'validate' })
    return undefined
  }
  deps.log.warn('a match condition of a webhook could not be told: the request is refused', {
    webhook: name,
    error: held,
  })
  throw forbidden(request.resource, request.name, held.message)
}
