import { randomUUID } from 'node:crypto'
import type { MutatingWebhook, ValidatingWebhook } from '../../../api/admissionregistration/webhookType.ts'
import type { Status } from '../../../api/index.ts'
import { badRequest, type Reason, type StatusBody, StatusError } from '../../../api/meta/statusError.ts'
import { UnhappyAnswer, type WebhookCaller } from '../../webhook/caller.ts'
import { readReview, reviewOf, reviewVersion, type Verdict, type View, verdictIn } from './review.ts'

/** A webhook that could not be asked, or whose answer could not be understood: its failure policy says what follows. */
export class NotAsked extends Error {
  /** The status of the answer, or the one that upstream takes such failures for. */
  readonly status: number

  constructor(webhook: string, why: string, options: ErrorOptions & { readonly status?: number } = {}) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`, options)
    this.status = options.status ?? 503
  }
}

/** What a webhook said no with. */
export class Refusal extends StatusError {}

const patience = 10

/**
 * Asks a webhook about a write, and tells the client and the audit event what it has to say to them. Throws `NotAsked`,
 * or a StatusError when the webhook refuses.
 */
export async function ask(
  caller: WebhookCaller,
  webhook: MutatingWebhook | ValidatingWebhook,
  view: View,
): Promise<Verdict> {
  const { name, sideEffects, admissionReviewVersions, clientConfig, timeoutSeconds = patience } = webhook
  const { request, mutating } = view
  if (request.dryRun && sideEffects !== 'None' && sideEffects !== 'NoneOnDryRun')
    throw badRequest(`admission webhook ${JSON.stringify(name)} does not support dry run`)
  const version = reviewVersion(admissionReviewVersions)
  if (!version) {
    const why = 'webhook does not accept known AdmissionReview versions (v1, v1beta1)'
    throw new NotAsked(name, `could not create admission objects: ${why}`, { status: 400 })
  }
  const uid = randomUUID()
  const review = await answered(name, () =>
    caller
      .call(clientConfig, reviewOf(view, version, uid), {
        milliseconds: timeoutSeconds * 1000,
        query: `timeout=${timeoutSeconds}s`,
        ...(request.signal ? { signal: request.signal } : {}),
      })
      .then(answer => readReview(answer, version)),
  )
  const verdict = checked(name, () => verdictIn(review, { version, uid, mutating }))
  for (const [key, value] of Object.entries(verdict.auditAnnotations)) request.annotate(`${name}/${key}`, value)
  for (const text of verdict.warnings) request.warn(text)
  if (!verdict.allowed) throw refusal(name, verdict.status)
  return verdict
}

async function answered<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const told = { cause, ...(cause instanceof UnhappyAnswer ? { status: cause.status } : {}) }
    throw new NotAsked(name, `failed to call webhook: ${(cause as Error).message}`, told)
  }
}

function checked<T>(name: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    throw new NotAsked(name, `received invalid webhook response: ${(cause as Error).message}`, { cause })
  }
}

/** The refusal of a webhook: code, reason and details are its own. Upstream's `ToStatusErr`. */
export function refusal(webhook: string, status: Status | undefined): Refusal {
  const { message = '', reason = '', code = 0, details } = status ?? {}
  const denied = `admission webhook ${JSON.stringify(webhook)} denied the request`
  const body: StatusBody = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: message || reason ? `${denied}: ${message || reason}` : `${denied} without explanation`,
    ...(reason ? { reason: reason as Reason } : {}),
    ...(details ? { details } : {}),
    code: Math.max(code, 400),
  }
  return new Refusal(body)
}
