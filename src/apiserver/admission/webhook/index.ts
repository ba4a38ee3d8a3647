export type { WebhookDeps } from './meant.ts'
export { mutatingWebhooks } from './mutating.ts'
export { validatingWebhooks } from './validating.ts'
