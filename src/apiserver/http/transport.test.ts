import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { notFound } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { httpsTransport } from '../../client/https.ts'
import type { WatchEvent } from '../../client/transport.ts'
import { memoryStore, openPki, type Pki, wellKnownClients } from '../../net/x509/index.ts'
import type { Answer, ServerRequest, Stored, WatchSink } from '../contract.ts'
import type { Content } from './content.ts'
import { type Listener, startListener } from './listener.ts'

const json = { 'content-type': 'application/json' }
const content: Content = {
  encode: (_request, answer) =>
    answer.form === 'text'
      ? { status: answer.status, headers: { 'content-type': answer.contentType }, body: answer.body }
      : { status: answer.status, headers: json, body: JSON.stringify(answer.object) },
  failure: (_request, error) => ({ status: error.code, headers: json, body: JSON.stringify(error.body) }),
  watch: () => ({
    contentType: 'application/json',
    event: (type, stored) => Buffer.from(`${JSON.stringify({ type, object: stored.object })}\n`),
    error: status => Buffer.from(`${JSON.stringify({ type: 'ERROR', object: status })}\n`),
  }),
}

let sink: WatchSink | undefined
let end = () => {}
const text = (body: string, contentType = 'text/plain'): Answer => ({ form: 'text', status: 200, contentType, body })

async function handle(request: ServerRequest): Promise<Answer> {
  const path = request.target.split('?')[0]
  if (path === '/echo') {
    request.warnings.push('mind the "gap", é')
    const body = Buffer.from(await request.body()).toString()
    const { authorization = '' } = request.headers
    const { certificate } = request
    return text(
      JSON.stringify({ method: request.method, body, authorization, who: certificate?.commonName ?? '' }),
      'application/json',
    )
  }
  if (path === '/text') return text('ok')
  if (path === '/slow') return new Promise(() => {})
  if (path === '/watch') {
    return {
      form: 'watch',
      resource: {} as Resource,
      start: (given, signal) => {
        sink = given
        return new Promise(resolve => {
          end = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      },
    }
  }
  throw notFound({ group: '', plural: 'things' }, 'x')
}

let pki: Pki
let listener: Listener
const start = async (port = 0) =>
  startListener(
    { clock: systemClock, log: silent, content, handle },
    { host: '127.0.0.1', port, serving: await pki.serving(), clientCa: pki.ca.cert },
  )
before(async () => {
  pki = await openPki({ files: memoryStore(), clock: systemClock, serving: { dnsNames: [], addresses: [] } })
  listener = await start()
})
after(() => listener.stop(0))

const open = (options = {}) =>
  httpsTransport({ server: `https://127.0.0.1:${listener.port}`, ca: pki.ca.cert, ...options })

test('a request carries body, certificate and token, and brings warnings back', async () => {
  const transport = open({ ...(await pki.leaf('admin', wellKnownClients.admin)), token: () => 'secret' })
  const { object, warnings } = await transport.request({ method: 'POST', path: '/echo', object: { a: 'ü' } })
  assert.deepEqual(object, {
    method: 'POST',
    body: '{"a":"ü"}',
    authorization: 'Bearer secret',
    who: 'kubernetes-admin',
  })
  assert.deepEqual(warnings, ['mind the "gap", é'])
  assert.ok(Object.isFrozen(object))
  assert.equal((await transport.request({ method: 'GET', path: '/text' })).object, 'ok')
  await transport.close()
})

test('failures are StatusErrors, a server that is not there is an error that says so', async () => {
  const transport = open()
  await assert.rejects(transport.request({ method: 'GET', path: '/none' }), { name: 'StatusError', reason: 'NotFound' })
  await transport.close()
  const nowhere = httpsTransport({ server: 'https://127.0.0.1:1', ca: pki.ca.cert })
  await assert.rejects(nowhere.request({ method: 'GET', path: '/text' }), /the connection to the API server broke/)
  await nowhere.close()
})

test('a server with a certificate of somebody else is not talked to', async () => {
  const other = await openPki({ files: memoryStore(), clock: systemClock, serving: { dnsNames: [], addresses: [] } })
  const transport = open({ ca: other.ca.cert })
  await assert.rejects(transport.request({ method: 'GET', path: '/text' }))
  await transport.close()
})

test('an aborted request rejects with the reason', async () => {
  const transport = open()
  const abort = new AbortController()
  const asked = transport.request({ method: 'GET', path: '/slow', signal: abort.signal })
  setImmediate(() => abort.abort(new Error('enough')))
  await assert.rejects(asked, /enough/)
  await transport.close()
})

test('a watch brings events in order and ends when the server ends it', async () => {
  const transport = open()
  const seen: WatchEvent[] = []
  const watch = await transport.watch({ method: 'GET', path: '/watch' }, event => seen.push(event))
  for (const name of ['a', 'b', 'é'.repeat(100_000)])
    sink?.event('ADDED', { object: { metadata: { name } } } as unknown as Stored)
  sink?.error({ kind: 'Status' })
  end()
  await watch.ended
  assert.deepEqual(
    seen.map(({ type }) => type),
    ['ADDED', 'ADDED', 'ADDED', 'ERROR'],
  )
  assert.deepEqual(seen[2]?.object, { metadata: { name: 'é'.repeat(100_000) } })
  await assert.rejects(
    transport.watch({ method: 'GET', path: '/none' }, () => {}),
    { reason: 'NotFound' },
  )
  await transport.close()
})

test('a watch that the client gives up ends, one that is cut off rejects', async () => {
  const transport = open()
  const abort = new AbortController()
  const given = await transport.watch({ method: 'GET', path: '/watch', signal: abort.signal }, () => {})
  abort.abort()
  await given.ended
  const cut = await transport.watch({ method: 'GET', path: '/watch' }, () => {})
  const rejected = assert.rejects(cut.ended, /broke/)
  await transport.close()
  await rejected
})

test('after a restart of the server the same transport goes on', async () => {
  const transport = open()
  assert.equal((await transport.request({ method: 'GET', path: '/text' })).object, 'ok')
  const { port } = listener
  await listener.stop(0)
  listener = await start(port)
  assert.equal((await transport.request({ method: 'GET', path: '/text' })).object, 'ok')
  await transport.close()
})
