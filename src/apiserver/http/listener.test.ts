import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { Agent, request as httpsRequest } from 'node:https'
import { after, before, test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { gunzipSync } from 'node:zlib'
import { notFound } from '../../api/meta/statusError.ts'
import type { Resource } from '../../api/resource.ts'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { memoryStore, openPki, type Pair, type Pki, wellKnownClients } from '../../net/x509/index.ts'
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

const textAnswer = (body: string | Uint8Array, status = 200): Answer => ({
  form: 'text',
  status,
  contentType: 'text/plain',
  body,
})

let watching: WatchSink | undefined
let watchEnded: Promise<void> = Promise.resolve()

/** What this test's server answers, by path. */
async function handle(request: ServerRequest): Promise<Answer> {
  const path = request.target.split('?')[0]
  if (path === '/who') return textAnswer(JSON.stringify(request.certificate ?? null))
  if (path === '/echo') return textAnswer(await request.body())
  if (path === '/query') return textAnswer(JSON.stringify([...request.query]))
  if (path === '/large') return textAnswer('x'.repeat(300_000))
  if (path === '/warn') {
    request.warnings.push('old "thing"', 'é')
    return textAnswer('ok')
  }
  if (path === '/broken') throw new Error('secret detail')
  if (path === '/watch') {
    return {
      form: 'watch',
      resource: {} as Resource,
      start: (sink, signal) => {
        watching = sink
        watchEnded = new Promise(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
        return watchEnded
      },
    }
  }
  if (path === '/stream') {
    return {
      form: 'stream',
      status: 200,
      contentType: 'text/plain',
      chunks: (async function* () {
        for (const part of ['one ', 'two ', 'three']) yield Buffer.from(part)
      })(),
    }
  }
  if (path === '/upgrade') {
    return {
      form: 'upgrade',
      accept: async (_request, socket) => {
        const raw = socket as import('node:stream').Duplex
        raw.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: echo\r\nconnection: upgrade\r\n\r\n')
        raw.pipe(raw)
        await once(raw, 'close')
      },
    }
  }
  throw notFound({ group: '', plural: 'things' }, String(path))
}

let pki: Pki
let listener: Listener
let admin: Pair
const agent = new Agent({ keepAlive: false })

before(async () => {
  pki = await openPki({ files: memoryStore(), clock: systemClock, serving: { dnsNames: [], addresses: [] } })
  admin = await pki.leaf('admin', wellKnownClients.admin)
  listener = await start()
})
after(() => listener.stop())

const start = async () =>
  startListener(
    { clock: systemClock, log: silent, content, handle },
    { host: '127.0.0.1', port: 0, serving: await pki.serving(), clientCa: pki.ca.cert },
  )

interface Got {
  status: number
  headers: Record<string, unknown>
  body: Buffer
}

/** One request over HTTP/1.1. */
async function get1(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Uint8Array; client?: Pair; port?: number } = {},
): Promise<Got> {
  const request = httpsRequest({
    host: '127.0.0.1',
    port: options.port ?? listener.port,
    path,
    method: options.method ?? 'GET',
    headers: options.headers,
    ca: pki.ca.cert,
    agent,
    ...options.client,
  })
  request.on('error', () => {})
  request.end(options.body)
  const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }
}

/** One request over HTTP/2. */
async function get2(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Uint8Array; client?: Pair } = {},
): Promise<Got> {
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: pki.ca.cert, ...options.client })
  try {
    const stream = session.request({ ':path': path, ':method': options.method ?? 'GET', ...options.headers })
    stream.on('error', () => {})
    stream.end(options.body)
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>]
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    return { status: Number(headers[':status']), headers, body: Buffer.concat(chunks) }
  } finally {
    session.close()
  }
}

