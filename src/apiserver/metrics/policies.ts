import type { Counter, Histogram, Labels, Metrics } from '../../base/metrics.ts'

/** Why an expression of a policy came to nothing, in upstream's words. */
export type PolicyError = 'no_error' | 'compile_error' | 'out_of_budget' | 'invalid_error'

/** An expression of a policy that was carried out for a binding. */
export interface PolicyCheck {
  readonly policy: string
  readonly binding: string
  readonly error: PolicyError
  readonly seconds: number
}

/** Measures of admission policies (`policy/validating/metrics`, `policy/mutating/metrics`). */
export interface PolicyMeter {
  /** A write did not hold, or could not be told whether it does: what followed from that. */
  validated(check: PolicyCheck, action: 'allow' | 'deny' | 'audit' | 'warn'): void
  /** A mutation was carried out, or could not be. */
  mutated(check: PolicyCheck): void
}

const buckets = [0.000_000_5, 0.001, 0.01, 0.1, 1]

export function policyMeter(metrics: Metrics): PolicyMeter {
  const labels = ['policy', 'policy_binding', 'error_type']
  const pair = (kind: string, names: readonly string[]): readonly [Counter, Histogram] => [
    metrics.counter({
      name: `apiserver_${kind}_admission_policy_check_total`,
      help: `Checks of ${kind} admission policies, by policy, binding and what came of them.`,
      labels: names,
    }),
    metrics.histogram({
      name: `apiserver_${kind}_admission_policy_check_duration_seconds`,
      help: `Seconds that expressions of ${kind} admission policies took, by policy, binding and what came of them.`,
      labels: names,
      buckets,
    }),
  ]
  const [validations, validating] = pair('validating', [...labels, 'enforcement_action'])
  const [mutations, mutating] = pair('mutating', labels)
  const labelsOf = ({ policy, binding, error }: PolicyCheck): Labels => ({
    policy,
    policy_binding: binding,
    error_type: error,
  })
  return {
    validated(check, action) {
      const given = { ...labelsOf(check), enforcement_action: action }
      validations.add(1, given)
      validating.observe(check.seconds, given)
    },
    mutated(check) {
      mutations.add(1, labelsOf(check))
      mutating.observe(check.seconds, labelsOf(check))
    },
  }
}

/** What kind of failure words like upstream's tell of. */
export function policyError(message: string): PolicyError {
  if (message.startsWith('compilation')) return 'compile_error'
  return message.startsWith('validation failed due to running out of cost budget') ? 'out_of_budget' : 'invalid_error'
}
