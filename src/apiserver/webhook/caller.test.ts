import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import { createServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { after, before, test } from 'node:test'
import type { EndpointSlice, Service } from '../../api/index.ts'
import { issue, makeCa } from '../../net/x509/index.ts'
import type { ObjectReader } from '../contract.ts'
import { createWebhookCaller, type WebhookCaller } from './caller.ts'

/** A server that is behind the Service `hook` in `away`, or at a URL, and how often it was connected to. */
let port = 0
let caBundle = ''
let connections = 0
let close = () => Promise.resolve()

before(async () => {
  const now = Date.now()
  const lifetime = { notBefore: now - 60_000, notAfter: now + 3_600_000 }
  const ca = await makeCa({ subject: { commonName: 'hooks' }, ...lifetime })
  const spec = { subject: { commonName: 'hook' }, usage: 'server', addresses: ['127.0.0.1'] } as const
  const pair = await issue(
    { ...spec, ...lifetime, dnsNames: ['hook.away.svc'] },
    { subject: { commonName: 'hooks' }, key: createPrivateKey(ca.key) },
  )
  caBundle = Buffer.from(ca.cert).toString('base64')
  const server = createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    let body = ''
    request.on('data', chunk => (body += chunk))
    request.on('end', () => {
      const path = request.url ?? ''
      if (path === '/never') return
      if (path === '/cut') return void request.socket.destroy()
      if (path === '/large') return void response.end(' '.repeat(70 * 1024 * 1024))
      if (path === '/text') return void response.end('no json')
      const status = Number(/^\/status\/(\d+)/.exec(path)?.[1] ?? 200)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(
        status === 200 ? JSON.stringify({ path, host: request.headers.host, body: JSON.parse(body) }) : 'oops',
      )
    })
  })
  server.on('secureConnection', () => connections++)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  close = () =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
})
after(() => close())

const service = (spec: object = {}): Service =>
  ({
    metadata: { name: 'hook', namespace: 'away' },
    spec: { ports: [{ name: 'https', port: 443 }], ...spec },
  }) as Service
const slice = (addresses: readonly (readonly [string, boolean?])[]): EndpointSlice =>
  ({
    metadata: { labels: { 'kubernetes.io/service-name': 'hook' } },
    ports: [{ name: 'https', port: 8443 }],
    endpoints: addresses.map(([address, ready]) => ({
      addresses: [address],
      ...(ready === undefined ? {} : { conditions: { ready } }),
    })),
  }) as unknown as EndpointSlice

/** A caller in a cluster with these objects; `dialed` tells what it connected to. Addresses that end in 9 take no connection. */
function cluster(known: Service | undefined, slices: readonly EndpointSlice[] = []) {
  const dialed: string[] = []
  const objects = { get: () => known, list: () => slices, version: () => 0 } as unknown as ObjectReader
  const caller = createWebhookCaller({
    objects,
    dialer: {
      network: address =>
        new Promise((resolve, reject) => {
          dialed.push(`${address.host}:${address.port}`)
          if (address.host.endsWith('9'))
            return reject(
              Object.assign(new Error('refused'), { code: 'ECONNREFUSED', address: address.host, port: address.port }),
            )
          const socket = connect({ host: '127.0.0.1', port })
          socket.once('connect', () => resolve(socket))
        }),
    },
  })
  return { caller, dialed }
}

const place = { service: { namespace: 'away', name: 'hook', path: '/here' } }
const words = (caller: WebhookCaller, target: object, options: object = {}) =>
  caller.call({ caBundle, ...target }, {}, { milliseconds: 5000, ...options }).then(
    () => 'no failure',
    (error: Error) => error.message,
  )

test('a webhook at a URL is asked there, over a connection that is kept', async () => {
  const { caller } = cluster(undefined)
  const target = { url: `https://127.0.0.1:${port}/a/b`, caBundle }
  const before = connections
  for (let i = 0; i < 3; i++) {
    const answer = await caller.call(target, { asked: i }, { milliseconds: 5000, query: 'timeout=5s' })
    assert.deepEqual(answer, { path: '/a/b?timeout=5s', host: `127.0.0.1:${port}`, body: { asked: i } })
  }
  assert.equal(connections - before, 1)
  caller.close()
})

