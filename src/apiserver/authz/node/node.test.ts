import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pods } from '../../../api/index.ts'
import { nodeRules } from '../../bootstrap/roles/index.ts'
import { asked, fixedObjects, node, someone } from '../../objects.test-suite.ts'
import { nodeAuthorizer } from './authorizer.ts'

const objects = fixedObjects().put(
  pods,
  {
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      nodeName: 'n1',
      serviceAccountName: 'seller',
      imagePullSecrets: [{ name: 'registry' }],
      containers: [
        {
          name: 'c',
          env: [
            { name: 'A', valueFrom: { secretKeyRef: { name: 'env-secret', key: 'k' } } },
            { name: 'B', valueFrom: { configMapKeyRef: { name: 'env-map', key: 'k' } } },
          ],
          envFrom: [{ secretRef: { name: 'from-secret' } }, { configMapRef: { name: 'from-map' } }],
        },
      ],
      volumes: [
        { name: 's', secret: { secretName: 'volume-secret' } },
        { name: 'm', configMap: { name: 'volume-map' } },
        {
          name: 'p',
          projected: { sources: [{ secret: { name: 'projected-secret' } }, { configMap: { name: 'projected-map' } }] },
        },
        { name: 'd', persistentVolumeClaim: { claimName: 'disk' } },
        { name: 'e', ephemeral: {} },
      ],
    },
  },
  {
    metadata: { name: 'mirror', namespace: 'shop', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    spec: { nodeName: 'n1', containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'mirrored' } }] }] },
  },
  {
    metadata: { name: 'elsewhere', namespace: 'shop' },
    spec: { nodeName: 'n2', serviceAccountName: 'other', containers: [] },
  },
)
const authorizer = nodeAuthorizer({ objects, rules: nodeRules() })
const unrelated = "no relationship found between node 'n1' and this object"

const cases: readonly [question: string, allowed: boolean, reason?: string, fieldSelector?: string][] = [
  ...['registry', 'env-secret', 'from-secret', 'volume-secret', 'projected-secret'].map(
    name => [`get secrets shop/${name}`, true] as [string, boolean],
  ),
  ...['env-map', 'from-map', 'volume-map', 'projected-map'].map(
    name => [`watch configmaps shop/${name}`, true] as [string, boolean],
  ),
  ['get secrets shop/other', false, unrelated],
  ['get secrets bank/volume-secret', false, unrelated],
  ['get secrets shop/mirrored', false, unrelated],
  ['list secrets shop/', false, 'No Object name found'],
  ['list secrets', false, 'can only read namespaced object of this type'],
  ['update secrets shop/volume-secret', false, 'can only read resources of this type'],
  ['get persistentvolumeclaims shop/disk', true],
  ['get persistentvolumeclaims shop/web-e', true],
  ['list persistentvolumeclaims shop/disk', false, 'can only get individual resources of this type'],
  ['patch persistentvolumeclaims/status shop/disk', true],
  ['create serviceaccounts/token shop/seller', true],
  ['create serviceaccounts/token shop/other', false, unrelated],
  ['get serviceaccounts shop/seller', true],
  ['delete serviceaccounts shop/seller', false, 'can only create tokens for individual service accounts'],
  ['create leases.coordination.k8s.io kube-node-lease/', true],
  ['update leases.coordination.k8s.io kube-node-lease/n1', true],
  [
    'update leases.coordination.k8s.io kube-node-lease/n2',
    false,
    'can only access node lease with the same name as the requesting node',
  ],
  [
    'update leases.coordination.k8s.io kube-system/n1',
    false,
    'can only access leases in the "kube-node-lease" system namespace',
  ],
  [
    'list leases.coordination.k8s.io kube-node-lease/n1',
    false,
    'can only get, create, update, patch, or delete a node lease',
  ],
  ['get nodes n1', true],
  ['get nodes n2', false, "node 'n1' cannot read 'n2', only its own Node object"],
  ['list nodes', false, "node 'n1' cannot read all nodes, only its own Node object"],
  ['create nodes', true],
  ['patch nodes/status n1', true],
  ['delete nodes n1', false, ''],
  ['get pods shop/web', true],
  ['get pods shop/elsewhere', false, unrelated],
  ['list pods', true, '', 'spec.nodeName=n1'],
  ['watch pods', true, '', 'spec.nodeName=n1,status.phase!=Failed'],
  ['list pods', false, 'can only list/watch pods with spec.nodeName field selector', 'spec.nodeName=n2'],
  ['list pods', false, 'can only list/watch pods with spec.nodeName field selector', 'spec.nodeName!=n1'],
  ['list pods', false, 'can only list/watch pods with spec.nodeName field selector'],
  ['create pods shop/', true],
  ['patch pods/status shop/web', true],
  ['create pods/eviction shop/web', true],
  ['create pods/exec shop/web', false, ''],
  ['list services', true],
  ['create events shop/', true],
  ['create tokenreviews.authentication.k8s.io', true],
  ['create certificatesigningrequests.certificates.k8s.io', true],
  ['get namespaces shop', false, ''],
]
for (const [question, allowed, reason = '', selector] of cases) {
  test(`a node ${allowed ? 'may' : 'may not'} ${question}${selector ? ` where ${selector}` : ''}`, () => {
    assert.deepEqual(authorizer.authorize(asked(node('n1'), question, selector)), {
      decision: allowed ? 'allow' : 'none',
      reason,
    })
  })
}

test('who is no node is nobody here', () => {
  const user = someone('system:node:n1')
  assert.deepEqual(authorizer.authorize(asked(user, 'get nodes n1')), { decision: 'none', reason: '' })
})
test('a node without a name may do nothing', () => {
  const reason = 'unknown node for user "system:node:"'
  assert.deepEqual(authorizer.authorize(asked(node(''), 'get nodes')), { decision: 'none', reason })
})
