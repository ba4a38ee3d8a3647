import type { Counter, Gauge, Histogram, Labels, MetricOptions, Metrics } from './metrics.ts'

/** Metrics that can be scraped. */
export interface Registry extends Metrics {
  /** Everything measured so far, in the text format of Prometheus (0.0.4). */
  text(): string
}

/** The media type of `Registry.text`. */
export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8'

/** One metric: its samples by their label values. */
interface Family<S> {
  readonly options: MetricOptions
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: Map<string, S>
  with(labels?: Labels): S
  /** The lines of one sample. */
  write(sample: S, labels: string): string
}

interface Value {
  value: number
}

/** Counts by bucket (the last is above all bounds), not yet summed up. */
interface Spread {
  readonly counts: Float64Array
  sum: number
}

/** An empty registry. Throws when one name is declared with two types or other labels. */
export function createRegistry(): Registry {
  // biome-ignore lint/suspicious/noExplicitAny: samples of families differ, and only their family reads them
  const families = new Map<string, { family: Family<any>; metric: unknown }>()
  const hooks = new Set<() => void>()

  const declare = <S, M>(family: Family<S>, make: (family: Family<S>) => M): M => {
    const { name, labels = [] } = family.options
    const known = families.get(name)
    if (known) {
      const same = known.family.type === family.type && String(known.family.options.labels ?? []) === String(labels)
      if (!same) throw new Error(`metric ${name} is declared twice, with different types or labels`)
      return known.metric as M
    }
    const metric = make(family)
    // One without labels is there from the beginning.
    if (labels.length === 0) family.with()
    families.set(name, { family, metric })
    return metric
  }

  return {
    counter: options => declare(values(options, 'counter'), counterOf),
    gauge: options => declare(values(options, 'gauge'), gaugeOf),
    histogram: options => declare(spreads(options), family => histogramOf(family, options.buckets)),
    onScrape(set) {
      hooks.add(set)
      return () => void hooks.delete(set)
    },
    text() {
      for (const hook of hooks) hook()
      const parts: string[] = []
      for (const name of [...families.keys()].sort()) {
        const { family } = families.get(name) as { family: Family<unknown> }
        if (family.samples.size === 0) continue
        parts.push(`# HELP ${name} ${family.options.help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n`)
        parts.push(`# TYPE ${name} ${family.type}\n`)
        for (const [key, sample] of family.samples) parts.push(family.write(sample, labelText(family.options, key)))
      }
      return parts.join('')
    },
  }
}

const separator = '\u0000'

function samplesOf<S>({ labels: names = [] }: MetricOptions, make: () => S): Pick<Family<S>, 'samples' | 'with'> {
  const samples = new Map<string, S>()
  return {
    samples,
    with(labels) {
      let key = ''
      if (labels) for (const name of names) key += (labels[name] ?? '') + separator
      else if (names.length > 0) key = separator.repeat(names.length)
      let sample = samples.get(key)
      if (sample === undefined) {
        sample = make()
        samples.set(key, sample)
      }
      return sample
    },
  }
}

function values(options: MetricOptions, type: 'counter' | 'gauge'): Family<Value> {
  return {
    options,
    type,
    ...samplesOf(options, () => ({ value: 0 })),
    write: ({ value }, labels) => `${options.name}${braced(labels)} ${numeral(value)}\n`,
  }
}

function counterOf(family: Family<Value>): Counter {
  const bound = (sample: Value) => ({
    add(amount = 1) {
      sample.value += amount
    },
  })
  return {
    add(amount = 1, labels) {
      family.with(labels).value += amount
    },
    with: labels => bound(family.with(labels)),
  }
}

function gaugeOf(family: Family<Value>): Gauge {
  return {
    set(value, labels) {
      family.with(labels).value = value
    },
    add(amount, labels) {
      family.with(labels).value += amount
    },
    with(labels) {
      const sample = family.with(labels)
      return {
        set(value) {
          sample.value = value
        },
        add(amount) {
          sample.value += amount
        },
      }
    },
    clear: () => family.samples.clear(),
  }
}

function spreads(options: MetricOptions & { readonly buckets: readonly number[] }): Family<Spread> {
  const { name, buckets } = options
  return {
    options,
    type: 'histogram',
    ...samplesOf(options, () => ({ counts: new Float64Array(buckets.length + 1), sum: 0 })),
    write({ counts, sum }, labels) {
      const lead = labels ? `${labels},` : ''
      let total = 0
      let lines = ''
      for (let index = 0; index <= buckets.length; index++) {
        total += counts[index] as number
        const bound = index < buckets.length ? numeral(buckets[index] as number) : '+Inf'
        lines += `${name}_bucket{${lead}le="${bound}"} ${total}\n`
      }
      return `${lines}${name}_sum${braced(labels)} ${numeral(sum)}\n${name}_count${braced(labels)} ${total}\n`
    },
  }
}

function histogramOf(family: Family<Spread>, buckets: readonly number[]): Histogram {
  const observe = (sample: Spread, value: number) => {
    let index = 0
    while (index < buckets.length && value > (buckets[index] as number)) index++
    sample.counts[index] = (sample.counts[index] as number) + 1
    sample.sum += value
  }
  return {
    observe: (value, labels) => observe(family.with(labels), value),
    with(labels) {
      const sample = family.with(labels)
      return { observe: value => observe(sample, value) }
    },
  }
}

function labelText({ labels = [] }: MetricOptions, key: string): string {
  const given = key.split(separator)
  return labels.map((name, index) => `${name}="${escaped(given[index] ?? '')}"`).join(',')
}

const braced = (labels: string) => (labels ? `{${labels}}` : '')

const escaped = (value: string) => value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')

const numeral = (value: number) =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : Number.isNaN(value) ? 'NaN' : String(value)
