import type { Metrics } from '../../base/metrics.ts'

/** How a token of a service account was used: one that a Secret keeps, or a bound one; and what is wrong with that. */
export type TokenUse = 'legacy' | 'manual' | 'auto' | 'invalidated' | 'stale' | 'valid'

/** Counts uses of service account tokens (`serviceaccount/metrics`). */
export type TokenMeter = (use: TokenUse) => void

export function tokenMeter(metrics: Metrics): TokenMeter {
  const counter = (name: string, help: string) => metrics.counter({ name: `serviceaccount_${name}`, help }).with({})
  const samples = {
    legacy: counter('legacy_tokens_total', 'Uses of service account tokens that Secrets keep.'),
    manual: counter('legacy_manual_token_uses_total', 'Uses of such tokens of Secrets that somebody made.'),
    auto: counter('legacy_auto_token_uses_total', 'Uses of such tokens of Secrets that were made with their account.'),
    invalidated: counter('invalid_legacy_auto_token_uses_total', 'Uses of such tokens that are marked invalid.'),
    stale: counter('stale_tokens_total', 'Uses of bound tokens that should have been renewed.'),
    valid: counter('valid_tokens_total', 'Uses of bound tokens that need no renewal yet.'),
  }
  return use => samples[use].add()
}
