import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { after, before, test } from 'node:test'
import { type Got, startServer, type TestServer } from '../server.test-suite.ts'

/** What the kubelet of this test was asked. */
const asked: string[] = []
let kubelet: Server
let server: TestServer
let reachable = true

before(async () => {
  kubelet = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (request.url?.includes('/waiting/')) {
      response.writeHead(400).end('container "c" in pod "waiting" is waiting to start: ContainerCreating')
      return
    }
    response.writeHead(200, { 'content-type': 'text/plain', 'x-made-by': 'kubelet' }).end(`log of ${request.url}`)
  })
  kubelet.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    asked.push(`UPGRADE ${request.url} ${request.headers.authorization ?? 'nobody'}`)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
    socket.pipe(socket)
  })
  kubelet.listen(0, '127.0.0.1')
  await once(kubelet, 'listening')
  const { port } = kubelet.address() as AddressInfo
  const dial = async () => {
    if (!reachable) throw new Error('connection refused')
    const socket = connect({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    return socket
  }
  server = await startServer({ dialer: { kubelet: dial, network: dial } })
  await server.ask('POST', '/api/v1/nodes', { body: { kind: 'Node', apiVersion: 'v1', metadata: { name: 'n' } } })
  await server.ask('PATCH', '/api/v1/nodes/n/status', {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { addresses: [{ type: 'InternalIP', address: '10.0.0.1' }] } },
  })
  await makePod('one', { nodeName: 'n' })
  await makePod('waiting', { nodeName: 'n' })
  await makePod('two', {
    nodeName: 'n',
    containers: [container('a'), container('b')],
    initContainers: [container('i')],
  })
  await makePod('nowhere')
})
after(async () => {
  await server.stop()
  kubelet.close()
})

const pods = '/api/v1/namespaces/default/pods'
const container = (name: string) => ({ name, image: 'i', ports: [{ containerPort: 8080 }] })
const makePod = (name: string, spec: object = {}) =>
  server.ask('POST', pods, {
    body: { kind: 'Pod', apiVersion: 'v1', metadata: { name }, spec: { containers: [container('c')], ...spec } },
  })
const told = ({ status, json, bytes }: Got) => [status, json?.message ?? Buffer.from(bytes).toString()]
const post = (path: string, body: unknown) => server.ask('POST', path, { body })

test('logs come from the kubelet, with the parameters it knows', async () => {
  const got = await server.ask('GET', `${pods}/one/log?follow=true&tailLines=5&sinceSeconds=10&timestamps=1&pretty=1`)
  const target = '/containerLogs/default/one/c?follow=true&timestamps=true&tailLines=5&sinceSeconds=10'
  assert.deepEqual([asked.at(-1), told(got)], [`GET ${target}`, [200, `log of ${target}`]])
})

test('a container must be meant, and be there', async () => {
  const choose = 'a container name must be specified for pod two, choose one of: [i a b]'
  assert.deepEqual(told(await server.ask('GET', `${pods}/two/log`)), [400, choose])
  assert.equal((await server.ask('GET', `${pods}/two/log?container=b`)).status, 200)
  assert.deepEqual(told(await server.ask('GET', `${pods}/two/log?container=x`)), [
    400,
    'container x is not valid for pod two',
  ])
  assert.deepEqual(told(await server.ask('GET', `${pods}/none/log`)), [404, 'pods "none" not found'])
})

test('parameters of logs that make no sense are refused', async () => {
  for (const query of [
    'tailLines=-1',
    'limitBytes=0',
    'sinceSeconds=0',
    'sinceSeconds=1&sinceTime=2026-01-01T00:00:00Z',
    'stream=x',
  ])
    assert.equal((await server.ask('GET', `${pods}/one/log?${query}`)).status, 422, query)
  assert.equal((await server.ask('GET', `${pods}/one/log?tailLines=x`)).status, 400)
})

