import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServer, type TestServer } from '../server.test-suite.ts'

const path = '/apis/apps/v1/namespaces/default/deployments'
let server: TestServer
before(async () => {
  server = await startServer()
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const spec = { replicas: 2, selector: { matchLabels: { a: 'b' } }, template }
  await server.ask('POST', path, { body: { kind: 'Deployment', apiVersion: 'apps/v1', metadata: { name: 'd' }, spec } })
})
after(() => server.stop())

const put = (body: unknown) => server.ask('PUT', `${path}/d/scale`, { body })
const scale = (replicas: number, metadata: object = {}) => ({
  kind: 'Scale',
  apiVersion: 'autoscaling/v1',
  metadata: { name: 'd', namespace: 'default', ...metadata },
  spec: { replicas },
})

test('a scale tells how many there should be and are, and of what', async () => {
  const { metadata } = (await server.ask('GET', `${path}/d`)).json
  const { json } = await server.ask('GET', `${path}/d/scale`)
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata
  assert.deepEqual(json, {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: 2 },
    status: { replicas: 0, selector: 'a=b' },
  })
})

test('writing a scale changes the object', async () => {
  const { status, json } = await put(scale(5))
  assert.deepEqual([status, json.kind, json.spec.replicas], [200, 'Scale', 5])
  const patched = await server.ask('PATCH', `${path}/d/scale`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { spec: { replicas: 3 } },
  })
  assert.deepEqual([patched.status, patched.json.spec.replicas], [200, 3])
  const object = (await server.ask('GET', `${path}/d`)).json
  assert.deepEqual([object.spec.replicas, object.metadata.generation], [3, 3])
})

test('a scale that cannot be is refused', async () => {
  const cases: [unknown, number, RegExp][] = [
    [
      scale(-1),
      422,
      /^Scale\.autoscaling "d" is invalid: spec\.replicas: Invalid value: -1: must be greater than or equal to 0$/,
    ],
    [scale(1, { name: 'x' }), 400, /does not match the name on the URL/],
    [scale(1, { resourceVersion: '1' }), 409, /the object has been modified/],
    [scale(1, { uid: 'x' }), 409, /Precondition failed: UID/],
    [{ ...scale(1), spec: { replicas: 'many' } }, 400, /cannot be handled as a Scale/],
  ]
  for (const [body, code, message] of cases) {
    const { status, json } = await put(body)
    assert.equal(status, code, json.message)
    assert.match(json.message, message)
  }
  assert.equal((await server.ask('GET', `${path}/none/scale`)).status, 404)
  assert.equal((await server.ask('POST', `${path}/d/scale`, { body: scale(1) })).status, 405)
})
