import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StatusError } from '../../api/meta/statusError.ts'
import { silent } from '../../base/log.ts'
import { createRegistry } from '../../base/registry.ts'
import { admissionMeter, requestMeter, securityMeter } from '../metrics/index.ts'
import { startServer, type TestServer, type TestServerOptions } from '../server.test-suite.ts'
import type { Kept } from './backend.ts'
import { auditMeter, createAuditor, readPolicy } from './index.ts'

type Event = Record<string, unknown>

/** A server with an audit policy, and the events it made. */
async function audited(policy: string, more: Partial<TestServerOptions> = {}, refuse = false) {
  const metrics = createRegistry()
  const events: Event[] = []
  const sink = {
    take({ json }: Kept) {
      if (refuse) return Promise.reject(new Error('full'))
      events.push(JSON.parse(json))
      return undefined
    },
    close: () => Promise.resolve(),
  }
  const clock = { now: () => Date.UTC(2026, 0, 2), after: () => ({ cancel() {} }) }
  const read = readPolicy(`apiVersion: audit.k8s.io/v1\nkind: Policy\n${policy}`)
  const auditor = createAuditor({ policy: read, sinks: [sink], meter: auditMeter(metrics), clock: clock as never })
  const server = await startServer({
    ...more,
    observing: {
      trail: { meter: requestMeter(metrics), log: silent, logRequests: false, auditor },
      admission: admissionMeter(metrics),
      security: securityMeter(metrics),
    },
  })
  return { server, events, metrics }
}

/** Asks in process: that way ends what it began. */
async function ask(server: TestServer, method: string, path: string, object?: unknown) {
  return server.connect().request({ method, path, ...(object ? { object } : {}) } as never)
}

const maps = '/api/v1/namespaces/default/configmaps'
const map = (name: string, metadata = {}) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata } })
const stamp = '2026-01-02T00:00:00.000000Z'
const user = { username: 'admin', groups: ['system:masters', 'system:authenticated'] }

test('Metadata tells who asked what and how it ended, before and after', async () => {
  const { server, events } = await audited('rules: [{ level: Metadata }]')
  await ask(server, 'POST', maps, map('a'))
  const begun = {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'Metadata',
    auditID: events[0]?.auditID,
    stage: 'RequestReceived',
    requestURI: maps,
    verb: 'create',
    user,
    userAgent: 'caravel',
    objectRef: { resource: 'configmaps', namespace: 'default', apiVersion: 'v1' },
    requestReceivedTimestamp: stamp,
    stageTimestamp: stamp,
  }
  const ended = {
    ...begun,
    stage: 'ResponseComplete',
    objectRef: { ...begun.objectRef, name: 'a' },
    responseStatus: { metadata: {}, code: 201 },
  }
  assert.deepEqual(events, [begun, ended])
  await server.stop()
})

test('a failure is told with its reason', async () => {
  const { server, events } = await audited('omitStages: [RequestReceived]\nrules: [{ level: Metadata }]')
  await assert.rejects(ask(server, 'GET', `${maps}/none`), StatusError)
  assert.deepEqual(
    events.map(event => event.responseStatus),
    [
      {
        metadata: {},
        status: 'Failure',
        message: 'configmaps "none" not found',
        reason: 'NotFound',
        details: { name: 'none', kind: 'configmaps' },
        code: 404,
      },
    ],
  )
  await server.stop()
})

test('Request adds what was sent, RequestResponse what was answered', async () => {
  const { server, events } = await audited(`
omitStages: [RequestReceived]
rules:
  - { level: Request, verbs: [create] }
  - { level: RequestResponse, verbs: [get, list, patch], omitManagedFields: true }
`)
  await ask(server, 'POST', maps, map('a'))
  await ask(server, 'GET', `${maps}/a`)
  await server.connect().request({
    method: 'PATCH',
    path: `${maps}/a`,
    headers: { 'content-type': 'application/merge-patch+json' },
    object: { data: { a: 'b' } },
  })
  await ask(server, 'GET', maps)
  assert.equal(events.length, 4)
  const [created, got, patched, listed] = events as [Event, Event, Event, Event]
  assert.equal(created.responseObject, undefined)
  assert.equal((created.requestObject as { metadata: { name: string } }).metadata.name, 'a')
  assert.equal((got.responseObject as { kind: string }).kind, 'ConfigMap')
  assert.equal('managedFields' in (got.responseObject as { metadata: object }).metadata, false)
  assert.deepEqual(patched.requestObject, { data: { a: 'b' } })
  assert.deepEqual((patched.responseObject as { data: object }).data, { a: 'b' })
  assert.equal((listed.responseObject as { items: unknown[] }).items.length, 1)
  await server.stop()
})

test('what was sent is kept as it was understood: with defaults, without what the kind does not have', async () => {
  const { server, events } = await audited('omitStages: [RequestReceived]\nrules: [{ level: Request }]')
  const container = { name: 'c', image: 'i', invented: true }
  const sent = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: { containers: [container] } }
  await ask(server, 'POST', '/api/v1/namespaces/default/pods', sent)
  assert.deepEqual(events[0]?.requestObject, {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'p' },
    spec: {
      containers: [
        {
          name: 'c',
          image: 'i',
          resources: {},
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'Always',
        },
      ],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
    },
    status: {},
  })
  await ask(server, 'POST', maps, map('a'))
  await ask(server, 'DELETE', `${maps}/a`, { kind: 'DeleteOptions', apiVersion: 'v1', gracePeriodSeconds: 0 })
  const deleted = events.at(-1) as { requestObject: object; responseStatus: { status: string; details: object } }
  const options = { kind: 'DeleteOptions', apiVersion: 'meta.k8s.io/__internal', gracePeriodSeconds: 0 }
  assert.deepEqual(deleted.requestObject, options)
  assert.equal(deleted.responseStatus.status, 'Success')
  await server.stop()
})

test('a watch is told of when it begins and when it ends', async () => {
  const { server, events } = await audited('rules: [{ level: RequestResponse, verbs: [watch] }]')
  const ends = new AbortController()
  const { ended } = await server
    .connect()
    .watch({ method: 'GET', path: `${maps}?watch=1`, signal: ends.signal }, () => {})
  ends.abort()
  await ended
  assert.deepEqual(
    events.map(({ stage, responseStatus }) => [stage, responseStatus]),
    [
      ['RequestReceived', undefined],
      ['ResponseStarted', { metadata: {}, code: 200 }],
      ['ResponseComplete', { metadata: {}, code: 200 }],
    ],
  )
  await server.stop()
})

test('a request whose event cannot be kept, where it must be, is refused before anything is done', async () => {
  const { server, metrics } = await audited('rules: [{ level: Metadata, verbs: [create] }]', {}, true)
  await assert.rejects(ask(server, 'POST', maps, map('a')), { code: 500 })
  await assert.rejects(ask(server, 'GET', `${maps}/a`), { code: 404 })
  assert.match(metrics.text(), /^apiserver_audit_requests_rejected_total 1$/m)
  assert.match(metrics.text(), /^apiserver_audit_level_total\{level="None"\} 1$/m)
  await server.stop()
})