test('what hinders a log is told', async () => {
  assert.deepEqual(told(await server.ask('GET', `${pods}/nowhere/log`)), [200, ''])
  const waiting = 'container "c" in pod "waiting" is waiting to start: ContainerCreating'
  assert.deepEqual(told(await server.ask('GET', `${pods}/waiting/log`)), [400, waiting])
  reachable = false
  const { status, json } = await server.ask('GET', `${pods}/one/log`)
  reachable = true
  assert.deepEqual([status, json.reason], [503, 'ServiceUnavailable'])
  assert.match(json.message, /error trying to reach node n: connection refused/)
})

/** Asks for an upgrade as the listener does, and speaks to what is at the other end. */
async function upgrade(target: string, say: string): Promise<string> {
  const [mine, theirs] = duplexPair()
  const headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    authorization: 'Bearer mine',
    'sec-websocket-key': 'k',
  }
  const ends = new AbortController()
  const answer = await server.server.handle({
    method: 'GET',
    target,
    query: new URLSearchParams(target.slice(target.indexOf('?') + 1)),
    headers,
    body: async () => new Uint8Array(0),
    signal: ends.signal,
    warnings: [],
  })
  assert.equal(answer.form, 'upgrade')
  if (answer.form !== 'upgrade') return ''
  const rawHeaders = Object.entries(headers).flat()
  const over = answer.accept({ method: 'GET', rawHeaders }, theirs, new Uint8Array(0))
  let heard = ''
  mine.on('data', chunk => {
    heard += chunk
    if (heard.includes('\r\n\r\n') && !heard.includes(say)) mine.write(say)
    if (heard.endsWith(say)) mine.end()
  })
  await over
  return heard
}

test('exec hands the connection over to the kubelet', async () => {
  const heard = await upgrade(`${pods}/one/exec?command=sh&command=-c&stdin=true&stdout=1&tty=true`, 'hello')
  assert.match(heard, /^HTTP\/1\.1 101 .*\r\n\r\nhello$/s)
  assert.equal(asked.at(-1), 'UPGRADE /exec/default/one/c?input=1&output=1&tty=1&command=sh&command=-c nobody')
})

test('attach and port-forward go the same way', async () => {
  await upgrade(`${pods}/one/attach?stdout=true&stderr=true`, 'streams!')
  assert.equal(asked.at(-1), 'UPGRADE /attach/default/one/c?output=1&error=1 nobody')
  await upgrade(`${pods}/one/portforward?ports=80&ports=443`, 'ports!')
  assert.equal(asked.at(-1), 'UPGRADE /portForward/default/one?port=80%2C443 nobody')
})

test('a stream needs a pod on a node, a command and an upgrade', async () => {
  const cases: [string, number, RegExp][] = [
    ['one/exec?command=sh&stdout=1', 400, /Upgrade request required/],
    ['one/exec?stdout=1', 400, /you must specify command/],
    ['one/exec?command=sh', 400, /at least 1 of stdin, stdout, stderr/],
    ['nowhere/exec?command=sh&stdout=1', 400, /pod nowhere does not have a host assigned/],
    ['two/attach?stdout=1', 400, /a container name must be specified/],
    ['one/portforward?ports=99999', 400, /ports must be numbers/],
  ]
  for (const [path, status, message] of cases) {
    const got = await server.ask('POST', `${pods}/${path}`)
    assert.equal(got.status, status, path)
    assert.match(got.json.message, message)
  }
})

