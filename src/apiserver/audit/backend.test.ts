import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { createRegistry } from '../../base/registry.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { startLoopback } from '../remote.test-suite.ts'
import { createRemote, readRemote } from '../remote.ts'
import { type AuditBackend, type AuditMode, type BatchOptions, createSink } from './backend.ts'
import { auditMeter } from './meter.ts'
import { rotatingFile } from './rotate.ts'
import type { TruncateOptions } from './truncate.ts'
import { webhookBackend } from './webhook.ts'

const directory = mkdtempSync(join(tmpdir(), 'caravel-audit-'))
after(() => rmSync(directory, { recursive: true }))

/** A sink whose backend keeps what it gets, or fails. */
function sinkOf(
  mode: AuditMode,
  fails: () => boolean = () => false,
  { truncate, ...batch }: Partial<BatchOptions> & { readonly truncate?: TruncateOptions } = {},
) {
  const clock = createVirtualClock(0)
  const metrics = createRegistry()
  const written: string[][] = []
  const backend: AuditBackend = {
    name: 'test',
    write(events) {
      if (fails()) throw new Error('the disk is full')
      written.push([...events])
    },
    close: () => Promise.resolve(),
  }
  const deps = { clock, log: silent, meter: auditMeter(metrics) }
  const sink = createSink(backend, mode, { mostEvents: 3, mostWait: 30_000, buffer: 4, ...batch }, deps, truncate)
  const lost = (plugin = 'test') =>
    Number(
      new RegExp(`^apiserver_audit_error_total\\{plugin="${plugin}"\\} (\\d+)`, 'm').exec(metrics.text())?.[1] ?? 0,
    )
  return { clock, written, sink, lost }
}

test('blocking: each event is written at once, and what fails is counted', async () => {
  let full = false
  const { sink, written, lost } = sinkOf('blocking', () => full)
  assert.equal(sink.take({ json: '1' }), undefined)
  full = true
  assert.equal(sink.take({ json: '2' }), undefined)
  assert.deepEqual(written, [['1']])
  assert.equal(lost(), 1)
})

test('blocking-strict: what cannot be kept refuses the request', async () => {
  const { sink, lost } = sinkOf('blocking-strict', () => true)
  await assert.rejects(async () => sink.take({ json: '1' }), /the disk is full/)
  assert.equal(lost(), 1)
})

test('batch: events go together when there are enough, when the first waited long enough, and at the end', async () => {
  const { clock, sink, written } = sinkOf('batch')
  for (const event of ['1', '2']) sink.take({ json: event })
  assert.deepEqual(written, [])
  await clock.advance(30_000)
  assert.deepEqual(written, [['1', '2']])
  for (const event of ['3', '4', '5', '6']) sink.take({ json: event })
  await clock.settle()
  assert.deepEqual(written.slice(1), [['3', '4', '5']])
  await sink.close()
  assert.deepEqual(written.slice(2), [['6']])
})

test('batch: what is above the buffer is lost, and counted', async () => {
  const { sink, written, lost } = sinkOf('batch')
  // The third is on its way at once; the next four wait for its end.
  for (const event of ['1', '2', '3', '4', '5', '6', '7', '8']) sink.take({ json: event })
  assert.equal(lost('buffered'), 1)
  await sink.close()
  assert.deepEqual(written.flat(), ['1', '2', '3', '4', '5', '6', '7'])
})

test('batch: only so many go in a second', async () => {
  const { clock, sink, written } = sinkOf('batch', undefined, { mostEvents: 1, throttle: { rate: 2, burst: 2 } })
  for (const event of ['1', '2', '3', '4']) sink.take({ json: event })
  await clock.settle()
  assert.deepEqual(written.flat(), ['1', '2'])
  await clock.advance(500)
  assert.deepEqual(written.flat(), ['1', '2', '3'])
  await clock.advance(500)
  assert.deepEqual(written.flat(), ['1', '2', '3', '4'])
  for (const event of ['5', '6']) sink.take({ json: event })
  await sink.close()
  assert.deepEqual(written.flat().length, 6, 'at the end nothing waits')
})

test('truncate: large events lose their objects, what is too large then is lost, and batches are parted', async () => {
  const truncate = { mostEventBytes: 4, mostBatchBytes: 6 }
  const { sink, written, lost } = sinkOf('batch', undefined, { truncate })
  sink.take({ json: '12345', shorter: () => '123' })
  sink.take({ json: '12345' })
  sink.take({ json: '12345', shorter: () => '12345' })
  sink.take({ json: '45' })
  sink.take({ json: '6789' })
  await sink.close()
  assert.deepEqual(written, [['123', '45'], ['6789']])
  assert.equal(lost('truncate'), 2)
})

test('a full file is put aside under its time, compressed, and the oldest go', async () => {
  const clock = createVirtualClock(Date.UTC(2026, 0, 2, 3, 4, 5))
  const path = join(directory, 'audit.log')
  const options = { path, mostBytes: 10, mostFiles: 2, mostDays: 0, compress: true }
  const file = rotatingFile(options, { clock, log: silent })
  for (const line of ['11111\n', '22222\n', '33333\n', '44444\n']) {
    file.write(line)
    await clock.advance(1000)
  }
  await file.close()
  assert.deepEqual(readdirSync(directory).sort(), [
    'audit-2026-01-02T03-04-07.000.log.gz',
    'audit-2026-01-02T03-04-08.000.log.gz',
    'audit.log',
  ])
  assert.equal(readFileSync(path, 'utf8'), '44444\n')
  const aside = gunzipSync(readFileSync(join(directory, 'audit-2026-01-02T03-04-08.000.log.gz'))).toString()
  assert.equal(aside, '33333\n')
})

test('the webhook gets lists of events, and again when it failed', async () => {
  let refusals = 2
  const server = await startLoopback(() => (refusals-- > 0 ? [500, 'busy'] : [200, {}]))
  try {
    const backend = webhookBackend(createRemote(readRemote(server.file)), { clock: systemClock, backoff: 1 })
    await backend.write(['{"auditID":"1"}', '{"auditID":"2"}'])
    assert.equal(server.posted.length, 3)
    const last = server.posted.at(-1)
    assert.equal(last?.headers.authorization, 'Bearer loopback')
    assert.deepEqual(JSON.parse(last?.body ?? ''), {
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      metadata: {},
      items: [{ auditID: '1' }, { auditID: '2' }],
    })
    refusals = 100
    await assert.rejects(Promise.resolve(backend.write(['{}'])), /the audit webhook answers 500: busy/)
    await backend.close()
    assert.equal(server.posted.length, 8)
  } finally {
    await server.stop()
  }
})
