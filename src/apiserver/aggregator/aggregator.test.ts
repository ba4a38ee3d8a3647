import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { WebSocket } from 'ws'
import { type APIService, apiServices, customResourceDefinitions, type Resource, services } from '../../api/index.ts'
import { is, StatusError } from '../../api/meta/statusError.ts'
import { createClient } from '../../client/client.ts'
import type { WatchEvent } from '../../client/transport.ts'
import { wellKnownClients } from '../../net/x509/index.ts'
import { eventually } from '../../testing/eventually.ts'
import { type Pair2, startPair } from './aggregator.test-suite.ts'

const group = 'wardle.example.com'
const name = `v1alpha1.${group}`
const flunders = `/apis/${group}/v1alpha1/namespaces/default/flunders`
const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

const definition = {
  metadata: { name: `flunders.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'flunders', kind: 'Flunder', singular: 'flunder', shortNames: ['fl'] },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { size: { type: 'integer' } } } },
      },
    ],
  },
}

let both: Pair2
before(async () => {
  both = await startPair()
  await createClient(both.back.transport)
    .of(customResourceDefinitions)
    .create(definition as never)
})
after(() => both.stop())

const front = () => createClient(both.front.transport)
const get = async (path: string, headers?: Record<string, string>) =>
  // biome-ignore lint/suspicious/noExplicitAny: documents of all kinds
  (await both.front.transport.request({ method: 'GET', path, ...(headers ? { headers } : {}) })).object as any
const available = async (of = name) =>
  (await front().of(apiServices).get(of)).status.conditions?.find(({ type }) => type === 'Available')
const reason = (wanted: string) =>
  eventually(async () => {
    const found = await available()
    return found?.reason === wanted ? found : undefined
  })

const apiService = (): APIService =>
  ({
    metadata: { name },
    spec: {
      group,
      version: 'v1alpha1',
      service: { namespace: 'away', name: 'sample' },
      caBundle: Buffer.from(both.back.pki.ca.cert).toString('base64'),
      groupPriorityMinimum: 2000,
      versionPriority: 200,
    },
  }) as APIService

test('an APIService says what hinders it until its server answers', async () => {
  await both.front.transport.request({
    method: 'POST',
    path: '/api/v1/namespaces',
    object: { metadata: { name: 'away' } },
  })
  const made = await front().of(apiServices).create(apiService())
  assert.deepEqual([made.spec.service?.port, made.status], [443, {}])
  const missing = await reason('ServiceNotFound')
  assert.deepEqual([missing.status, missing.message], ['False', 'service/sample in "away" is not present'])
  await assert.rejects(
    get(flunders),
    error => is(error, 'ServiceUnavailable') && error.message === 'service unavailable',
  )

  const port = { name: 'https', port: 8443, targetPort: 6443, protocol: 'TCP' }
  const service = await front()
    .of(services)
    .create({ metadata: { name: 'sample', namespace: 'away' }, spec: { ports: [port] } } as never)
  assert.match(
    (await reason('ServicePortError')).message ?? '',
    /^service\/sample in "away" is not listening on port 443$/,
  )
  await front()
    .of(services)
    .update({ ...service, spec: { ...service.spec, ports: [{ ...port, port: 443 }] } } as never)
  assert.equal((await reason('EndpointsNotFound')).message, 'cannot find endpointslices for service/sample in "away"')
  const slice = {
    metadata: { name: 'sample-1', namespace: 'away', labels: { 'kubernetes.io/service-name': 'sample' } },
    addressType: 'IPv4',
    ports: [{ name: 'https', port: 6443, protocol: 'TCP' }],
    endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: false } }],
  }
  const path = '/apis/discovery.k8s.io/v1/namespaces/away/endpointslices'
  await both.front.transport.request({ method: 'POST', path, object: slice })
  assert.equal(
    (await reason('MissingEndpoints')).message,
    'endpointslices for service/sample in "away" have no addresses with port name "https"',
  )
  const listening = both.way.port
  both.way.port = 1
  const ready = { ...slice, endpoints: [{ addresses: ['10.1.2.3'] }] }
  await both.front.transport.request({ method: 'PUT', path: `${path}/sample-1`, object: ready })
  const failed = await reason('FailedDiscoveryCheck')
  assert.equal(
    failed.message,
    `failing or missing response from https://sample.away.svc:443/apis/${group}/v1alpha1: Get "https://sample.away.svc:443/apis/${group}/v1alpha1": dial tcp 127.0.0.1:1: connect: connection refused`,
  )
  both.way.port = listening
  const passed = await reason('Passed')
  assert.deepEqual([passed.status, passed.message], ['True', 'all checks passed'])
})

