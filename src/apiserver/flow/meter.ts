import type { CounterSample, HistogramSample, Metrics } from '../../base/metrics.ts'
import type { Rejection } from './queues.ts'

/** What is counted of requests of one schema at one level. */
export interface FlowSamples {
  readonly dispatched: CounterSample
  readonly executed: HistogramSample
  /** Of watches, which hold seats only until they have begun. */
  readonly begun: HistogramSample
  readonly seats: HistogramSample
  /** So many more or fewer requests hold seats. */
  executing(requests: 1 | -1, seats: number): void
  /** So many more or fewer wait. */
  waiting(requests: 1 | -1, seats: number): void
  watchers(count: number): void
  waited(seconds: number, execute: boolean): void
  rejected(reason: Rejection): void
  queued(length: number): void
}

/** The state of one level, told when it is asked for. */
export interface LevelState {
  readonly name: string
  readonly nominal: number
  readonly lower: number
  readonly upper: number
  readonly current: number
  readonly highest: number
  readonly smoothed: number
  readonly target: number
}

/** Measures of priority and fairness, by upstream's names (`apiserver_flowcontrol_*`). */
export interface FlowMeter {
  of(level: string, schema: string): FlowSamples
  onScrape(states: () => Iterable<LevelState>): void
}

const durations = [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]

export function flowMeter(metrics: Metrics): FlowMeter {
  const both = ['priority_level', 'flow_schema']
  const named = (suffix: string, help: string, labels: readonly string[] = both) => ({
    name: `apiserver_flowcontrol_${suffix}`,
    help,
    labels,
  })
  const dispatched = metrics.counter(named('dispatched_requests_total', 'Requests that got their seats.'))
  const rejected = metrics.counter(named('rejected_requests_total', 'Requests that got none.', [...both, 'reason']))
  const executed = metrics.histogram({
    ...named('request_execution_seconds', 'Seconds that requests held their seats.', [...both, 'type']),
    buckets: durations,
  })
  const waited = metrics.histogram({
    ...named('request_wait_duration_seconds', 'Seconds that requests waited for seats.', [...both, 'execute']),
    buckets: durations,
  })
  const seats = metrics.histogram({
    ...named('work_estimated_seats', 'Seats that requests were thought to need.'),
    buckets: [1, 2, 4, 8, 16, 32, 64, 100],
  })
  const lengths = metrics.histogram({
    ...named('request_queue_length_after_enqueue', 'Length of its queue, as each request found it.'),
    buckets: [0, 10, 25, 50, 100, 250, 500, 1000],
  })
  const executingRequests = metrics.gauge(named('current_executing_requests', 'Requests that hold seats.'))
  const executingSeats = metrics.gauge(named('current_executing_seats', 'Seats that are taken.'))
  const inUse = metrics.gauge(named('request_concurrency_in_use', 'The same as current_executing_seats.'))
  const waitingRequests = metrics.gauge(named('current_inqueue_requests', 'Requests that wait.'))
  const waitingSeats = metrics.gauge(named('current_inqueue_seats', 'Seats that are waited for.'))
  const watchers = metrics.histogram({
    ...named('watch_count_samples', 'Watchers that writes had.'),
    buckets: [0, 1, 10, 100, 1000, 10_000],
  })
  const gauges: readonly (readonly [ReturnType<Metrics['gauge']>, keyof LevelState])[] = (
    [
      ['nominal_limit_seats', 'Seats that belong to the level.', 'nominal'],
      ['lower_limit_seats', 'Seats that the level keeps.', 'lower'],
      ['upper_limit_seats', 'Seats that the level may have with those it borrows.', 'upper'],
      ['current_limit_seats', 'Seats that the level has.', 'current'],
      ['request_concurrency_limit', 'The same as nominal_limit_seats.', 'nominal'],
      ['demand_seats_smoothed', 'Seats that the level could have used, smoothed over time.', 'smoothed'],
      ['target_seats', 'Seats that the level would get if all had what they could use.', 'target'],
      ['demand_seats_high_watermark', 'Most seats taken and waited for at once since they were shared out.', 'highest'],
    ] as const
  ).map(([suffix, help, field]) => [metrics.gauge(named(suffix, help, ['priority_level'])), field])
  const known = new Map<string, FlowSamples>()
  return {
    of(level, schema) {
      const key = `${level}/${schema}`
      const labels = { priority_level: level, flow_schema: schema }
      let found = known.get(key)
      if (!found) {
        const own = {
          requests: executingRequests.with(labels),
          seats: executingSeats.with(labels),
          inUse: inUse.with(labels),
          watchers: watchers.with(labels),
        }
        found = {
          dispatched: dispatched.with(labels),
          executed: executed.with({ ...labels, type: 'regular' }),
          begun: executed.with({ ...labels, type: 'watch' }),
          executing(requests, count) {
            own.requests.add(requests)
            own.seats.add(count)
            own.inUse.add(count)
          },
          waiting(requests, count) {
            waitingRequests.add(requests, labels)
            waitingSeats.add(count, labels)
          },
          watchers: count => own.watchers.observe(count),
          seats: seats.with(labels),
          waited: (seconds, execute) => waited.observe(seconds, { ...labels, execute: String(execute) }),
          rejected: reason => rejected.add(1, { ...labels, reason }),
          queued: length => lengths.observe(length, labels),
        }
        known.set(key, found)
      }
      return found
    },
    onScrape(states) {
      metrics.onScrape(() => {
        for (const [gauge] of gauges) gauge.clear()
        for (const state of states()) {
          for (const [gauge, field] of gauges) gauge.set(Number(state[field]), { priority_level: state.name })
        }
      })
    },
  }
}
