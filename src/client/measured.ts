import { StatusError } from '../api/meta/statusError.ts'
import type { CounterSample, Metrics } from '../base/metrics.ts'
import type { Transport } from './transport.ts'

/** A transport whose requests are counted, by upstream's name (`rest_client_requests_total`). */
export function measured(transport: Transport, metrics: Metrics, host: string): Transport {
  const requests = metrics.counter({
    name: 'rest_client_requests_total',
    help: 'Requests that parts of this program made, by status code (<error>: no answer), method and host.',
    labels: ['code', 'method', 'host'],
  })
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
  const failed = (method: string) => (error: unknown) => {
    count(method, error instanceof StatusError ? error.code : '<error>')
    throw error
  }
  return {
    request: request =>
      transport.request(request).then(response => {
        count(request.method, response.status)
        return response
      }, failed(request.method)),
    watch: (request, onEvent) =>
      transport.watch(request, onEvent).then(watching => {
        count(request.method, 200)
        return watching
      }, failed(request.method)),
    close: () => transport.close(),
  }
}
