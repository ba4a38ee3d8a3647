import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { configMaps, namespaces } from '../../api/index.ts'
import { StatusError } from '../../api/meta/statusError.ts'
import { type Cluster, eventually, startCluster } from '../../testing/index.ts'
import { scraped as scrapedFrom } from './scraped.test-suite.ts'

let cluster: Cluster
const admin = { name: 'admin', groups: ['system:masters', 'system:authenticated'] }

before(async () => {
  cluster = await startCluster({ nodes: 0, controllers: [], scheduler: false })
})
after(() => cluster.stop())

const ask = (method: string, path: string, object?: unknown, user = admin) =>
  cluster.connect(user).request({ method, path, ...(object === undefined ? {} : { object }) } as never)

const scraped = (name: string) => scrapedFrom({ ask }, name)

const maps = '/api/v1/namespaces/default/configmaps'
const labels = (verb: string, scope: string, code: number, dryRun = '') =>
  `{verb="${verb}",dry_run="${dryRun}",group="",version="v1",resource="configmaps",subresource="",scope="${scope}",component="apiserver",code="${code}"}`

test('requests are counted by verb, kind, scope and code', async () => {
  const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })
  await ask('POST', maps, map('a'))
  await ask('POST', `${maps}?dryRun=All`, map('b'))
  await ask('GET', `${maps}/a`)
  await ask('GET', maps)
  await ask('GET', '/api/v1/configmaps')
  await assert.rejects(ask('GET', `${maps}/none`), StatusError)
  await assert.rejects(ask('GET', '/api/v1/namespaces/default/inventions/x'), StatusError)
  await ask('DELETE', `${maps}/a`)
  const counted = await scraped('apiserver_request_total')
  const expected = {
    // One is made by the server itself: since when the use of tokens is tracked.
    [labels('POST', 'resource', 201)]: 2,
    [labels('POST', 'resource', 201, 'All')]: 1,
    [labels('GET', 'resource', 200)]: 1,
    [labels('LIST', 'namespace', 200)]: 1,
    [labels('LIST', 'cluster', 200)]: 1,
    [labels('GET', 'resource', 404)]: 1,
    [labels('DELETE', 'resource', 200)]: 1,
  }
  for (const [sample, count] of Object.entries(expected)) assert.equal(counted[sample], count, sample)
  assert.equal(Object.keys(counted).filter(sample => sample.includes('inventions')).length, 0)
})

test('watches are counted while they last, and their events', async () => {
  const ends = new AbortController()
  const seen = Promise.withResolvers<void>()
  const { ended } = await cluster
    .connect(admin)
    .watch({ method: 'GET', path: `${maps}?watch=1`, signal: ends.signal } as never, () => seen.resolve())
  const running =
    '{verb="WATCH",group="",version="v1",resource="configmaps",subresource="",scope="namespace",component="apiserver"}'
  assert.equal((await scraped('apiserver_longrunning_requests'))[running], 1)
  await cluster.client.of(configMaps).create({ metadata: { name: 'seen', namespace: 'default' } } as never)
  await seen.promise
  const events = await scraped('apiserver_watch_events_total')
  assert.ok((events['{group="",version="v1",resource="configmaps"}'] ?? 0) >= 1)
  ends.abort()
  await ended
  assert.equal((await scraped('apiserver_longrunning_requests'))[running], 0)
  assert.equal((await scraped('apiserver_request_total'))[labels('WATCH', 'namespace', 200)], 1)
})

test('stored objects, admission and the version are told', async () => {
  const counts = await scraped('apiserver_resource_objects')
  assert.equal(counts['{group="",resource="configmaps"}'], 2)
  assert.ok((counts['{group="rbac.authorization.k8s.io",resource="clusterroles"}'] ?? 0) > 50)
  const steps = await scraped('apiserver_admission_step_admission_duration_seconds_count')
  assert.ok((steps['{type="validate",operation="CREATE",rejected="false"}'] ?? 0) > 0)
  const plugins = await scraped('apiserver_admission_controller_admission_duration_seconds_count')
  assert.ok(Object.keys(plugins).some(sample => sample.includes('name="NamespaceLifecycle"')))
  assert.equal(Object.values(await scraped('kubernetes_build_info'))[0], 1)
})

test('the store, watch caches and deprecated versions are told', async () => {
  const created = '{operation="create",group="",resource="configmaps"}'
  assert.ok(((await scraped('etcd_requests_total'))[created] ?? 0) >= 2)
  assert.ok(((await scraped('etcd_request_duration_seconds_count'))[created] ?? 0) >= 2)
  const events = await scraped('apiserver_watch_cache_events_dispatched_total')
  assert.ok((events['{group="",resource="configmaps"}'] ?? 0) >= 3)
  const versions = await scraped('apiserver_watch_cache_resource_version')
  assert.ok((versions['{group="",resource="configmaps"}'] ?? 0) > 0)
  assert.ok(Object.values(await scraped('apiserver_storage_size_bytes')).length === 1)
  await ask('GET', '/apis/batch/v1beta1/cronjobs')
  const asked = await scraped('apiserver_requested_deprecated_apis')
  const labels = '{group="batch",version="v1beta1",resource="cronjobs",subresource="",removed_release="1.25"}'
  assert.equal(asked[labels], 1)
  assert.ok(((await scraped('authenticated_user_requests'))['{username="admin"}'] ?? 0) === 0, 'asked in process')
})

test('health checks are counted at /metrics/slis', async () => {
  await ask('GET', '/readyz')
  await ask('GET', '/livez/ping')
  const { object } = await ask('GET', '/metrics/slis')
  const lines = String(object).split('\n')
  for (const line of [
    'kubernetes_healthcheck{name="etcd",type="readyz"} 1',
    'kubernetes_healthchecks_total{name="ping",type="readyz",status="success"} 1',
    'kubernetes_healthchecks_total{name="ping",type="livez",status="success"} 1',
  ])
    assert.ok(lines.includes(line), line)
})

test('only those whose role says so read the metrics', async () => {
  const nobody = { name: 'mallory', groups: ['system:authenticated'] }
  await assert.rejects(ask('GET', '/metrics', undefined, nobody), { code: 403 })
  const monitoring = { name: 'prometheus', groups: ['system:monitoring', 'system:authenticated'] }
  assert.equal((await ask('GET', '/metrics', undefined, monitoring)).status, 200)
})

test('controllers tell of their queues and of what they ask for', async () => {
  const full = await startCluster({ nodes: 0 })
  try {
    const namespace = { metadata: { name: 'made' } } as never
    await full.client.of(namespaces).create(namespace)
    const read = async () => String((await full.connect(admin).request({ method: 'GET', path: '/metrics' })).object)
    const told = async (line: RegExp) => line.test(await read())
    await eventually(() => told(/^workqueue_adds_total\{name="serviceaccount[^"]*"\} [1-9]/m))
    await eventually(() => told(/^rest_client_requests_total\{code="201",method="POST",host="in-process"\} [1-9]/m))
    assert.match(await read(), /^workqueue_work_duration_seconds_count\{name="serviceaccount[^"]*"\} [1-9]/m)
  } finally {
    await full.stop()
  }
})
