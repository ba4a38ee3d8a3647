import { performance } from 'node:perf_hooks'
import { resources } from '../src/api/index.ts'
import { createContent } from '../src/apiserver/content/index.ts'
import type { ServerRequest, Stored } from '../src/apiserver/contract.ts'
import { type ApiServer, createApiServer } from '../src/apiserver/index.ts'
import { systemClock } from '../src/base/clock.ts'
import { silent } from '../src/base/log.ts'
import { openMemoryStore } from '../src/kv/memory/store.ts'

/**
 * What the API server does by itself, without sockets and TLS: requests come as bytes and answers go as bytes, as
 * the listener hands them over. The server runs on the memory store, without admission plugins and authorization.
 */
const clock = systemClock
const random = () => Math.random()
const content = createContent({ clock })
const user = { name: 'bench', groups: ['system:masters', 'system:authenticated'] }
const never = new AbortController().signal
const path = '/api/v1/namespaces/default/configmaps'
const measured = 2000

const report = (what: string, figure: number, unit: string) =>
  console.log(`${`apiserver: ${what}`.padEnd(56)} ${Math.round(figure).toLocaleString('en')} ${unit}`)

async function open(): Promise<{ server: ApiServer; stop(): Promise<void> }> {
  const store = openMemoryStore({ clock })
  const controller = new AbortController()
  const server = await createApiServer(
    { store, clock, log: silent, random, signal: controller.signal },
    resources,
    () => ({
      authenticate: async () => user,
      check: async () => {},
      admission: [],
      paths: [],
      virtual: {},
      subresources: () => () => Promise.reject(new Error('not measured')),
    }),
  )
  return {
    server,
    async stop() {
      controller.abort()
      await store.close()
    },
  }
}

function request(method: string, target: string, body?: Uint8Array): ServerRequest {
  const mark = target.indexOf('?')
  return {
    method,
    target,
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: () => Promise.resolve(body ?? new Uint8Array(0)),
    signal: never,
    warnings: [],
  }
}

/** The bytes of the answer. */
async function ask(server: ApiServer, method: string, target: string, body?: Uint8Array): Promise<number> {
  const made = request(method, target, body)
  const answer = await server.handle(made)
  if (answer.form !== 'object') throw new Error(`${method} ${target} is answered with a ${answer.form}`)
  return content.encode(made, answer).body.length
}

const configMap = (name: string, size: number) =>
  Buffer.from(
    JSON.stringify({ kind: 'ConfigMap', apiVersion: 'v1', metadata: { name }, data: { value: 'v'.repeat(size) } }),
  )

/** Calls per second and bytes per call, with so many callers that each wait for their answer. */
async function rate(callers: number, call: (i: number) => Promise<number>): Promise<[number, number]> {
  const begun = performance.now()
  const end = begun + measured
  let count = 0
  let bytes = 0
  const caller = async () => {
    while (performance.now() < end) {
      const size = await call(count++)
      bytes += size
    }
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return [(count / (performance.now() - begun)) * 1000, bytes / count]
}

async function requests(): Promise<void> {
  const { server, stop } = await open()
  const [creates] = await rate(16, i => ask(server, 'POST', path, configMap(`c-${i}`, 400)))
  report('create of a ConfigMap of 400 bytes', creates, '/s')
  const [gets] = await rate(16, i => ask(server, 'GET', `${path}/c-${i % 1000}`))
  report('get of a ConfigMap', gets, '/s')
  const [updates] = await rate(16, i =>
    ask(server, 'PUT', `${path}/c-${i % 1000}`, configMap(`c-${i % 1000}`, 400 + (i % 7))),
  )
  report('update of a ConfigMap', updates, '/s')
  await stop()
  const other = await open()
  for (let i = 0; i < 1000; i++) await ask(other.server, 'POST', path, configMap(`c-${i}`, 400))
  const [lists, size] = await rate(4, () => ask(other.server, 'GET', path))
  report('list of 1000 ConfigMaps', lists, '/s')
  report('list of 1000 ConfigMaps', (lists * size) / 1e6, 'MB/s')
  await other.stop()
}

/** 200 watchers of a kind, 500 updates of its objects. */
async function fanOut(): Promise<void> {
  const watchers = 200
  const updates = 500
  const { server, stop } = await open()
  await ask(server, 'POST', path, configMap('watched', 400))
  const ends = new AbortController()
  let events = 0
  let bytes = 0
  const running = await Promise.all(
    Array.from({ length: watchers }, async () => {
      const made = { ...request('GET', `${path}?watch=1`), signal: ends.signal }
      const answer = await server.handle(made)
      if (answer.form !== 'watch') throw new Error('no watch')
      const frames = content.watch(made, answer.resource)
      const event = (type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK', stored: Stored) => {
        events++
        bytes += frames.event(type, stored).length
        return true
      }
      return answer.start({ event, error: () => {} }, ends.signal)
    }).map(async promise => ({ ended: promise })),
  )
  await new Promise(resolve => setImmediate(resolve))
  events = 0
  const begun = performance.now()
  for (let i = 0; i < updates; i++) await ask(server, 'PUT', `${path}/watched`, configMap('watched', 401 + (i % 9)))
  const elapsed = performance.now() - begun
  if (events !== watchers * updates) throw new Error(`${events} events came of ${watchers * updates}`)
  report(`${updates} updates to ${watchers} watchers`, (events / elapsed) * 1000, 'events/s')
  report(`${updates} updates to ${watchers} watchers`, bytes / 1e6 / (elapsed / 1000), 'MB/s')
  ends.abort()
  await Promise.all(running.map(({ ended }) => ended))
  await stop()
}

async function opening(): Promise<void> {
  const begun = performance.now()
  const { stop } = await open()
  report('open on an empty memory store', performance.now() - begun, 'ms')
  await stop()
}

await opening()
await requests()
await fanOut()
