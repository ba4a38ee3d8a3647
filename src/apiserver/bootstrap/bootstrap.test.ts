import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type ClusterRole,
  type ClusterRoleBinding,
  clusterRoleBindings,
  clusterRoles,
  endpointSlices,
  endpoints,
  namespaces,
  type PolicyRule,
  priorityClasses,
  roleBindings,
  roles,
  services,
} from '../../api/index.ts'
import { keyOf } from '../../client/cache.ts'
import type { Client } from '../../client/client.ts'
import { type Cluster, eventually, startCluster } from '../../testing/index.ts'
import { fixedObjects } from '../objects.test-suite.ts'
import { gather, gatherRules } from './aggregation.ts'
import { ensureKubernetesService } from './kubernetesService.ts'
import { mergeBinding, mergeRole, reconcilePolicy } from './policy.ts'

let cluster: Cluster
let client: Client
before(async () => {
  // Roles are gathered by the controller manager.
  cluster = await startCluster({ nodes: 0, scheduler: false })
  client = cluster.client
})
after(() => cluster.stop())

test('a new cluster has its namespaces, priority classes and the API server’s service', async () => {
  const names = (await client.of(namespaces).list()).items.map(each => each.metadata.name)
  assert.deepEqual(names, ['default', 'kube-node-lease', 'kube-public', 'kube-system'])
  const classes = (await client.of(priorityClasses).list()).items.map(each => [each.metadata.name, each.value])
  assert.deepEqual(classes, [
    ['system-cluster-critical', 2_000_000_000],
    ['system-node-critical', 2_000_001_000],
  ])
  const { spec, metadata } = await client.of(services).get('kubernetes', { namespace: 'default' })
  assert.deepEqual(metadata.labels, { component: 'apiserver', provider: 'kubernetes' })
  assert.deepEqual([spec.clusterIP, spec.ports?.[0]?.port], ['10.96.0.1', 443])
})

test('aggregated roles hold the rules of those they gather', async () => {
  const rulesOf = async (name: string) => (await client.of(clusterRoles).get(name)).rules
  const allows = (rules: readonly PolicyRule[], verb: string, resource: string) =>
    rules.some(rule => rule.verbs.includes(verb) && rule.resources?.includes(resource))
  const [view, edit, admin] = [await rulesOf('view'), await rulesOf('edit'), await rulesOf('admin')]
  assert.ok(allows(view, 'get', 'configmaps') && !allows(view, 'get', 'secrets'))
  assert.ok(
    allows(edit, 'get', 'configmaps') && allows(edit, 'update', 'secrets') && !allows(edit, 'create', 'rolebindings'),
  )
  assert.ok(
    allows(admin, 'get', 'configmaps') && allows(admin, 'update', 'secrets') && allows(admin, 'create', 'rolebindings'),
  )
})

test('a role of a user is gathered as soon as it has the label', async () => {
  const extra: PolicyRule = { verbs: ['get'], apiGroups: ['example.com'], resources: ['things'] }
  await client.of(clusterRoles).create({
    metadata: { name: 'things', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } },
    rules: [extra],
  })
  await eventually(async () => {
    for (const name of ['view', 'edit', 'admin']) {
      const { rules } = await client.of(clusterRoles).get(name)
      if (!rules.some(rule => rule.apiGroups?.includes('example.com'))) return false
    }
    return true
  })
})

/** What is stored, as the steps of bootstrap read it. */
async function stored() {
  const objects = fixedObjects()
  for (const resource of [
    clusterRoles,
    clusterRoleBindings,
    roles,
    roleBindings,
    services,
    endpoints,
    endpointSlices,
  ] as const) {
    const { items } = await client.of(resource as typeof clusterRoles).list()
    objects.put(resource as typeof clusterRoles, ...items)
  }
  return objects
}

