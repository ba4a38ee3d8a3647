/** Label values of one sample, by label name. Names are fixed when the metric is made; those left out are empty. */
export type Labels = Readonly<Record<string, string>>

export interface MetricOptions {
  /** The metric's name as scraped, unit and all: `apiserver_request_total`. */
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
}

/** One sample of a counter: its labels are looked up once, adding costs an addition. */
export interface CounterSample {
  add(amount?: number): void
}

/** One sample of a gauge. */
export interface GaugeSample {
  set(value: number): void
  add(amount: number): void
}

/** One sample of a histogram. */
export interface HistogramSample {
  observe(value: number): void
}

/** A count that only grows. */
export interface Counter {
  add(amount?: number, labels?: Labels): void
  /** The sample with these labels, to be kept where time counts. */
  with(labels: Labels): CounterSample
}

/** A value that goes up and down. */
export interface Gauge {
  set(value: number, labels?: Labels): void
  add(amount: number, labels?: Labels): void
  with(labels: Labels): GaugeSample
  /** Forgets all samples: before a scrape of things that come and go. */
  clear(): void
}

/** How values spread: counted by bucket. Durations are in seconds. */
export interface Histogram {
  observe(value: number, labels?: Labels): void
  with(labels: Labels): HistogramSample
}

/** Where a component declares what it measures. Asking for the same name again gives the same metric. */
export interface Metrics {
  counter(options: MetricOptions): Counter
  gauge(options: MetricOptions): Gauge
  /** `buckets`: upper bounds, ascending. */
  histogram(options: MetricOptions & { readonly buckets: readonly number[] }): Histogram
  /** Called before each scrape: to set gauges that cost something to keep. Returns how to stop. */
  onScrape(set: () => void): () => void
}

const drop = () => {}

/** Metrics that nobody reads. */
export const unmeasured: Metrics = {
  counter: () => ({ add: drop, with: () => ({ add: drop }) }),
  gauge: () => ({ set: drop, add: drop, clear: drop, with: () => ({ set: drop, add: drop }) }),
  histogram: () => ({ observe: drop, with: () => ({ observe: drop }) }),
  onScrape: () => drop,
}

/** So many bucket bounds: `first`, and each so many times the one before. */
export function exponentialBuckets(first: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first * factor ** index)
}
