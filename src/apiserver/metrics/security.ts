import { type CounterSample, exponentialBuckets, type Metrics } from '../../base/metrics.ts'

/** Measures of who was let in (`endpoints/filters`). */
export interface SecurityMeter {
  /** `seconds` that it took. */
  authenticated(result: 'success' | 'failure' | 'error', seconds: number): void
  /** Somebody of this name was let in. */
  admitted(user: string): void
  /** A certificate was shown that is good for so many seconds yet. */
  certificate(seconds: number): void
  /** One authorizer decided. */
  decided(authorizer: string, decision: 'allowed' | 'denied'): void
  authorized(result: 'allowed' | 'denied' | 'no-opinion' | 'error', seconds: number): void
}

/** Names that upstream counts one by one; others might be any number. */
const wellKnown = new Set(['admin', 'client', 'kube_proxy', 'kubelet', 'system:serviceaccount:kube-system:default'])
const types: Readonly<Record<string, string>> = {
  node: 'Node',
  rbac: 'RBAC',
  'always-allow': 'AlwaysAllow',
  'always-deny': 'AlwaysDeny',
}
const hour = 3600
const day = 24 * hour
const certificateBuckets = [
  ...[0, hour / 2, hour, 2 * hour, 6 * hour, 12 * hour],
  ...[day, 2 * day, 4 * day, 7 * day, 30 * day, 90 * day, 180 * day, 360 * day],
]

function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key)
  if (found) return found
  const made = make()
  known.set(key, made)
  return made
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
  const users = metrics.counter({
    name: 'authenticated_user_requests',
    help: 'Requests by who made them, as far as names are well known.',
    labels: ['username'],
  })
  const expirations = metrics
    .histogram({
      name: 'apiserver_client_certificate_expiration_seconds',
      help: 'Seconds for which the certificates are good that clients showed.',
      buckets: certificateBuckets,
    })
    .with({})
  const terminal = metrics.counter({
    name: 'apiserver_authorization_decisions_total',
    help: 'Decisions by the authorizer that made them.',
    labels: ['type', 'name', 'decision'],
  })
  const byUser = new Map<string, CounterSample>()
  const byAuthorizer = new Map<string, CounterSample>()
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
    admitted(user) {
      const username = wellKnown.has(user) ? user : user.includes('@') ? 'email_id' : 'other'
      kept(byUser, username, () => users.with({ username })).add()
    },
    certificate: seconds => expirations.observe(seconds),
    decided(name, decision) {
      const labels = () => ({ type: types[name] ?? 'Webhook', name, decision })
      kept(byAuthorizer, `${name} ${decision}`, () => terminal.with(labels())).add()
    },
    authenticated: by(['success', 'failure', 'error'], attempts, authenticating),
    authorized: by(['allowed', 'denied', 'no-opinion', 'error'], decisions, authorizing),
  }
}
