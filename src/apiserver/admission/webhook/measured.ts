import type { WebhookMeter, WebhookOutcome, WebhookStep } from '../../metrics/webhooks.ts'
import { NotAsked, Refusal } from './ask.ts'
import type { Hook } from './hooks.ts'
import type { View } from './review.ts'

/** Asks a webhook, by way of `work`, and counts what came of it. */
export async function measured<T>(
  meter: WebhookMeter,
  { webhook }: Hook,
  { request }: View,
  step: WebhookStep,
  work: () => Promise<T>,
): Promise<T> {
  const begun = performance.now()
  const told = (outcome: WebhookOutcome) =>
    meter.asked(webhook.name, step, request.operation, outcome, (performance.now() - begun) / 1000)
  try {
    const made = await work()
    told({ code: 200 })
    return made
  } catch (error) {
    const abandoned = request.signal?.aborted === true
    told({ ...outcomeOf(error, webhook.failurePolicy === 'Ignore'), abandoned })
    if (error instanceof NotAsked && webhook.failurePolicy === 'Ignore' && !abandoned)
      meter.failedOpen(webhook.name, step)
    throw error
  }
}

function outcomeOf(error: unknown, ignored: boolean): WebhookOutcome {
  if (error instanceof NotAsked)
    return { code: error.status, ...(ignored ? {} : { refused: 'calling_webhook_error' as const }) }
  if (error instanceof Refusal) return { code: error.code, refused: 'no_error' }
  return { code: 0, refused: 'apiserver_internal_error' }
}
