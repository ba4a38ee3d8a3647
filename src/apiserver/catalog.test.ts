import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ConfigMap, configMaps, resources } from '../api/index.ts'
import type { KubeObject } from '../api/meta/objectMeta.ts'
import { type Resource, resource } from '../api/resource.ts'
import type { Type } from '../schema/types.ts'
import { createCatalog } from './catalog.ts'
import { discoveryPaths } from './discovery/index.ts'
import { requestInfo } from './requestInfo.ts'
import { startServer } from './server.test-suite.ts'

const widgets = (version = 'v1'): Resource =>
  resource<KubeObject>({
    group: 'example.com',
    version,
    kind: 'Widget',
    plural: 'widgets',
    namespaced: true,
    type: configMaps.type as unknown as Type<KubeObject>,
    custom: { madeOf: version, storedAs: 'example.com/v1' },
  }) as Resource

const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a' } } satisfies Partial<ConfigMap>
const collection = '/apis/example.com/v1/namespaces/default/widgets'

test('a kind is served from the moment it is added until it is removed', async () => {
  const { ask, server, stop } = await startServer()
  assert.equal((await ask('POST', collection, { body })).status, 404)
  server.catalog.set('widgets.example.com', [widgets()])
  assert.equal((await ask('POST', collection, { body })).status, 201)
  assert.equal((await ask('GET', `${collection}/a`)).status, 200)
  server.catalog.set('widgets.example.com', [])
  assert.equal((await ask('GET', `${collection}/a`)).status, 404)
  await stop()
})

test('replacing a kind ends its watches and keeps what is stored', async () => {
  const { ask, watch, server, stop } = await startServer()
  server.catalog.set('widgets.example.com', [widgets()])
  await ask('POST', collection, { body })
  const watching = await watch(`${collection}?watch=1`)
  assert.deepEqual(watching.names(), ['ADDED a'])
  server.catalog.set('widgets.example.com', [widgets()])
  await watching.ended
  assert.equal((await ask('GET', `${collection}/a`)).json.metadata.name, 'a')
  await stop()
})

test('discovery follows the catalog, other servers included', async () => {
  const catalog = createCatalog(resources)
  const paths = discoveryPaths(catalog)
  const get = async (target: string) => {
    const query = new URLSearchParams()
    const request = { method: 'GET', target, headers: {}, query } as never
    const answer = await paths(request, requestInfo('GET', target, query), { name: 'x', groups: [] })
    return answer?.form === 'object' ? (answer.object as Record<string, never>) : undefined
  }
  assert.equal(await get('/apis/example.com'), undefined)
  catalog.set('widgets.example.com', [widgets(), widgets('v2')])
  const group = { groupVersion: 'example.com/v2', version: 'v2' }
  assert.deepEqual((await get('/apis/example.com'))?.preferredVersion, group)
  const foreign = {
    group: 'metrics.k8s.io',
    version: 'v1beta1',
    resources: [],
    freshness: 'Current',
    groupPriority: 2000,
    versionPriority: 15,
  } as const
  catalog.setForeign('v1beta1.metrics.k8s.io', foreign)
  const { groups = [] } = ((await get('/apis')) ?? {}) as { groups?: { name: string }[] }
  const names = groups.map(each => each.name)
  assert.ok(names.indexOf('apps') < names.indexOf('metrics.k8s.io'))
  assert.ok(names.indexOf('metrics.k8s.io') < names.indexOf('example.com'))
  assert.equal(await get('/apis/metrics.k8s.io/v1beta1'), undefined, 'the other server tells of its kinds')
  catalog.set('widgets.example.com', [])
  assert.equal(await get('/apis/example.com'), undefined)
})
