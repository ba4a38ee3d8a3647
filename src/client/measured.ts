import { StatusError } from '../api/meta/statusError.ts'
import type { CounterSample, HistogramSample, Metrics } from '../base/metrics.ts'
import type { Transport } from './transport.ts'

/** A transport whose requests are counted, by upstream's name (`rest_client_requests_total`). */
export function measured(transport: Transport, metrics: Metrics, host: string): Transport {
  const requests = metrics.counter({
    name: 'rest_client_requests_total',
    help: 'Requests that parts of this program made, by status code (<error>: no answer), method and host.',
    labels: ['code', 'method', 'host'],
  })
  const durations = metrics.histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Seconds that requests took which parts of this program made, by method and host.',
    labels: ['verb', 'host'],
    buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
  })
  const seconds = new Map<string, HistogramSample>()
  const took = (verb: string, begun: number) => {
    let sample = seconds.get(verb)
    if (!sample) {
      sample = durations.with({ verb, host })
      seconds.set(verb, sample)
    }
    sample.observe((performance.now() - begun) / 1000)
  }
  const samples = new Map<string, CounterSample>()
  const count = (method: string, code: number | '<error>') => {
    const key = `${method} ${code}`
    let sample = samples.get(key)
    if (!sample) {
      sample = requests.with({ code: String(code), method, host })
      samples.set(key, sample)
    }
    sample.add()
  }
  const failed = (method: string, begun: number) => (error: unknown) => {
    took(method, begun)
    count(method, error instanceof StatusError ? error.code : '<error>')
    throw error
  }
  return {
    request: request => {
      const begun = performance.now()
      return transport.request(request).then(
        response => {
          took(request.method, begun)
          count(request.method, response.status)
          return response
        },
        failed(request.method, begun),
      )
    },
    watch: (request, onEvent) => {
      const begun = performance.now()
      return transport.watch(request, onEvent).then(
        watching => {
          took(request.method, begun)
          count(request.method, 200)
          return watching
        },
        failed(request.method, begun),
      )
    },
    close: () => transport.close(),
  }
}
