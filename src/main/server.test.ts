import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { get, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock } from '../base/clock.ts'
import { silent } from '../base/log.ts'
import { eventually } from '../testing/eventually.ts'
import { runServer } from './server.ts'

const options = {
  bindAddress: '127.0.0.1',
  port: 0,
  store: 'memory',
  serviceCidr: '10.96.0.0/16',
  clusterCidr: '10.244.0.0/16',
  simulatedNodes: 0,
} as const

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Asks over HTTPS; `first` hears of the headers of an answer that goes on. */
function ask(url: string, more: RequestOptions = {}, first?: () => void): Promise<Got> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false, agent: false, ...more }, response => {
      first?.()
      let body = ''
      response.on('data', chunk => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    }).on('error', reject)
  })
}

test('a server asked to end fails /readyz, goes on serving for the delay, ends watches and is gone', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'caravel-server-'))
  const asked = new AbortController()
  try {
    const running = await runServer(
      { ...options, dataDir, shutdownDelay: 700 },
      { clock: systemClock, log: silent, signal: asked.signal },
    )
    const credentials = {
      cert: readFileSync(join(dataDir, 'pki/admin.crt')),
      key: readFileSync(join(dataDir, 'pki/admin.key')),
    }
    assert.equal((await ask(`${running.url}/readyz`)).body, 'ok')
    const begun = Promise.withResolvers<void>()
    const watch = ask(`${running.url}/api/v1/namespaces?watch=1`, credentials, begun.resolve)
    await begun.promise
    asked.abort()
    const ready = await ask(`${running.url}/readyz?verbose`)
    assert.equal(ready.status, 500)
    assert.match(ready.body, /^\[-\]shutdown failed: reason withheld$/m)
    assert.equal((await ask(`${running.url}/livez`)).body, 'ok')
    assert.equal((await ask(`${running.url}/healthz`)).body, 'ok')
    assert.equal((await ask(`${running.url}/api/v1/namespaces/default`, credentials)).status, 200)
    assert.match((await watch).body, /"ADDED"/)
    await running.done
    await assert.rejects(ask(`${running.url}/livez`), { code: 'ECONNREFUSED' })
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

test('every answer names its request, by the name that the client gave or a new one', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'caravel-server-'))
  const asked = new AbortController()
  try {
    const running = await runServer({ ...options, dataDir }, { clock: systemClock, log: silent, signal: asked.signal })
    const given = await ask(`${running.url}/version`, { headers: { 'audit-id': 'mine' } })
    assert.equal(given.headers['audit-id'], 'mine')
    const refused = await ask(`${running.url}/api/v1/pods`)
    assert.equal(refused.status, 401)
    assert.match(String(refused.headers['audit-id']), /^[0-9a-f-]{36}$/)
    assert.equal((await ask(`${running.url}/debug/pprof/heap`)).status, 401)
    asked.abort()
    await running.done
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

test('audit events go to the file, those of who could not be identified too', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'caravel-server-'))
  const asked = new AbortController()
  const path = join(dataDir, 'audit.log')
  const policyFile = join(dataDir, 'policy.yaml')
  writeFileSync(
    policyFile,
    `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - { level: Metadata, userGroups: [system:masters], verbs: [get], resources: [{ resources: [namespaces] }] }
  - { level: Metadata, nonResourceURLs: [/api] }
`,
  )
  try {
    const running = await runServer(
      {
        ...options,
        dataDir,
        audit: {
          policyFile,
          log: {
            ...{ path, mostDays: 0, mostFiles: 0, mostBytes: 1 << 20, compress: false, mode: 'blocking' },
            batch: { mostEvents: 1, mostWait: 0, buffer: 1 },
          },
        },
      },
      { clock: systemClock, log: silent, signal: asked.signal },
    )
    const credentials = {
      cert: readFileSync(join(dataDir, 'pki/admin.crt')),
      key: readFileSync(join(dataDir, 'pki/admin.key')),
    }
    const headers = { 'audit-id': 'mine', 'user-agent': 'tester', 'x-forwarded-for': '10.1.2.3' }
    await ask(`${running.url}/api/v1/namespaces/default`, { ...credentials, headers })
    await ask(`${running.url}/api`, { headers: { 'audit-id': 'nobody' } })
    asked.abort()
    await running.done
    const events = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(({ auditID }) => auditID === 'mine' || auditID === 'nobody')
      .map(({ requestReceivedTimestamp: _received, stageTimestamp: _stage, user, ...rest }) => ({
        ...rest,
        user: user.username,
      }))
    assert.deepEqual(events, [
      {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'Metadata',
        auditID: 'mine',
        stage: 'ResponseComplete',
        requestURI: '/api/v1/namespaces/default',
        verb: 'get',
        user: 'kubernetes-admin',
        sourceIPs: ['10.1.2.3', '127.0.0.1'],
        userAgent: 'tester',
        objectRef: { resource: 'namespaces', namespace: 'default', name: 'default', apiVersion: 'v1' },
        responseStatus: { metadata: {}, code: 200 },
        annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
      },
      {
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'Metadata',
        auditID: 'nobody',
        stage: 'ResponseStarted',
        requestURI: '/api',
        verb: 'get',
        user: undefined,
        sourceIPs: ['127.0.0.1'],
        responseStatus: {
          metadata: {},
          status: 'Failure',
          message: 'Unauthorized',
          reason: 'Unauthorized',
          code: 401,
        },
      },
    ])
  } finally {
    rmSync(dataDir, { recursive: true })
  }
})

test('servers behind this one are told whom to believe', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'caravel-server-'))
  const asked = new AbortController()
  try {
    const running = await runServer({ ...options, dataDir }, { clock: systemClock, log: silent, signal: asked.signal })
    const pem = (name: string) => readFileSync(join(dataDir, 'pki', name), 'utf8')
    const credentials = { cert: pem('admin.crt'), key: pem('admin.key') }
    const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
    const found = await eventually(async () => {
      const { status, body } = await ask(`${running.url}${path}`, credentials)
      return status === 200 ? (JSON.parse(body) as { data: Record<string, string> }) : undefined
    })
    assert.equal(found.data['client-ca-file'], pem('ca.crt'))
    assert.equal(found.data['requestheader-client-ca-file'], pem('front-proxy-ca.crt'))
    assert.equal(found.data['requestheader-allowed-names'], '["front-proxy-client"]')
    asked.abort()
    await running.done
  } finally {
    asked.abort()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
