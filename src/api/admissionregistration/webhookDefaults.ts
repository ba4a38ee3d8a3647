import type { MutatingWebhook, ValidatingWebhook } from './webhookType.ts'

/** Fills in what a webhook leaves out. */
export function webhookDefaults(webhook: ValidatingWebhook | MutatingWebhook): void {
  webhook.failurePolicy ??= 'Fail'
  webhook.matchPolicy ??= 'Equivalent'
  webhook.namespaceSelector ??= {}
  webhook.objectSelector ??= {}
  webhook.timeoutSeconds ??= 10
  for (const rule of webhook.rules ?? []) rule.scope ??= '*'
  const { service } = webhook.clientConfig
  if (service) service.port ??= 443
}

/** As `webhookDefaults`, for those that change objects. */
export function mutatingDefaults(webhook: MutatingWebhook): void {
  webhookDefaults(webhook)
  webhook.reinvocationPolicy ??= 'Never'
}
