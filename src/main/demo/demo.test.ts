import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { Pod } from '../../api/index.ts'
import { startCluster } from '../../testing/index.ts'
import { importedImages } from '../node/images.ts'
import { create } from './create.ts'
import { fetchPage, titleOf } from './page.ts'
import { describePods } from './rollout.ts'

const started = Date.parse('2026-01-01T00:00:10Z')
const pod = (status: object, nodeName = 'n1') =>
  ({ metadata: { name: 'p' }, spec: { nodeName }, status }) as unknown as Pod
const ready = (startedAt: string) =>
  pod({ conditions: [{ type: 'Ready', status: 'True' }], containerStatuses: [{ state: { running: { startedAt } } }] })
const waiting = (reason: string, message?: string) =>
  pod({ containerStatuses: [{ state: { waiting: { reason, message } } }] })

test('progress says how many pods are ready, and what holds the others up', () => {
  for (const [pods, expected] of [
    [[], '0 of 3 pods ready'],
    [[ready('2026-01-01T00:00:10Z'), waiting('ContainerCreating')], '1 of 3 pods ready, 1 starting'],
    [[pod({}, ''), waiting('PodInitializing')], '0 of 3 pods ready, 1 starting, 1 waiting for a node'],
    // Of before the machine was restarted: its container is no more.
    [[ready('2026-01-01T00:00:09Z')], '0 of 3 pods ready, 1 starting'],
    [[waiting('ErrImagePull', 'no such image')], '0 of 3 pods ready, 1 starting, ErrImagePull: no such image'],
    [
      [pod({ conditions: [{ type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }] }, '')],
      '0 of 3 pods ready, 1 waiting for a node, 0/1 nodes are available',
    ],
  ] as const)
    assert.equal(describePods(pods, 3, started), expected)
})

test('an object is created where discovery says that its kind is served, once', async t => {
  const cluster = await startCluster()
  t.after(() => cluster.stop())
  const { transport } = cluster.client
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { key: 'value' } }
  assert.deepEqual(await create(transport, object, 'default'), { fresh: true, warnings: [] })
  assert.deepEqual(await create(transport, object, 'default'), { fresh: false, warnings: [] })
  await assert.rejects(create(transport, { ...object, kind: 'Nothing' }, 'default'), /no kind Nothing is served in v1/)
})

test('a page is asked for until it is there', async t => {
  const answers = [503, 404, 200]
  const server = createServer((_request, response) => {
    response.statusCode = answers.shift() ?? 200
    response.end('<html><title> Welcome </title></html>')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  assert.equal(titleOf(await fetchPage(url, t.signal)), 'Welcome')
  assert.deepEqual(answers, [])
  await assert.rejects(fetchPage('http://127.0.0.1:1/', AbortSignal.abort()), /fetching http:\/\/127\.0\.0\.1:1\//)
})

test('an image that was imported is known by every way to write its name', () => {
  const isImported = importedImages(['docker.io/library/nginx:latest', 'registry.k8s.io/pause:3.10'])
  for (const [image, expected] of [
    ['nginx', true],
    ['nginx:latest', true],
    ['docker.io/library/nginx', true],
    ['library/nginx', true],
    ['registry.k8s.io/pause:3.10', true],
    ['nginx:1.27', false],
    ['registry.k8s.io/pause', false],
    ['example.com/nginx', false],
  ] as const)
    assert.equal(isImported(image), expected, image)
})
