import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRegistry } from './registry.ts'

test('what is measured is scraped in the text format of Prometheus', () => {
  const metrics = createRegistry()
  const requests = metrics.counter({
    name: 'requests_total',
    help: 'Requests,\nall of them.',
    labels: ['verb', 'code'],
  })
  requests.add(2, { verb: 'GET', code: '200' })
  requests.with({ verb: 'GET', code: '200' }).add()
  requests.add(1, { verb: 'say "\\"' })
  const open = metrics.gauge({ name: 'open', help: 'Open.' })
  open.set(4)
  open.add(-1)
  const took = metrics.histogram({ name: 'took_seconds', help: 'Time.', labels: ['verb'], buckets: [0.5, 1] })
  for (const value of [0.5, 0.75, 2]) took.observe(value, { verb: 'GET' })
  metrics.counter({ name: 'never_total', help: 'Nothing.', labels: ['x'] })
  assert.deepEqual(metrics.text().split('\n'), [
    '# HELP open Open.',
    '# TYPE open gauge',
    'open 3',
    '# HELP requests_total Requests,\\nall of them.',
    '# TYPE requests_total counter',
    'requests_total{verb="GET",code="200"} 3',
    'requests_total{verb="say \\"\\\\\\"",code=""} 1',
    '# HELP took_seconds Time.',
    '# TYPE took_seconds histogram',
    'took_seconds_bucket{verb="GET",le="0.5"} 1',
    'took_seconds_bucket{verb="GET",le="1"} 2',
    'took_seconds_bucket{verb="GET",le="+Inf"} 3',
    'took_seconds_sum{verb="GET"} 3.25',
    'took_seconds_count{verb="GET"} 3',
    '',
  ])
})

test('the same name is the same metric, and nothing else', () => {
  const metrics = createRegistry()
  const declared = { name: 'a_total', help: 'A.', labels: ['x'] }
  assert.equal(metrics.counter(declared), metrics.counter(declared))
  assert.throws(() => metrics.gauge(declared), /declared twice/)
  assert.throws(() => metrics.counter({ ...declared, labels: ['y'] }), /declared twice/)
})

test('gauges are set when they are scraped, until that is stopped', () => {
  const metrics = createRegistry()
  const gauge = metrics.gauge({ name: 'now', help: 'Now.' })
  let count = 0
  const stop = metrics.onScrape(() => gauge.set(++count))
  assert.match(metrics.text(), /^now 1$/m)
  assert.match(metrics.text(), /^now 2$/m)
  stop()
  assert.match(metrics.text(), /^now 2$/m)
})