test('objects of the other server are written, read, watched and deleted as those of this one', async () => {
  const object = { apiVersion: `${group}/v1alpha1`, kind: 'Flunder', metadata: { name: 'one' }, size: 1 }
  const ended = new AbortController()
  const events: WatchEvent[] = []
  const watch = await both.front.transport.watch(
    { method: 'GET', path: `${flunders}?watch=1`, signal: ended.signal },
    event => void events.push(event),
  )
  const made = await both.front.transport.request({ method: 'POST', path: flunders, object })
  assert.equal(made.status, 201)
  await both.front.transport.request({
    method: 'PATCH',
    path: `${flunders}/one`,
    headers: { 'content-type': 'application/merge-patch+json' },
    object: { size: 2 },
  })
  assert.equal((await get(`${flunders}/one`)).size, 2)
  assert.deepEqual((await get(flunders)).items.length, 1)
  await both.front.transport.request({ method: 'DELETE', path: `${flunders}/one` })
  await eventually(() => (events.length === 3 ? true : undefined))
  assert.deepEqual(
    events.map(({ type }) => type),
    ['ADDED', 'MODIFIED', 'DELETED'],
  )
  await assert.rejects(get(`${flunders}/one`), error => is(error, 'NotFound') && error instanceof StatusError)
  ended.abort()
  await watch.ended
})

test('components of this process use the other server like any', async () => {
  const transport = both.front.plane.server.connect({ name: 'a', groups: ['system:masters', 'system:authenticated'] })
  const ended = new AbortController()
  const events: WatchEvent[] = []
  const watch = await transport.watch({ method: 'GET', path: `${flunders}?watch=1`, signal: ended.signal }, event =>
    events.push(event),
  )
  const object = { apiVersion: `${group}/v1alpha1`, kind: 'Flunder', metadata: { name: 'two' } }
  const made = await transport.request({ method: 'POST', path: flunders, object })
  assert.deepEqual([made.status, (made.object as typeof object).metadata.name], [201, 'two'])
  await assert.rejects(transport.request({ method: 'POST', path: flunders, object }), error =>
    is(error, 'AlreadyExists'),
  )
  await transport.request({ method: 'DELETE', path: `${flunders}/two`, object: { propagationPolicy: 'Background' } })
  await eventually(() => events.length === 2)
  ended.abort()
  await watch.ended
})

test('connections that clients take over are joined', async () => {
  const admin = await both.front.pki.leaf('admin', wellKnownClients.admin)
  const socket = new WebSocket(`wss://127.0.0.1:${both.front.port}${flunders}?watch=1`, {
    ca: both.front.pki.ca.cert,
    ...admin,
    headers: { 'X-Remote-User': 'eve' },
  })
  const events: WatchEvent[] = []
  socket.on('message', data => void events.push(JSON.parse(String(data))))
  await once(socket, 'open')
  const object = { apiVersion: `${group}/v1alpha1`, kind: 'Flunder', metadata: { name: 'three' } }
  await both.front.transport.request({ method: 'POST', path: flunders, object })
  await eventually(() => events.length === 1)
  assert.deepEqual(
    events.map(({ object }) => (object as { metadata: { name: string } }).metadata.name),
    ['three'],
  )
  socket.terminate()
  await both.front.transport.request({ method: 'DELETE', path: `${flunders}/three` })
})

test('the other server knows who asks', async () => {
  const path = `/apis/${group}/v1alpha1/flunders`
  const user = {
    name: 'jörg',
    uid: 'u-1',
    groups: ['devs', 'system:authenticated'],
    extra: { 'example.com/team': ['a'] },
  }
  const refused = await both.front.plane.server
    .connect({ name: 'eve', groups: ['system:authenticated'] })
    .request({ method: 'GET', path })
    .catch(error => error)
  assert.equal(
    refused.message,
    `flunders.${group} is forbidden: User "eve" cannot list resource "flunders" in API group "${group}" at the cluster scope`,
  )
  for (const plane of [both.front, both.back]) {
    const rbac = '/apis/rbac.authorization.k8s.io/v1'
    const role = { metadata: { name: 'flunders' }, rules: [{ apiGroups: [group], resources: ['*'], verbs: ['list'] }] }
    await plane.transport.request({ method: 'POST', path: `${rbac}/clusterroles`, object: role })
    if (plane === both.front)
      await plane.transport.request({
        method: 'POST',
        path: `${rbac}/clusterrolebindings`,
        object: {
          metadata: { name: 'flunders' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'flunders' },
          subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jörg' }],
        },
      })
  }
  // Allowed here, refused there: in the other server's words.
  await assert.rejects(
    both.front.plane.server.connect(user).request({ method: 'GET', path }),
    error => is(error, 'Forbidden') && /User "jörg" cannot list/.test(error.message),
  )
})

