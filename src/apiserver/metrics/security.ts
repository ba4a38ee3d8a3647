import { exponentialBuckets, type Metrics } from '../../base/metrics.ts'

/** Measures of who was let in (`endpoints/filters`). */
export interface SecurityMeter {
  /** `seconds` that it took. */
  authenticated(result: 'success' | 'failure' | 'error', seconds: number): void
  authorized(result: 'allowed' | 'denied' | 'no-opinion' | 'error', seconds: number): void
}

const buckets = exponentialBuckets(0.001, 2, 15)

export function securityMeter(metrics: Metrics): SecurityMeter {
  const attempts = metrics.counter({
    name: 'authentication_attempts',
    help: 'Attempts to authenticate, by result.',
    labels: ['result'],
  })
  const authenticating = metrics.histogram({
    name: 'authentication_duration_seconds',
    help: 'Seconds that authentication took, by result.',
    labels: ['result'],
    buckets,
  })
  const decisions = metrics.counter({
    name: 'authorization_attempts_total',
    help: 'Attempts to authorize, by result.',
    labels: ['result'],
  })
  const authorizing = metrics.histogram({
    name: 'authorization_duration_seconds',
    help: 'Seconds that authorization took, by result.',
    labels: ['result'],
    buckets,
  })
  const by = <R extends string>(results: readonly R[], count: typeof attempts, time: typeof authorizing) => {
    const samples = new Map(
      results.map(result => [result, { count: count.with({ result }), time: time.with({ result }) }] as const),
    )
    return (result: R, seconds: number) => {
      const sample = samples.get(result)
      sample?.count.add()
      sample?.time.observe(seconds)
    }
  }
  return {
    authenticated: by(['success', 'failure', 'error'], attempts, authenticating),
    authorized: by(['allowed', 'denied', 'no-opinion', 'error'], decisions, authorizing),
  }
}
