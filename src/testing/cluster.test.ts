import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  configMaps,
  deployments,
  endpointSlices,
  endpoints,
  namespaces,
  pods,
  replicaSets,
  serviceAccounts,
  services,
} from '../api/index.ts'
import { is } from '../api/meta/statusError.ts'
import { createClient } from '../client/client.ts'
import { type Cluster, eventually, startCluster } from './index.ts'

let cluster: Cluster
before(async () => {
  cluster = await startCluster({ nodes: 2 })
})
after(() => cluster.stop())

const template = (image: string) => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }] }] },
})
const web = (namespace: string, replicas: number) => ({
  metadata: { name: 'web', namespace },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: template('web:1') },
})
const space = async (name: string) => {
  await cluster.client.of(namespaces).create({ metadata: { name } })
  await eventually(() => cluster.client.of(serviceAccounts).get('default', { namespace: name }))
  return name
}
const ready = (namespace: string, replicas: number) =>
  eventually(async () => {
    const { status, metadata } = await cluster.client.of(deployments).get('web', { namespace })
    return (
      status.observedGeneration === metadata.generation &&
      status.availableReplicas === replicas &&
      status.replicas === replicas
    )
  })

test('a deployment reaches its size, is scaled, rolled to another template and back', async () => {
  const namespace = await space('rollout')
  const client = cluster.client.of(deployments)
  await client.create(web(namespace, 3))
  await ready(namespace, 3)
  await client.patch('web', 'merge', { spec: { replicas: 5 } }, { namespace })
  await ready(namespace, 5)
  await client.patch('web', 'strategic', { spec: { template: template('web:2') } }, { namespace })
  await ready(namespace, 5)
  const images = async () => {
    const { items } = await cluster.client.of(pods).list({ namespace })
    return [...new Set(items.filter(pod => !pod.metadata.deletionTimestamp).map(pod => pod.spec.containers[0]?.image))]
  }
  await eventually(async () => (await images()).join() === 'web:2')
  await client.patch('web', 'strategic', { spec: { template: template('web:1') } }, { namespace })
  await eventually(async () => (await images()).join() === 'web:1')
  const sets = await eventually(async () => {
    const { items } = await cluster.client.of(replicaSets).list({ namespace })
    return items.length === 2 && items
  })
  const revisions = sets.map(set => set.metadata.annotations?.['deployment.kubernetes.io/revision']).sort()
  assert.deepEqual(revisions, ['2', '3'])
})

test('what a deployment owns goes with it, and nothing else', async () => {
  const namespace = await space('collect')
  await cluster.client.of(deployments).create(web(namespace, 2))
  await cluster.client.of(configMaps).create({ metadata: { name: 'mine', namespace } })
  await ready(namespace, 2)
  await cluster.client.of(deployments).delete('web', { namespace })
  await eventually(async () => {
    const left = await Promise.all([
      cluster.client.of(replicaSets).list({ namespace }),
      cluster.client.of(pods).list({ namespace }),
    ])
    return left.every(({ items }) => items.length === 0)
  })
  assert.equal((await cluster.client.of(configMaps).get('mine', { namespace })).metadata.name, 'mine')
})

test('objects that own each other in a circle go when one is deleted in the foreground', async () => {
  const namespace = await space('circle')
  const maps = cluster.client.of(configMaps)
  const made = await Promise.all(['a', 'b', 'c'].map(name => maps.create({ metadata: { name, namespace } })))
  for (const [index, { metadata }] of made.entries()) {
    const { name = '', uid = '' } = made[(index + 2) % 3]?.metadata ?? {}
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name, uid, controller: true, blockOwnerDeletion: true }
    await maps.patch(metadata.name ?? '', 'merge', { metadata: { ownerReferences: [owner] } }, { namespace })
  }
  await maps.delete('a', { namespace, propagationPolicy: 'Foreground' })
  await eventually(async () => {
    const { items } = await maps.list({ namespace })
    return items.every(({ metadata: { name } }) => name === 'kube-root-ca.crt')
  })
})

test('a deployment deleted in the foreground waits for its pods', async () => {
  const namespace = await space('foreground')
  await cluster.client.of(deployments).create(web(namespace, 2))
  await ready(namespace, 2)
  await cluster.client.of(deployments).delete('web', { namespace, propagationPolicy: 'Foreground' })
  await eventually(async () => {
    const there = await cluster.client.of(deployments).list({ namespace })
    const left = await cluster.client.of(pods).list({ namespace })
    if (there.items.length === 0) assert.equal(left.items.length, 0)
    return there.items.length === 0
  })
})

