import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { maps, startServer, type TestServer } from './server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const nothing = [404, 'the server could not find the requested resource', {}]
const no = [405, 'the server does not allow this method on the requested resource', {}]
const space = '/api/v1/namespaces/default'
const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'

/** What upstream v1.36's router answers before it looks at any kind. */
const cases: readonly [method: string, path: string, answer: unknown[]][] = [
  ['HEAD', maps, no],
  ['HEAD', `${maps}/a`, no],
  ['OPTIONS', maps, no],
  ['POST', `${maps}/a`, no],
  ['PUT', maps, no],
  ['POST', '/api/v1/configmaps', no],
  ['PATCH', '/api/v1/configmaps', no],
  ['GET', '/api/v1/configmaps/a', nothing],
  ['GET', `${space}/nodes`, nothing],
  ['POST', `${space}/nodes`, nothing],
  ['GET', `${maps}//a`, nothing],
  ['GET', '/api/v1//namespaces', nothing],
  ['GET', `${maps}/a/status`, nothing],
  ['GET', `${space}/pods/a/log/more`, nothing],
  ['GET', `${space}/pods/a/binding`, no],
  ['GET', `${space}/pods/a/eviction`, no],
  ['POST', `${space}/pods/a/log`, no],
  ['DELETE', `${space}/pods/a/status`, no],
  ['POST', '/apis/apps/v1/namespaces/default/deployments/a/scale', no],
  ['GET', reviews, no],
  ['GET', `${reviews}/a`, nothing],
  ['POST', `${reviews}/a`, nothing],
  ['GET', `${space}/bindings`, no],
]

test('paths and methods that there are not are refused before anything else', async () => {
  for (const [method, path, answer] of cases) {
    const { status, json } = await server.ask(method, path, { body: '{}' })
    assert.deepEqual([status, json.message, json.details], answer, `${method} ${path}`)
  }
})

test('names that are none are refused', async () => {
  for (const [name, why] of [
    ['..', "may not be '..'"],
    ['.', "may not be '.'"],
    ['a%25b', "may not contain '%'"],
  ]) {
    const { status, json } = await server.ask('GET', `${maps}/${name}`)
    assert.deepEqual(
      [status, json.message],
      [400, `Name parameter invalid: ${JSON.stringify(decodeURIComponent(name ?? ''))}: ${why}`],
    )
  }
})

test('a path with half an escape is no request', async () => {
  const { status, bytes, headers } = await server.ask('GET', `${maps}/%`)
  assert.deepEqual(
    [status, Buffer.from(bytes).toString(), headers['content-type']],
    [400, '400 Bad Request', 'text/plain; charset=utf-8'],
  )
})

test('patches of forms that there are not are refused, whatever they are about', async () => {
  for (const type of ['', 'application/json', 'APPLICATION/MERGE-PATCH+JSON', 'application/apply-patch'])
    for (const body of ['{}', 'x']) {
      const headers = { 'content-type': type }
      const { status, json } = await server.ask('PATCH', `${maps}/none`, { headers, body })
      assert.deepEqual([status, json.message, json.details], [415, '415: Unsupported Media Type', {}])
    }
})
