import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configMap, maps, start, startServer, type TestServer } from '../server.test-suite.ts'

let server: TestServer
before(async () => {
  server = await startServer()
})
after(() => server.stop())

const make = async (name: string, metadata: object = {}) =>
  (await server.ask('POST', maps, { body: configMap(name, { metadata }) })).json
const remove = (path: string, options?: object) =>
  server.ask('DELETE', path, options ? { body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options } } : {})
const exists = async (path: string) => (await server.ask('GET', path)).status === 200

test('an object that nothing holds is gone at once', async () => {
  const { metadata } = await make('plain')
  const { status, json } = await remove(`${maps}/plain`)
  assert.equal(status, 200)
  assert.deepEqual(json, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name: 'plain', kind: 'configmaps', uid: metadata.uid },
  })
  assert.equal((await remove(`${maps}/plain`)).status, 404)
})

test('an object with finalizers is marked and stays until they are taken off', async () => {
  await make('held', { finalizers: ['example.com/a'] })
  const { status, json } = await remove(`${maps}/held`)
  assert.deepEqual(
    [status, json.metadata.deletionTimestamp, json.metadata.deletionGracePeriodSeconds],
    [200, '2026-01-02T03:04:05Z', 0],
  )
  const again = await remove(`${maps}/held`)
  assert.equal(again.json.metadata.resourceVersion, json.metadata.resourceVersion)
  const more = await server.ask('PUT', `${maps}/held`, {
    body: configMap('held', { metadata: { finalizers: ['example.com/a', 'example.com/b'] } }),
  })
  assert.deepEqual([more.status, more.json.reason], [422, 'Invalid'])
  assert.match(more.json.message, /no new finalizers can be added if the object is being deleted/)
  const watch = await server.watch(`${maps}?watch=1&fieldSelector=metadata.name%3Dheld`)
  const last = await server.ask('PUT', `${maps}/held`, { body: configMap('held') })
  assert.equal(last.status, 200)
  assert.equal(await exists(`${maps}/held`), false)
  assert.deepEqual(watch.names(), ['ADDED held', 'DELETED held'])
  await watch.stop()
})

test('a policy becomes a finalizer for the garbage collector', async () => {
  const cases: [object, string[] | undefined][] = [
    [{ propagationPolicy: 'Foreground' }, ['foregroundDeletion']],
    [{ propagationPolicy: 'Orphan' }, ['orphan']],
    [{ orphanDependents: true }, ['orphan']],
    [{ propagationPolicy: 'Background' }, undefined],
    [{ orphanDependents: false }, undefined],
  ]
  for (const [options, finalizers] of cases) {
    const what = JSON.stringify(options)
    await make('policy')
    const { json } = await remove(`${maps}/policy`, options)
    assert.deepEqual(json.metadata.finalizers, finalizers, what)
    assert.equal(await exists(`${maps}/policy`), finalizers !== undefined, what)
    if (finalizers) await server.ask('PUT', `${maps}/policy`, { body: configMap('policy') })
  }
})

test('jobs let go of their pods in a deletion that says nothing of them', async () => {
  const path = '/apis/batch/v1/namespaces/default/jobs'
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } }
  const cases: [object | undefined, string[] | undefined][] = [
    [undefined, ['orphan']],
    [{ propagationPolicy: 'Background' }, undefined],
    [{ orphanDependents: false }, undefined],
  ]
  for (const [options, finalizers] of cases) {
    const name = `job-${finalizers?.length ?? Object.keys(options ?? {})[0]?.toLowerCase()}`
    const made = await server.ask('POST', path, { body: { metadata: { name }, spec: { template } } })
    assert.equal(made.status, 201)
    const { json } = await remove(`${path}/${name}`, options)
    assert.deepEqual(json.metadata?.finalizers, finalizers, name)
  }
})

test('options are checked', async () => {
  await make('options')
  for (const options of [
    { propagationPolicy: 'Sideways' },
    { propagationPolicy: 'Orphan', orphanDependents: true },
    { dryRun: ['Some'] },
  ]) {
    const { status, json } = await remove(`${maps}/options`, options)
    assert.deepEqual(
      [status, json.reason, json.details.kind],
      [422, 'Invalid', 'DeleteOptions'],
      JSON.stringify(options),
    )
  }
  assert.equal((await remove(`${maps}/options?gracePeriodSeconds=x`)).status, 400)
  assert.equal(await exists(`${maps}/options`), true)
})

