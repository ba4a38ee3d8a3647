/** Label values of one sample, by label name. Names are fixed when the metric is made. */
export type Labels = Readonly<Record<string, string>>

export interface MetricOptions {
  /** The metric's name as scraped, unit and all: `apiserver_request_total`. */
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
}

/** A count that only grows. */
export interface Counter {
  add(amount?: number, labels?: Labels): void
}

/** A value that goes up and down. */
export interface Gauge {
  set(value: number, labels?: Labels): void
  add(amount: number, labels?: Labels): void
}

/** How values spread: counted by bucket. Durations are in seconds. */
export interface Histogram {
  observe(value: number, labels?: Labels): void
}

/** Where a component declares what it measures. Asking for the same name again gives the same metric. */
export interface Metrics {
  counter(options: MetricOptions): Counter
  gauge(options: MetricOptions): Gauge
  /** `buckets`: upper bounds, ascending. */
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Histogram
}

const drop = () => {}

/** Metrics that nobody reads. */
export const unmeasured: Metrics = {
  counter: () => ({ add: drop }),
  gauge: () => ({ set: drop, add: drop }),
  histogram: () => ({ observe: drop }),
}
