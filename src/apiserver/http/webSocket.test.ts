import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import type { Resource } from '../../api/resource.ts'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { memoryStore, openPki, type Pki } from '../../net/x509/index.ts'
import { createContent } from '../content/index.ts'
import type { Answer, ServerRequest, Stored, WatchSink } from '../contract.ts'
import { type Listener, startListener } from './listener.ts'

const pieces = ['one', 'zwei ü', 'three']

let watching = Promise.withResolvers<{ sink: WatchSink; ended: Promise<void> }>()

async function handle({ target }: ServerRequest): Promise<Answer> {
  if (target === '/stream') {
    const chunks = async function* () {
      for (const piece of pieces) yield Buffer.from(piece)
    }
    return { form: 'stream', status: 200, contentType: 'text/plain', chunks: chunks() }
  }
  return {
    form: 'watch',
    resource: { apiVersion: 'v1', kind: 'Thing' } as Resource,
    start(sink, signal) {
      const ended = new Promise<void>(resolve => signal.addEventListener('abort', () => resolve(), { once: true }))
      watching.resolve({ sink, ended })
      return ended
    },
  }
}

let pki: Pki
let listener: Listener
before(async () => {
  pki = await openPki({ files: memoryStore(), clock: systemClock, serving: { dnsNames: [], addresses: [] } })
  listener = await startListener(
    { clock: systemClock, log: silent, content: createContent({ clock: systemClock }), handle },
    { host: '127.0.0.1', port: 0, serving: await pki.serving(), clientCa: pki.ca.cert },
  )
})
after(() => listener.stop())

const open = (path: string, protocols: string[] = []) =>
  new WebSocket(`wss://127.0.0.1:${listener.port}${path}`, protocols, { ca: pki.ca.cert })

const cases: readonly [protocols: string[], chosen: string, read: (message: Buffer, binary: boolean) => string][] = [
  [[], '', (message, binary) => `${binary} ${message}`],
  [['binary.k8s.io'], 'binary.k8s.io', (message, binary) => `${binary} ${message}`],
  [
    ['unknown', 'base64.binary.k8s.io'],
    'base64.binary.k8s.io',
    (message, binary) => `${!binary} ${Buffer.from(String(message), 'base64')}`,
  ],
]
for (const [protocols, chosen, read] of cases) {
  test(`a stream comes piece by piece over ${chosen || 'a WebSocket without a protocol'}`, async () => {
    const socket = open('/stream', protocols)
    const seen: string[] = []
    socket.on('message', (message: Buffer, binary) => seen.push(read(message, binary)))
    const [code] = await once(socket, 'close')
    assert.equal(code, 1000)
    assert.equal(socket.protocol, chosen)
    assert.deepEqual(
      seen,
      pieces.map(piece => `true ${piece}`),
    )
  })
}

test('a watch comes event by event, and ends when the client goes', async () => {
  watching = Promise.withResolvers()
  const socket = open('/watch')
  const [{ sink, ended }] = await Promise.all([watching.promise, once(socket, 'open')])
  const json = Buffer.from('{"metadata":{"name":"a"}}')
  const heard = once(socket, 'message')
  sink.event('ADDED', { key: '/a', revision: 1, json, object: {} as never } satisfies Stored)
  const [message, binary] = await heard
  assert.equal(binary, false)
  assert.deepEqual(JSON.parse(String(message)), {
    type: 'ADDED',
    object: { kind: 'Thing', apiVersion: 'v1', metadata: { name: 'a' } },
  })
  socket.close()
  await ended
})