test('discovery and OpenAPI tell of the other server', async () => {
  const groups = await eventually(async () => {
    const { items } = await get('/apis', { accept })
    const found = items.find((each: { metadata: { name: string } }) => each.metadata.name === group)
    return found?.versions[0].resources?.length > 0 ? { items, found } : undefined
  })
  const [version] = groups.found.versions
  assert.deepEqual([version.version, version.freshness], ['v1alpha1', 'Current'])
  const [flunder] = version.resources
  assert.deepEqual(
    [
      flunder.resource,
      flunder.responseKind.kind,
      flunder.scope,
      flunder.shortNames,
      flunder.subresources[0].subresource,
    ],
    ['flunders', 'Flunder', 'Namespaced', ['fl'], 'status'],
  )
  const plain = (await get('/apis')).groups.find((each: { name: string }) => each.name === group)
  assert.deepEqual(plain.preferredVersion, { groupVersion: `${group}/v1alpha1`, version: 'v1alpha1' })
  assert.deepEqual((await get(`/apis/${group}`)).name, group)
  const list = await get(`/apis/${group}/v1alpha1`)
  assert.deepEqual([list.kind, list.resources[0].name], ['APIResourceList', 'flunders'])
  const paths = (await get('/openapi/v3')).paths
  const document = await get(paths[`apis/${group}/v1alpha1`].serverRelativeURL)
  assert.ok(document.components.schemas[`com.example.wardle.v1alpha1.Flunder`])
  const { definitions } = await get('/openapi/v2')
  assert.ok(definitions[`com.example.wardle.v1alpha1.Flunder`] && definitions['io.k8s.api.core.v1.Pod'])
})

test('a server that is gone is told of as it was, and answers 503', async () => {
  const listening = both.way.port
  both.way.port = 1
  // Connections that are kept would go on working for a while.
  const patch = { spec: { caBundle: null, insecureSkipTLSVerify: true } }
  await front().of(apiServices).patch(name, 'merge', patch)
  await reason('FailedDiscoveryCheck')
  await assert.rejects(get(flunders), error => is(error, 'ServiceUnavailable'))
  await eventually(async () => {
    const { items } = await get('/apis', { accept })
    const found = items.find((each: { metadata: { name: string } }) => each.metadata.name === group)
    return found?.versions[0].freshness === 'Stale' && found.versions[0].resources.length === 1 ? true : undefined
  })
  both.way.port = listening
  await reason('Passed')
  assert.deepEqual((await get(flunders)).items, [])
})

test('without its APIService a version is not there', async () => {
  await front().of(apiServices).delete(name)
  await eventually(async () => {
    const { groups } = await get('/apis')
    return groups.some((each: { name: string }) => each.name === group) ? undefined : true
  })
  await assert.rejects(get(flunders), error => is(error, 'NotFound'))
})

test('custom resources have an APIService while they are served', async () => {
  const definitions = front().of(customResourceDefinitions)
  await definitions.create(definition as never)
  const made = await eventually(() =>
    front()
      .of(apiServices)
      .get(name)
      .catch(() => undefined),
  )
  assert.deepEqual(
    [made.metadata.labels, made.spec, made.status.conditions?.[0]?.reason],
    [
      { 'kube-aggregator.kubernetes.io/automanaged': 'true' },
      { group, version: 'v1alpha1', groupPriorityMinimum: 1000, versionPriority: 100 },
      'Local',
    ],
  )
  await front().of(apiServices).delete(name)
  await eventually(() =>
    front()
      .of(apiServices)
      .get(name)
      .catch(() => undefined),
  )
  await definitions.delete(definition.metadata.name)
  await eventually(() =>
    front()
      .of(apiServices)
      .get(name)
      .then(
        () => undefined,
        () => true,
      ),
  )
})

test('whoever takes over the APIService of a version answers for it', async () => {
  const definitions = front().of(customResourceDefinitions)
  await definitions.create(definition as never)
  await eventually(async () => ((await available().catch(() => undefined))?.reason === 'Local' ? true : undefined))
  const found = await front().of(apiServices).get(name)
  const { labels: _, ...metadata } = found.metadata
  await front()
    .of(apiServices)
    .update({ ...apiService(), metadata } as never)
  await reason('Passed')
  await both.back.transport.request({
    method: 'POST',
    path: flunders,
    object: { metadata: { name: 'theirs' }, apiVersion: `${group}/v1alpha1`, kind: 'Flunder' },
  })
  await eventually(async () => ((await get(flunders)).items[0]?.metadata.name === 'theirs' ? true : undefined))
})

test("built-in versions have APIServices from the start, in upstream's order", async () => {
  const { items } = await front()
    .of(apiServices)
    .list({ labelSelector: 'kube-aggregator.kubernetes.io/automanaged=onstart' })
  const apps = items.find(({ metadata }) => metadata.name === 'v1.apps')
  assert.deepEqual(apps?.spec, { group: 'apps', version: 'v1', groupPriorityMinimum: 17800, versionPriority: 15 })
  assert.ok(items.every(({ status }) => status.conditions?.[0]?.reason === 'Local'))
  const built = both.front.plane.server.catalog.resources as readonly Resource[]
  assert.ok(built.length > items.length)
})