test('a webhook behind a Service is asked at an endpoint that is ready, by the name of the Service', async () => {
  const { caller, dialed } = cluster(service(), [slice([['10.0.0.1', false], ['10.0.0.2'], ['10.0.0.3', true]])])
  const answer = await caller.call({ ...place, caBundle }, {}, { milliseconds: 5000 })
  assert.deepEqual(answer, { path: '/here', host: 'hook.away.svc', body: {} })
  caller.close()
  await caller.call({ ...place, caBundle }, {}, { milliseconds: 5000 })
  assert.deepEqual(dialed.sort(), ['10.0.0.2:8443', '10.0.0.3:8443'], 'endpoints are taken in turns')
  caller.close()
})

test('an endpoint that takes no connection is passed over', async () => {
  const { caller, dialed } = cluster(service(), [slice([['10.0.0.9'], ['10.0.0.19'], ['10.0.0.1']])])
  await caller.call({ ...place, caBundle }, {}, { milliseconds: 5000 })
  assert.equal(dialed.at(-1), '10.0.0.1:8443')
  caller.close()
})

test('a Service that stands for a name is dialed by it', async () => {
  const { caller, dialed } = cluster(service({ type: 'ExternalName', externalName: 'hooks.example.com' }))
  await caller.call({ service: { ...place.service, port: 8443 }, caBundle }, {}, { milliseconds: 5000 })
  assert.deepEqual(dialed, ['hooks.example.com:8443'])
  caller.close()
})

test("what goes wrong is told in upstream's words", async () => {
  const url = (path: string) => ({ url: `https://127.0.0.1:${port}${path}` })
  const post = (path: string) => `Post "https://127.0.0.1:${port}${path}"`
  const hook = 'Post "https://hook.away.svc:443/here"'
  const nothing = cluster(undefined)
  const cases: readonly [what: string, cluster: { caller: WebhookCaller }, target: object, wanted: string | RegExp][] =
    [
      [
        'nobody listens',
        nothing,
        { url: 'https://127.0.0.1:1/x' },
        'Post "https://127.0.0.1:1/x": dial tcp 127.0.0.1:1: connect: connection refused',
      ],
      ['the connection is cut', nothing, url('/cut'), `${post('/cut')}: EOF`],
      [
        'an authority nobody knows',
        nothing,
        { ...url('/x'), caBundle: undefined },
        /^Post "[^"]+": tls: failed to verify certificate: x509: /,
      ],
      ['no JSON', nothing, url('/text'), /the answer is no JSON/],
      ['too much', nothing, url('/large'), /has more than 67108864 bytes/],
      ['404', nothing, url('/status/404'), 'the server could not find the requested resource'],
      ['500', nothing, url('/status/500'), 'an error on the server ("oops") has prevented the request from succeeding'],
      ['no Service', nothing, place, `${hook}: service "hook" not found`],
      ['no endpoints', cluster(service()), place, `${hook}: no endpoints available for service "hook"`],
      [
        'none that is ready',
        cluster(service(), [slice([['10.0.0.1', false]])]),
        place,
        `${hook}: no endpoints available for service "hook"`,
      ],
      [
        'another port',
        cluster(service({ ports: [{ port: 80 }] })),
        place,
        `${hook}: no service port 443 found for service "hook"`,
      ],
      [
        'no connection',
        cluster(service(), [slice([['10.0.0.9']])]),
        place,
        `${hook}: dial tcp 10.0.0.9:8443: connect: connection refused`,
      ],
    ]
  for (const [what, { caller }, target, wanted] of cases) {
    const found = await words(caller, target)
    if (typeof wanted === 'string') assert.equal(found, wanted, what)
    else assert.match(found, wanted, what)
    caller.close()
  }
})

test('the whole call has so much time, and ends with its request', async () => {
  const { caller } = cluster(undefined)
  const target = { url: `https://127.0.0.1:${port}/never` }
  assert.equal(
    await words(caller, target, { milliseconds: 200 }),
    `Post "https://127.0.0.1:${port}/never": context deadline exceeded`,
  )
  const gone = new AbortController()
  const asked = words(caller, target, { signal: gone.signal })
  gone.abort()
  assert.match(await asked, /aborted/)
  caller.close()
})