for (const [protocol, get] of [
  ['HTTP/1.1', get1],
  ['HTTP/2', get2],
] as const) {
  test(`${protocol}: the client certificate's subject comes with the request`, async () => {
    const { commonName, organizations } = JSON.parse((await get('/who', { client: admin })).body.toString())
    assert.deepEqual([commonName, organizations], ['kubernetes-admin', ['system:masters']])
    assert.equal((await get('/who')).body.toString(), 'null')
  })

  test(`${protocol}: a certificate of another authority is nobody's`, async () => {
    const other = await openPki({ files: memoryStore(), clock: systemClock, serving: { dnsNames: [], addresses: [] } })
    const stranger = await other.leaf('admin', wellKnownClients.admin)
    assert.equal((await get('/who', { client: stranger })).body.toString(), 'null')
  })

  test(`${protocol}: body and query arrive as sent`, async () => {
    assert.equal((await get('/echo', { method: 'POST', body: Buffer.from('héllo') })).body.toString(), 'héllo')
    assert.equal((await get('/query?a=1&b=%20x&a=2')).body.toString(), '[["a","1"],["b"," x"],["a","2"]]')
  })

  test(`${protocol}: a body over the limit is refused by 413 in upstream's words`, async () => {
    const answer = await get('/echo', { method: 'POST', body: Buffer.alloc(4 * 1024 * 1024) })
    const { message, reason, code } = JSON.parse(answer.body.toString())
    assert.deepEqual(
      [answer.status, code, reason, message],
      [413, 413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728'],
    )
  })

  test(`${protocol}: large answers are compressed for those who take it`, async () => {
    const plain = await get('/large')
    assert.equal(plain.headers['content-encoding'], undefined)
    assert.equal(plain.body.length, 300_000)
    const small = await get('/large', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(small.headers['content-encoding'], 'gzip')
    assert.equal(gunzipSync(small.body).length, 300_000)
  })

  test(`${protocol}: warnings become headers`, async () => {
    const { headers } = await get('/warn')
    assert.equal(headers.warning, `299 - "old \\"thing\\"", 299 - "${Buffer.from('é').toString('latin1')}"`)
  })

  test(`${protocol}: failures carry their status`, async () => {
    assert.equal((await get('/nothing')).status, 404)
    const broken = await get('/broken')
    assert.equal(broken.status, 500)
    assert.equal(JSON.parse(broken.body.toString()).reason, 'InternalError')
    assert.equal((await get('/upgrade')).status, 400)
  })

  test(`${protocol}: a stream comes whole`, async () => {
    assert.equal((await get('/stream')).body.toString(), 'one two three')
  })
}

test('watch events arrive in order, and the watch ends when the client goes', async () => {
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: pki.ca.cert })
  const stream = session.request({ ':path': '/watch' })
  await once(stream, 'response')
  for (let revision = 1; revision <= 1000; revision++) {
    watching?.event('ADDED', { object: { metadata: { name: `n${revision}` } } } as unknown as Stored)
  }
  let text = ''
  for await (const chunk of stream) {
    text += chunk
    if (text.split('\n').length > 1000) break
  }
  const names = text.split('\n', 1000).map(line => JSON.parse(line).object.metadata.name)
  assert.deepEqual(
    names,
    Array.from({ length: 1000 }, (_, i) => `n${i + 1}`),
  )
  session.destroy()
  await watchEnded
})

test('a watcher that reads nothing is told to go once too much waits for it', async () => {
  const session = connectHttp2(`https://127.0.0.1:${listener.port}`, { ca: pki.ca.cert })
  const stream = session.request({ ':path': '/watch' })
  await once(stream, 'response')
  stream.pause()
  const stored = { object: { data: 'x'.repeat(4 * 1024 * 1024) } } as unknown as Stored
  let taken = 0
  while (watching?.event('ADDED', stored)) taken++
  assert.ok(taken > 10 && taken < 40, `${taken}`)
  session.destroy()
  await watchEnded
})

test('an upgraded connection belongs to its handler', async () => {
  const socket = connectTls({ host: '127.0.0.1', port: listener.port, ca: pki.ca.cert, ALPNProtocols: ['http/1.1'] })
  socket.write('GET /upgrade HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
  const [head] = await once(socket, 'data')
  assert.match(head.toString(), /^HTTP\/1\.1 101 /)
  socket.write('ping')
  assert.equal((await once(socket, 'data'))[0].toString(), 'ping')
  socket.destroy()
})

test('a refused upgrade is an ordinary answer', async () => {
  const socket = connectTls({ host: '127.0.0.1', port: listener.port, ca: pki.ca.cert, ALPNProtocols: ['http/1.1'] })
  socket.write('GET /nothing HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  let text = ''
  for await (const chunk of socket) text += chunk
  assert.match(text, /^HTTP\/1\.1 404 Not Found\r\n[\s\S]*"reason":"NotFound"/)
})

test('new connections get a new certificate', async () => {
  const before = await serverSerial()
  await pki.cover({ dnsNames: [], addresses: ['192.0.2.9'] })
  listener.setServing(await pki.serving())
  assert.notEqual(await serverSerial(), before)
})

async function serverSerial(): Promise<string> {
  const socket = connectTls({ host: '127.0.0.1', port: listener.port, ca: pki.ca.cert })
  await once(socket, 'secureConnect')
  const { serialNumber } = socket.getPeerCertificate()
  socket.destroy()
  return serialNumber
}

test('stopping ends watches, lets requests finish and closes the port', async () => {
  const second = await start()
  const session = connectHttp2(`https://127.0.0.1:${second.port}`, { ca: pki.ca.cert })
  session.on('error', () => {})
  const stream = session.request({ ':path': '/watch' })
  await once(stream, 'response')
  stream.resume()
  const ended = once(stream, 'end')
  await second.stop()
  await ended
  await assert.rejects(get1('/who', { port: second.port }))
})

test('a port that is taken is an error that names it', async () => {
  await assert.rejects(
    async () =>
      startListener(
        { clock: systemClock, log: silent, content, handle },
        { host: '127.0.0.1', port: listener.port, serving: await pki.serving(), clientCa: pki.ca.cert },
      ),
    new RegExp(`listening on 127\\.0\\.0\\.1 port ${listener.port}`),
  )
})
