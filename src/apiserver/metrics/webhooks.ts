import type { Metrics } from '../../base/metrics.ts'

/** Upstream's words for what was asked of a webhook: whether it changes the object, or whether it agrees. */
export type WebhookStep = 'admit' | 'validating'

/** What came of asking. */
export interface WebhookOutcome {
  /** Status of the answer: 200 when the webhook agreed, 0 when the server failed itself. */
  readonly code: number
  /** Whose failure it was that the request is refused; undefined: it goes on. */
  readonly refused?: 'no_error' | 'calling_webhook_error' | 'apiserver_internal_error'
  /** The request itself was over before the webhook answered: no refusal is counted. */
  readonly abandoned?: boolean
}

/** Whose match conditions were looked at, in upstream's words. */
export interface ConditionOwner {
  readonly name: string
  readonly kind: 'webhook' | 'policy'
  readonly type: WebhookStep | 'validate'
  readonly operation: string
}

/** Measures of match conditions. */
export interface ConditionMeter {
  /** They took so many seconds; so many of them could not be told. */
  evaluated(owner: ConditionOwner, errors: number, seconds: number): void
  /** They said that the request was not meant. */
  excluded(owner: ConditionOwner): void
}

/** Measures of admission webhooks (`admission/metrics`). */
export interface WebhookMeter {
  asked(name: string, step: WebhookStep, operation: string, outcome: WebhookOutcome, seconds: number): void
  /** It could not be asked, and the request went on. */
  failedOpen(name: string, step: WebhookStep): void
}

/** Codes above are all the same: webhooks may answer anything. */
const mostCode = 600

export function webhookMeter(metrics: Metrics): WebhookMeter {
  const duration = metrics.histogram({
    name: 'apiserver_admission_webhook_admission_duration_seconds',
    help: 'Seconds that an admission webhook took, by its name, operation and step (admit or validating).',
    labels: ['name', 'type', 'operation', 'rejected'],
    buckets: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25],
  })
  const requests = metrics.counter({
    name: 'apiserver_admission_webhook_request_total',
    help: 'How often admission webhooks were asked, by the status of their answers.',
    labels: ['name', 'type', 'operation', 'code', 'rejected'],
  })
  const rejections = metrics.counter({
    name: 'apiserver_admission_webhook_rejection_count',
    help: 'How often requests were refused for admission webhooks, by whose failure it was.',
    labels: ['name', 'type', 'operation', 'error_type', 'rejection_code'],
  })
  const open = metrics.counter({
    name: 'apiserver_admission_webhook_fail_open_count',
    help: 'How often requests went on without admission webhooks that could not be asked.',
    labels: ['name', 'type'],
  })
  return {
    asked(name, type, operation, { code, refused, abandoned }, seconds) {
      const bounded = String(Math.min(code, mostCode))
      const rejected = String(refused !== undefined)
      requests.add(1, { name, type, operation, code: bounded, rejected })
      duration.observe(seconds, { name, type, operation, rejected })
      if (refused && !abandoned)
        rejections.add(1, { name, type, operation, error_type: refused, rejection_code: bounded })
    },
    failedOpen: (name, type) => open.add(1, { name, type }),
  }
}

export function conditionMeter(metrics: Metrics): ConditionMeter {
  const labels = ['name', 'kind', 'type', 'operation']
  const failures = metrics.counter({
    name: 'apiserver_admission_match_condition_evaluation_errors_total',
    help: 'How often a match condition could not be told.',
    labels,
  })
  const exclusions = metrics.counter({
    name: 'apiserver_admission_match_condition_exclusions_total',
    help: 'How often match conditions said that a request was not meant.',
    labels,
  })
  const evaluation = metrics.histogram({
    name: 'apiserver_admission_match_condition_evaluation_seconds',
    help: 'Seconds that match conditions took which excluded a request or could not be told.',
    labels,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25],
  })
  return {
    evaluated(owner, errors, seconds) {
      evaluation.observe(seconds, { ...owner })
      if (errors > 0) failures.add(errors, { ...owner })
    },
    excluded: owner => exclusions.add(1, { ...owner }),
  }
}
