import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { silent } from '../../base/log.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import type { Runtime } from '../cri/runtime.ts'
import type { Container, Pod, Probe } from '../pod.ts'
import type { ContainerRecord, PodState } from '../sync/state.ts'
import { checkProbe } from './check.ts'
import { createProbes } from './probes.ts'

/** A runtime in which commands answer as the test says. */
function world(container: Partial<Container>) {
  const clock = createVirtualClock(1_000_000)
  const stop = new AbortController()
  const tried: string[] = []
  const changes: string[] = []
  const answers: Record<string, boolean> = {}
  const runtime = {
    async execSync(_id: string, [command = '']: string[]) {
      tried.push(command)
      return { exitCode: answers[command] ? 0 : 1, stdout: new Uint8Array(), stderr: Buffer.from('no') }
    },
  } as unknown as Runtime
  const told: string[] = []
  const probes = createProbes(
    {
      runtime,
      clock,
      log: silent,
      events: { record: (_, __, reason, message) => void told.push(`${reason}: ${message}`), flush: async () => {} },
      signal: stop.signal,
    },
    uid => void changes.push(uid),
  )
  const one = { name: 'c', resources: {}, ...container } as Container
  const pod = { metadata: { name: 'p', namespace: 'ns', uid: 'u' }, spec: { containers: [one] } } as Pod
  const record = { id: 'c1', name: 'c', phase: 'running', startedAt: clock.now() } as ContainerRecord
  const state: PodState = { sandboxes: [], containers: [record] }
  return { clock, stop, probes, pod, one, record, state, answers, tried, changes, told }
}
const exec = (command: string, more: Partial<Probe> = {}): Probe => ({
  exec: { command: [command] },
  periodSeconds: 1,
  ...more,
})

test('liveness and readiness wait for the startup probe', async () => {
  const { clock, stop, probes, pod, one, record, state, answers, tried, changes } = world({
    startupProbe: exec('start', { failureThreshold: 5 }),
    livenessProbe: exec('live'),
    readinessProbe: exec('ready'),
  })
  probes.follow(pod, state, '')
  await clock.advance(2000)
  assert.deepEqual([...new Set(tried)], ['start'])
  assert.equal(probes.started(record, one, false), false)
  Object.assign(answers, { start: true, live: true, ready: true })
  await clock.advance(1000)
  await clock.advance(1)
  assert.equal(probes.started(record, one, false), true)
  assert.equal(probes.ready(record, one, false), true)
  assert.deepEqual(changes, ['u', 'u', 'u'])
  tried.length = 0
  await clock.advance(1000)
  assert.deepEqual(tried.sort(), ['live', 'ready'])
  stop.abort()
})

test('thresholds decide, and a result is told once', async () => {
  const { clock, stop, probes, pod, one, record, state, answers, changes, told } = world({
    readinessProbe: exec('ready', { successThreshold: 2, failureThreshold: 3, initialDelaySeconds: 5 }),
  })
  answers.ready = true
  probes.follow(pod, state, '')
  assert.equal(probes.ready(record, one, true), true)
  await clock.advance(5000)
  assert.deepEqual([probes.ready(record, one, false), changes.length], [false, 0])
  await clock.advance(1000)
  assert.deepEqual([probes.ready(record, one, false), changes.length], [true, 1])
  answers.ready = false
  await clock.advance(2000)
  assert.equal(probes.ready(record, one, false), true)
  await clock.advance(3000)
  assert.deepEqual([probes.ready(record, one, false), changes.length], [false, 2])
  assert.equal(told[0], 'Unhealthy: Readiness probe failed: no')
  stop.abort()
})

test('liveness that failed stays so until the container runs anew', async () => {
  const { clock, stop, probes, pod, state, answers, tried } = world({
    livenessProbe: exec('live', { failureThreshold: 1 }),
  })
  probes.follow(pod, state, '')
  await clock.advance(0)
  assert.deepEqual(probes.health('c1'), { failedLiveness: true })
  const times = tried.length
  answers.live = true
  await clock.advance(5000)
  assert.equal(tried.length, times)
  probes.follow(pod, { sandboxes: [], containers: [{ ...state.containers[0], id: 'c2' } as ContainerRecord] }, '')
  await clock.advance(1000)
  assert.deepEqual([probes.health('c1'), probes.health('c2')], [{}, { failedLiveness: false }])
  probes.stop('u')
  const after = tried.length
  await clock.advance(5000)
  assert.equal(tried.length, after)
  stop.abort()
})

test('an address is asked over HTTP and TCP', async context => {
  const server = createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end()
    else if (request.url === '/near') response.writeHead(302, { location: '/fine' }).end()
    else if (request.url === '/agent') response.end(request.headers['user-agent'])
    else response.writeHead(request.url === '/fine' && request.headers['x-a'] === 'b' ? 200 : 500).end('body')
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  context.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const container = { name: 'c', resources: {}, ports: [{ name: 'web', containerPort: port }] } as unknown as Container
  const check = async (probe: object) => {
    const deps = { runtime: {} as Runtime, clock: systemClock }
    const { result, output } = await checkProbe(
      { timeoutSeconds: 1, ...probe } as Probe,
      { container, containerId: 'c', podIP: '127.0.0.1' },
      deps,
    )
    return `${result} ${output}`.trim()
  }
  const httpHeaders = [{ name: 'X-A', value: 'b' }]
  const cases: [object, RegExp][] = [
    [{ httpGet: { port, path: '/fine', httpHeaders } }, /^success body$/],
    [{ httpGet: { port: 'web', path: '/near', httpHeaders } }, /^success body$/],
    [{ httpGet: { port, path: '/agent' } }, /^success kube-probe\/1\.36$/],
    [{ httpGet: { port, path: '/away' } }, /^warning Probe terminated redirects/],
    [{ httpGet: { port, path: '/broken' } }, /^failure HTTP probe failed with statuscode: 500$/],
    [
      { httpGet: { port: 1, path: '/' } },
      /^failure Get "http:\/\/127\.0\.0\.1:1\/": dial tcp 127\.0\.0\.1:1: connect: connection refused$/,
    ],
    [{ httpGet: { port: 'none' } }, /^failure invalid port number: none$/],
    [{ tcpSocket: { port: 'web' } }, /^success$/],
    [{ tcpSocket: { port: 1 } }, /^failure dial tcp 127\.0\.0\.1:1: connect: connection refused$/],
    [{}, /^unknown missing probe handler for container c$/],
  ]
  for (const [probe, expected] of cases) assert.match(await check(probe), expected, JSON.stringify(probe))
})