test('bootstrapping again puts back what is missing, and leaves what users made of it', async () => {
  const requests = client.of(clusterRoles)
  const mine: PolicyRule = { verbs: ['get'], apiGroups: ['example.com'], resources: ['others'] }
  const dns = await requests.get('system:kube-dns')
  await requests.update({ ...dns, rules: [mine] })
  const basic = await requests.get('system:basic-user')
  const annotations = { 'rbac.authorization.kubernetes.io/autoupdate': 'false' }
  await requests.update({ ...basic, metadata: { ...basic.metadata, annotations }, rules: [] })
  await client.of(clusterRoleBindings).delete('system:kube-dns')
  const objects = await stored()
  objects.remove(clusterRoleBindings as never, undefined, 'system:kube-dns')
  await reconcilePolicy({ client, objects })
  const { rules } = await requests.get('system:kube-dns')
  assert.deepEqual(rules[0], mine)
  assert.ok(rules.some(rule => rule.resources?.includes('endpoints')))
  assert.deepEqual((await requests.get('system:basic-user')).rules, [])
  assert.equal(keyOf(await client.of(clusterRoleBindings).get('system:kube-dns')), 'system:kube-dns')
})

test('the endpoints of the API server follow its addresses', async () => {
  const at = (...addresses: string[]) => ({ clusterIP: '10.96.0.1', addresses, port: 6443 })
  const where = { namespace: 'default' }
  for (const addresses of [['192.0.2.1'], ['192.0.2.2', '192.0.2.3'], []]) {
    await ensureKubernetesService({ client, objects: await stored() }, at(...addresses))
    const { subsets } = await client.of(endpoints).get('kubernetes', where)
    assert.deepEqual(subsets?.[0]?.addresses?.map(each => each.ip) ?? [], addresses)
    const slice = await client.of(endpointSlices).get('kubernetes', where)
    assert.deepEqual(
      (slice.endpoints ?? []).map(each => each.addresses[0]),
      addresses,
    )
  }
})

const role = (rules: PolicyRule[], more: Partial<ClusterRole> = {}): ClusterRole => ({
  metadata: { name: 'r' },
  rules,
  ...more,
})
const pods = (verb: string): PolicyRule => ({ verbs: [verb], apiGroups: [''], resources: ['pods'] })

test('a stored role keeps its rules and gets those it lacks', () => {
  assert.deepEqual(mergeRole(role([pods('watch')]), role([pods('get'), pods('watch')])).rules, [
    pods('watch'),
    pods('get'),
  ])
})

const binding = (name: string, ...subjects: string[]): ClusterRoleBinding => ({
  metadata: { name: 'b' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: subjects.map(each => ({ kind: 'User', name: each })),
})
test('a stored binding keeps its subjects; one to another role is made anew', () => {
  const merged = mergeBinding(binding('a', 'ann'), binding('a', 'bob', 'ann'))
  assert.deepEqual(
    merged?.subjects?.map(each => each.name),
    ['ann', 'bob'],
  )
  assert.equal(mergeBinding(binding('a'), binding('b')), undefined)
})

test('rules are gathered by label, each once, in the order of names', () => {
  const source = (name: string, ...rules: PolicyRule[]) => ({ metadata: { name, labels: { into: 'x' } }, rules })
  const x = {
    metadata: { name: 'x', labels: { into: 'x' } },
    rules: [pods('list')],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { into: 'x' } }] },
  }
  const all = [source('b', pods('watch'), pods('get')), source('a', pods('get')), x, role([pods('delete')])]
  assert.deepEqual(gather(x, all), [pods('get'), pods('watch')])
})

test('roles that gather from each other settle', () => {
  const gathering = (name: string, from: string, labels: Record<string, string> = {}) => ({
    metadata: { name, labels },
    rules: [],
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { into: from } }] },
  })
  const rules = gatherRules([
    gathering('outer', 'outer', { into: 'inner' }),
    gathering('inner', 'inner', { into: 'outer' }),
    { metadata: { name: 'leaf', labels: { into: 'inner' } }, rules: [pods('get')] },
  ])
  assert.deepEqual(Object.fromEntries(rules), { outer: [pods('get')], inner: [pods('get')] })
})
