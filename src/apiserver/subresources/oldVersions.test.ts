import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const made = await server.ask('POST', '/apis/apps/v1/namespaces/default/deployments', {
    body: {
      metadata: { name: 'web', annotations: { kept: 'yes' } },
      spec: { replicas: 2, selector: { matchLabels: labels }, template },
    },
  })
  assert.equal(made.status, 201)
})
after(() => server.stop())

const extensions = '/apis/extensions/v1beta1/namespaces/default/deployments'

test('scale of old versions is a kind of theirs, with labels beside the text that selects', async () => {
  for (const version of ['extensions/v1beta1', 'apps/v1beta1', 'apps/v1beta2']) {
    const path = `/apis/${version}/namespaces/default/deployments/web/scale`
    const { json, warnings } = await server.ask('GET', path)
    assert.deepEqual([json.apiVersion, json.kind, json.spec], [version, 'Scale', { replicas: 2 }])
    assert.deepEqual(json.status, { replicas: 0, selector: { app: 'web' }, targetSelector: 'app=web' })
    assert.match(warnings.join(), /is deprecated/)
    const sent = await server.ask('PUT', path, { body: { ...json, spec: { replicas: 3 } } })
    assert.deepEqual([sent.status, sent.json.apiVersion, sent.json.spec], [200, version, { replicas: 3 }])
    const patched = await server.ask('PATCH', path, {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { spec: { replicas: 2 } },
    })
    assert.deepEqual([patched.status, patched.json.apiVersion, patched.json.spec], [200, version, { replicas: 2 }])
  }
  const now = await server.ask('GET', '/apis/apps/v1/namespaces/default/deployments/web/scale')
  assert.deepEqual([now.json.apiVersion, now.json.status], ['autoscaling/v1', { replicas: 0, selector: 'app=web' }])
})

test('a rollback is noted on the Deployment for its controller', async () => {
  const ask = (body: object, path = `${extensions}/web/rollback`) => server.ask('POST', path, { body })
  const done = await ask({ name: 'web', rollbackTo: { revision: 3 }, updatedAnnotations: { why: 'broken' } })
  assert.deepEqual(
    [done.status, done.json.message, done.json.code],
    [200, 'rollback request for deployment "web" succeeded', 200],
  )
  const { json } = await server.ask('GET', '/apis/apps/v1/namespaces/default/deployments/web')
  assert.deepEqual(json.metadata.annotations, { kept: 'yes', why: 'broken', 'deprecated.deployment.rollback.to': '3' })
  assert.equal((await server.ask('GET', `${extensions}/web`)).json.spec.rollbackTo.revision, 3)

  const refused: [body: object, status: number, message: string][] = [
    [{ name: 'other' }, 400, 'name in URL does not match name in DeploymentRollback object'],
    [{}, 422, 'DeploymentRollback.apps "" is invalid: name: Required value'],
    [
      { name: 'web', rollbackTo: { revision: -1 } },
      422,
      'DeploymentRollback.apps "web" is invalid: rollback.version: Invalid value: -1: must be greater than or equal to 0',
    ],
  ]
  for (const [body, status, message] of refused) {
    const got = await ask(body)
    assert.deepEqual([got.status, got.json.message], [status, message])
  }
  assert.equal((await ask({ name: 'none' }, `${extensions}/none/rollback`)).status, 404)
  assert.equal((await ask({ name: 'web' }, '/apis/apps/v1/namespaces/default/deployments/web/rollback')).status, 404)
})
