import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  configMaps,
  customResourceDefinitions,
  persistentVolumeClaims,
  pods,
  resourceQuotas,
  serviceAccounts,
  services,
} from '../../api/index.ts'
import { is } from '../../api/meta/statusError.ts'
import { resource } from '../../api/resource.ts'
import type { Type } from '../../schema/types.ts'
import { type Cluster, startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { serviceaccount } from '../serviceaccount/index.ts'
import { resourcequota } from './index.ts'

let cluster: Cluster
before(async () => {
  cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [serviceaccount, resourcequota] })
  await eventually(() => cluster.client.of(serviceAccounts).get('default', { namespace }).catch(absent))
})
after(() => cluster.stop())

const namespace = 'default'
const absent = (error: unknown) => {
  if (!is(error, 'NotFound')) throw error
  return undefined
}
const used = async (name: string) => (await cluster.client.of(resourceQuotas).get(name, { namespace })).status.used
const limit = async (name: string, spec: object) => {
  await cluster.client.of(resourceQuotas).create({ metadata: { name, namespace }, spec } as never)
  return eventually(() => used(name))
}
const lift = (name: string) => cluster.client.of(resourceQuotas).delete(name, { namespace })
const pod = (name: string, resources: object, more: object = {}) =>
  cluster.client.of(pods).create({
    metadata: { name, namespace },
    spec: { containers: [{ name: 'c', image: 'i', resources }], ...more },
  } as never)

test('pods are counted by what they ask for, refused beyond it, and given back', async () => {
  assert.deepEqual(await limit('q', { hard: { pods: '2', 'requests.cpu': '1', 'count/pods': '5' } }), {
    pods: '0',
    'requests.cpu': '0',
    'count/pods': '0',
  })
  await assert.rejects(pod('silent', {}), /failed quota: q: must specify requests.cpu for: c/)
  await pod('a', { requests: { cpu: '600m' } })
  assert.deepEqual(await used('q'), { pods: '1', 'requests.cpu': '600m', 'count/pods': '1' })
  await assert.rejects(
    pod('b', { requests: { cpu: '500m' } }),
    /pods "b" is forbidden: exceeded quota: q, requested: requests.cpu=500m, used: requests.cpu=600m, limited: requests.cpu=1/,
  )
  const a = await cluster.client.of(pods).get('a', { namespace })
  await cluster.client.of(pods).updateStatus({ ...a, status: { ...a.status, phase: 'Succeeded' } })
  await eventually(async () => (await used('q'))?.pods === '0')
  await cluster.client.of(pods).delete('a', { namespace, gracePeriodSeconds: 0 })
  await eventually(async () => (await used('q'))?.['count/pods'] === '0')
  await lift('q')
})

test('a crowd at once gets what there is, not one more', async () => {
  await limit('crowd', { hard: { 'count/configmaps': '13' } })
  const before = Number((await used('crowd'))?.['count/configmaps'])
  const make = (index: number) =>
    cluster.client.of(configMaps).create({ metadata: { name: `crowd-${index}`, namespace } })
  const outcomes = await Promise.allSettled(Array.from({ length: 30 }, (_, index) => make(index)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 13 - before)
  assert.deepEqual(await used('crowd'), { 'count/configmaps': '13' })
  await lift('crowd')
})

test('a dry run is refused as the write would be, and uses nothing', async () => {
  await limit('dry', { hard: { services: '2', 'services.nodeports': '1' } })
  const before = await used('dry')
  const service = (type: string, ports: number, dryRun: boolean) =>
    cluster.client.of(services).create(
      {
        metadata: { name: 'dry', namespace },
        spec: { type, ports: Array.from({ length: ports }, (_, index) => ({ name: `p${index}`, port: 80 + index })) },
      } as never,
      dryRun ? { dryRun: true } : {},
    )
  await service('NodePort', 1, true)
  assert.deepEqual(await used('dry'), before)
  await assert.rejects(service('NodePort', 2, true), /requested: services.nodeports=2/)
  const made = await service('ClusterIP', 1, false)
  await cluster.client.of(services).update({ ...made, spec: { ...made.spec, type: 'NodePort' } })
  assert.equal((await used('dry'))?.['services.nodeports'], '1')
  await cluster.client.of(services).delete('dry', { namespace })
  await eventually(async () => (await used('dry'))?.['services.nodeports'] === '0')
  await lift('dry')
})

test('scopes choose what is counted; claims count by their storage class', async () => {
  await limit('best', { hard: { pods: '1' }, scopes: ['BestEffort'] })
  await limit('high', {
    hard: { pods: '1' },
    scopeSelector: {
      matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['system-node-critical'] }],
    },
  })
  await limit('gold', { hard: { 'gold.storageclass.storage.k8s.io/requests.storage': '10Gi' } })
  await pod('best', {})
  await pod('more', { requests: { cpu: '1' } })
  await assert.rejects(pod('second', {}), /exceeded quota: best/)
  await pod('high', { requests: { cpu: '1' } }, { priorityClassName: 'system-node-critical' })
  assert.deepEqual([await used('best'), await used('high')], [{ pods: '1' }, { pods: '1' }])
  const claim = (name: string, storageClassName: string) =>
    cluster.client.of(persistentVolumeClaims).create({
      metadata: { name, namespace },
      spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '6Gi' } } },
    } as never)
  await claim('one', 'gold')
  await claim('two', 'other')
  await assert.rejects(claim('three', 'gold'), /used: gold.storageclass.storage.k8s.io\/requests.storage=6Gi/)
})

test('custom resources are counted, and given back when they go', async () => {
  const type: Type<never> = { form: 'object', name: '', fields: {}, root: true, atomic: false, rules: [] }
  const things = resource({
    group: 'quota.example',
    version: 'v1',
    kind: 'Thing',
    plural: 'things',
    namespaced: true,
    type,
  })
  await cluster.client.of(customResourceDefinitions).create({
    metadata: { name: 'things.quota.example' },
    spec: {
      group: 'quota.example',
      scope: 'Namespaced',
      names: { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  } as never)
  const key = 'count/things.quota.example'
  assert.deepEqual(await limit('things', { hard: { [key]: '1' } }), { [key]: '0' })
  const make = (name: string) =>
    cluster.client
      .of(things)
      .create({ apiVersion: 'quota.example/v1', kind: 'Thing', metadata: { name, namespace } } as never)
  await eventually(() => make('one'))
  await assert.rejects(make('two'), /exceeded quota: things/)
  await cluster.client.of(things).delete('one', { namespace })
  await eventually(async () => (await used('things'))?.[key] === '0')
  await lift('things')
})