test('preconditions that do not hold are conflicts', async () => {
  const { metadata } = await make('guarded')
  for (const preconditions of [{ uid: 'x' }, { resourceVersion: '1' }]) {
    const { status, json } = await remove(`${maps}/guarded`, { preconditions })
    assert.deepEqual([status, json.reason], [409, 'Conflict'])
    assert.match(json.message, /in the precondition \(.*\) does not match the .* in record/)
  }
  const { uid, resourceVersion } = metadata
  assert.equal((await remove(`${maps}/guarded`, { preconditions: { uid, resourceVersion } })).status, 200)
})

test('a dry run deletes nothing', async () => {
  await make('dry')
  assert.equal((await remove(`${maps}/dry?dryRun=All`)).status, 200)
  assert.equal((await remove(`${maps}/dry`, { dryRun: ['All'] })).status, 200)
  assert.equal(await exists(`${maps}/dry`), true)
})

test('a collection is deleted as far as it is selected', async () => {
  const path = '/api/v1/namespaces/many/configmaps'
  for (let i = 0; i < 40; i++)
    await server.ask('POST', path, { body: configMap(`m${i}`, { metadata: { labels: { odd: String(i % 2 === 1) } } }) })
  await server.ask('POST', path, {
    body: configMap('held', { metadata: { labels: { odd: 'true' }, finalizers: ['example.com/a'] } }),
  })
  const { status, json } = await server.ask('DELETE', `${path}?labelSelector=odd%3Dtrue`)
  assert.deepEqual([status, json.kind, json.items.length], [200, 'ConfigMapList', 21])
  const left = (await server.ask('GET', path)).json.items
  assert.equal(left.length, 21)
  assert.ok(
    left.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'held').metadata.deletionTimestamp,
  )
})

const pods = '/api/v1/namespaces/default/pods'
const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name, ...metadata },
  spec: { nodeName: 'n', terminationGracePeriodSeconds: 30, containers: [{ name: 'c', image: 'i' }], ...spec },
})
const makePod = (body: unknown) => server.ask('POST', pods, { body })

test('a pod on a node gets the grace of its spec, which can only be shortened', async () => {
  await makePod(pod('graceful'))
  const at = (seconds: number) => new Date(start + seconds * 1000).toISOString().replace('.000', '')
  const marks = ({ json }: { json: { metadata: Record<string, unknown> } }) => [
    json.metadata.deletionTimestamp,
    json.metadata.deletionGracePeriodSeconds,
  ]
  const first = await remove(`${pods}/graceful`)
  assert.deepEqual([first.status, ...marks(first), first.json.metadata.generation], [200, at(30), 30, 2])
  assert.deepEqual(marks(await remove(`${pods}/graceful`)), [at(30), 30])
  assert.deepEqual(marks(await remove(`${pods}/graceful`, { gracePeriodSeconds: 60 })), [at(30), 30])
  assert.deepEqual(marks(await remove(`${pods}/graceful`, { gracePeriodSeconds: 10 })), [at(10), 10])
  const last = await remove(`${pods}/graceful`, { gracePeriodSeconds: 0 })
  assert.deepEqual([last.status, last.json.kind, await exists(`${pods}/graceful`)], [200, 'Pod', false])
})

test('a pod that no kubelet has, or that has ended, goes at once', async () => {
  await makePod(pod('nowhere', { nodeName: undefined }))
  const { json } = await remove(`${pods}/nowhere`)
  assert.deepEqual([json.kind, await exists(`${pods}/nowhere`)], ['Pod', false])
  await makePod(pod('ended'))
  await server.ask('PATCH', `${pods}/ended/status`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { status: { phase: 'Succeeded' } },
  })
  await remove(`${pods}/ended`)
  assert.equal(await exists(`${pods}/ended`), false)
})

test('a pod with finalizers stays after its grace has ended', async () => {
  await makePod(pod('both', {}, { finalizers: ['example.com/a'] }))
  await remove(`${pods}/both`)
  const { json } = await remove(`${pods}/both`, { gracePeriodSeconds: 0 })
  assert.deepEqual([json.metadata.deletionGracePeriodSeconds, await exists(`${pods}/both`)], [0, true])
  await server.ask('PATCH', `${pods}/both`, {
    headers: { 'content-type': 'application/merge-patch+json' },
    body: { metadata: { finalizers: null } },
  })
  assert.equal(await exists(`${pods}/both`), false)
})

test('a namespace stays until its finalizers in the spec are gone', async () => {
  const path = '/api/v1/namespaces/space'
  await server.ask('POST', '/api/v1/namespaces', {
    body: { kind: 'Namespace', apiVersion: 'v1', metadata: { name: 'space' } },
  })
  const { json } = await remove(path)
  assert.deepEqual([json.status.phase, json.metadata.deletionTimestamp !== undefined], ['Terminating', true])
  const { status } = await server.ask('PUT', `${path}/finalize`, { body: { ...json, spec: {} } })
  assert.deepEqual([status, await exists(path)], [200, false])
})