test('what an orphaning deletion leaves stays, without its owner', async () => {
  const namespace = await space('orphans')
  await cluster.client.of(deployments).create(web(namespace, 2))
  await ready(namespace, 2)
  const [set] = (await cluster.client.of(replicaSets).list({ namespace })).items
  await cluster.client.of(deployments).delete('web', { namespace, propagationPolicy: 'Orphan' })
  await eventually(async () => (await cluster.client.of(deployments).list({ namespace })).items.length === 0)
  const kept = await cluster.client.of(replicaSets).get(set?.metadata.name ?? '', { namespace })
  assert.deepEqual(kept.metadata.ownerReferences ?? [], [])
})

test('endpoint slices follow the pods of a service', async () => {
  const namespace = await space('endpoints')
  await cluster.client
    .of(services)
    .create({ metadata: { name: 'web', namespace }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  await cluster.client.of(deployments).create(web(namespace, 2))
  const addresses = async () => {
    const { items } = await cluster.client
      .of(endpointSlices)
      .list({ namespace, labelSelector: 'kubernetes.io/service-name=web' })
    return items.flatMap(slice =>
      slice.endpoints.filter(endpoint => endpoint.conditions?.ready).flatMap(endpoint => endpoint.addresses),
    )
  }
  await eventually(async () => (await addresses()).length === 2)
  await cluster.client.of(deployments).patch('web', 'merge', { spec: { replicas: 0 } }, { namespace })
  await eventually(async () => (await addresses()).length === 0)
})

test('a namespace goes with all that is in it', async () => {
  const namespace = await space('going')
  await cluster.client.of(deployments).create(web(namespace, 2))
  await ready(namespace, 2)
  await cluster.client.of(namespaces).delete(namespace)
  await eventually(async () => {
    try {
      await cluster.client.of(namespaces).get(namespace)
      return false
    } catch (error) {
      return is(error, 'NotFound')
    }
  })
  assert.equal((await cluster.client.of(pods).list({ namespace })).items.length, 0)
})

test('somebody without rights is refused, whatever the way in', async () => {
  const nobody = createClient(cluster.connect({ name: 'nobody', groups: ['system:authenticated'] }))
  await assert.rejects(nobody.of(pods).list({ namespace: 'default' }), error => is(error, 'Forbidden'))
})

test('a fork has the same objects and shares nothing; a reset goes back to the start', async () => {
  const own = await startCluster()
  const make = (of: Cluster, name: string) =>
    of.client.of(configMaps).create({ metadata: { name, namespace: 'default' } })
  const names = async (of: Cluster) =>
    (await of.client.of(configMaps).list({ namespace: 'default' })).items
      .map(({ metadata }) => metadata.name)
      .filter(name => name !== 'kube-root-ca.crt')
  await make(own, 'before')
  const fork = await own.fork()
  await make(own, 'here')
  await make(fork, 'there')
  assert.deepEqual(
    [await names(own), await names(fork)],
    [
      ['before', 'here'],
      ['before', 'there'],
    ],
  )
  await own.reset()
  assert.deepEqual([await names(own), await names(fork)], [[], ['before', 'there']])
  await Promise.all([own.stop(), fork.stop()])
})

test('Endpoints that somebody writes for a service without a selector are said in slices, too', async () => {
  const namespace = await space('mirrored')
  await cluster.client.of(services).create({ metadata: { name: 'db', namespace }, spec: { ports: [{ port: 5432 }] } })
  const subsets = (ip: string) => [{ addresses: [{ ip }], ports: [{ port: 5432 }] }]
  const made = await cluster.client
    .of(endpoints)
    .create({ metadata: { name: 'db', namespace }, subsets: subsets('192.0.2.1') })
  const mirrored = async () => {
    const { items } = await cluster.client.of(endpointSlices).list({ namespace })
    return items.map(({ endpoints: [endpoint] }) => endpoint?.addresses[0])
  }
  await eventually(async () => (await mirrored())[0] === '192.0.2.1')
  await cluster.client.of(endpoints).update({ ...made, subsets: subsets('192.0.2.2') } as typeof made)
  await eventually(async () => (await mirrored())[0] === '192.0.2.2')
  await cluster.client.of(endpoints).delete('db', { namespace })
  await eventually(async () => (await mirrored()).length === 0)
})