test('requests are passed on to nodes, pods and services', async () => {
  const node = await server.ask('GET', '/api/v1/nodes/n/proxy/stats/summary?x=y')
  assert.deepEqual([asked.at(-1), node.status], ['GET /stats/summary?x=y', 200])
  await server.ask('PATCH', `${pods}/one/status`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { podIP: '10.1.0.1', podIPs: [{ ip: '10.1.0.1' }] } },
  })
  assert.equal((await server.ask('GET', `${pods}/one:8080/proxy/page/`)).status, 200)
  assert.equal(asked.at(-1), 'GET /page/')
  assert.equal((await server.ask('GET', `${pods}/two/proxy/`)).status, 400)
  assert.equal((await server.ask('GET', `${pods}/a:b:c/proxy/`)).status, 400)
  assert.equal((await server.ask('GET', '/api/v1/namespaces/default/services/none/proxy/')).status, 404)
})

test('a binding puts a pod on a node, once', async () => {
  await makePod('bound')
  const binding = {
    kind: 'Binding',
    apiVersion: 'v1',
    metadata: { name: 'bound' },
    target: { kind: 'Node', name: 'n' },
  }
  const first = await post(`${pods}/bound/binding`, binding)
  assert.deepEqual([first.status, first.json.status], [201, 'Success'])
  const { json } = await server.ask('GET', `${pods}/bound`)
  const { type, status, lastTransitionTime } = json.status.conditions[0]
  assert.deepEqual(
    [json.spec.nodeName, type, status, lastTransitionTime],
    ['n', 'PodScheduled', 'True', '2026-01-02T03:04:05Z'],
  )
  assert.deepEqual(told(await post(`${pods}/bound/binding`, binding)), [
    409,
    'Operation cannot be fulfilled on pods/binding "bound": pod bound is already assigned to node "n"',
  ])
})

test('a binding is checked', async () => {
  await makePod('loose')
  const body = (metadata: object, target: object) => ({ kind: 'Binding', apiVersion: 'v1', metadata, target })
  const good = { kind: 'Node', name: 'n' }
  const cases: [object, number, RegExp][] = [
    [body({ name: 'other' }, good), 400, /name in URL does not match name in Binding object/],
    [body({ name: 'loose' }, { kind: 'Node' }), 500, /target\.name: Required value/],
    [body({ name: 'loose' }, { kind: 'Pod', name: 'n' }), 500, /target\.kind: Unsupported value/],
    [body({ name: 'loose', uid: 'x' }, good), 409, /Precondition failed: UID/],
    [{ ...body({ name: 'loose' }, good), kind: 'Pod' }, 400, /cannot be handled as a Binding/],
  ]
  for (const [sent, status, message] of cases) {
    const got = await post(`${pods}/loose/binding`, sent)
    assert.equal(got.status, status, got.json.message)
    assert.match(got.json.message, message)
  }
  const old = await post('/api/v1/namespaces/default/bindings', body({ name: 'loose' }, good))
  assert.equal(old.status, 201)
  assert.equal((await server.ask('GET', `${pods}/loose`)).json.spec.nodeName, 'n')
})

test('an eviction deletes the pod and leaves on it why', async () => {
  await makePod('evicted', { nodeName: 'n' })
  const eviction = { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name: 'evicted' } }
  assert.equal((await post(`${pods}/evicted/eviction`, { ...eviction, metadata: { name: 'x' } })).status, 400)
  assert.equal(
    (await post(`${pods}/evicted/eviction`, { ...eviction, deleteOptions: { dryRun: ['All'] } })).status,
    201,
  )
  assert.equal((await server.ask('GET', `${pods}/evicted`)).json.metadata.deletionTimestamp, undefined)
  const deleteOptions = { gracePeriodSeconds: 7 }
  assert.equal((await post(`${pods}/evicted/eviction`, { ...eviction, deleteOptions })).status, 201)
  const { json } = await server.ask('GET', `${pods}/evicted`)
  const { type, reason } = json.status.conditions.at(-1)
  assert.deepEqual(
    [json.metadata.deletionGracePeriodSeconds, type, reason],
    [7, 'DisruptionTarget', 'EvictionByEvictionAPI'],
  )
  assert.equal((await post(`${pods}/none/eviction`, { ...eviction, metadata: { name: 'none' } })).status, 404)
})
