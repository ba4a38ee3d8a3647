import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  certificateSigningRequests,
  configMaps,
  leases,
  type Node,
  nodes,
  type Pod,
  pods,
  serviceAccounts,
  type TokenRequest,
} from '../../../api/index.ts'
import { certificateRequest, makeKey } from '../../../net/x509/index.ts'
import type { Draft } from '../../../schema/types.ts'
import { createAuthorizing } from '../../authz/index.ts'
import type { AdmissionRequest } from '../../contract.ts'
import { fixedObjects, node as nodeUser, someone, write } from '../../objects.test-suite.ts'
import { nodeRestriction } from './index.ts'

const storedPod = (name: string, nodeName: string): Pod =>
  ({
    metadata: { name, namespace: 'dev', uid: `${name}-uid`, labels: { a: 'b' } },
    spec: {
      nodeName,
      containers: [],
      volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 't', audience: 'vault' } }] } }],
    },
  }) as unknown as Pod
const mine = storedPod('mine', 'n1')
const theirs = storedPod('theirs', 'n2')
const node = (name = 'n1', metadata: Draft<Node['metadata']> = {}, spec: Draft<Node['spec']> = {}): Node =>
  ({ metadata: { name, uid: 'node-1', ...metadata }, spec }) as Node
const objects = fixedObjects().put(pods, mine, theirs).put(nodes, node())
const plugin = nodeRestriction({ objects, authorization: createAuthorizing({ objects }) })

const user = nodeUser('n1')
const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid: 'node-1', controller: true }
const mirrorPod = (change: { metadata?: object; spec?: object } = {}) => ({
  metadata: {
    name: 'm',
    namespace: 'dev',
    annotations: { 'kubernetes.io/config.mirror': 'x' },
    ownerReferences: [owner],
    ...change.metadata,
  },
  spec: { nodeName: 'n1', containers: [], ...change.spec },
})
const makePod = (change?: Parameters<typeof mirrorPod>[0]) => write('CREATE', pods, { user, object: mirrorPod(change) })
const status = (pod: Pod, change: object = {}) =>
  write('UPDATE', pods, {
    user,
    subresource: 'status',
    old: pod,
    object: { ...pod, metadata: { ...pod.metadata, ...change } },
  })
const token = (boundObjectRef: object | undefined, audiences: string[] = ['vault']) =>
  write('CREATE', serviceAccounts, {
    user,
    subresource: 'token',
    namespace: 'dev',
    name: 'robot',
    object: { metadata: {}, spec: { audiences, boundObjectRef }, status: {} } as unknown as TokenRequest,
  })
const bound = (pod: Pod, uid = pod.metadata.uid) => ({ apiVersion: 'v1', kind: 'Pod', name: pod.metadata.name, uid })
const csr = (commonName: string, key: import('node:crypto').KeyObject) =>
  write('CREATE', certificateSigningRequests, {
    user,
    object: {
      metadata: { name: 'c' },
      spec: {
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
        request: Buffer.from(certificateRequest({ commonName, organizations: ['system:nodes'] }, key)).toString(
          'base64',
        ),
      },
    },
  })
const key = await makeKey()

const cases: readonly [string, AdmissionRequest, string?][] = [
  [
    'leaves others alone',
    write('CREATE', pods, { user: someone('ann'), object: mirrorPod({ spec: { nodeName: 'n2' } }) }),
  ],
  [
    'needs to know which node it is',
    write('CREATE', configMaps, { user: nodeUser(''), object: { metadata: { name: 'x' } } }),
    'could not determine node from user "system:node:"',
  ],
  ['lets a node make a mirror pod', makePod()],
  [
    'lets it make no other pod',
    makePod({ metadata: { annotations: {} } }),
    'pod does not have "kubernetes.io/config.mirror" annotation, node "n1" can only create mirror pods',
  ],
  [
    'lets it make none for others',
    makePod({ spec: { nodeName: 'n2' } }),
    'node "n1" can only create pods with spec.nodeName set to itself',
  ],
  [
    'wants it as the owner',
    makePod({ metadata: { ownerReferences: [] } }),
    'node "n1" can only create pods with an owner reference set to itself',
  ],
  [
    'wants it as the controller',
    makePod({ metadata: { ownerReferences: [{ ...owner, controller: false }] } }),
    'node "n1" can only create pods with a controller owner reference set to itself',
  ],
  [
    'wants this very node',
    makePod({ metadata: { ownerReferences: [{ ...owner, uid: 'node-0' }] } }),
    'node n1 UID mismatch: expected node-0 got node-1',
  ],
  [
    'lets a mirror pod refer to nothing',
    makePod({ spec: { volumes: [{ name: 's', secret: { secretName: 's' } }] } }),
    'node "n1" can not create pods that reference secrets',
  ],
  ['lets a node delete its pods', write('DELETE', pods, { user, namespace: 'dev', name: 'mine', old: mine })],
  [
    'lets it delete no others',
    write('DELETE', pods, { user, namespace: 'dev', name: 'theirs', old: theirs }),
    'node "n1" can only delete pods with spec.nodeName set to itself',
  ],
  [
    'lets it change no pod',
    write('UPDATE', pods, { user, object: mine, old: mine }),
    'unexpected operation "UPDATE", node "n1" can only create and delete mirror pods',
  ],
  ['lets it report on its pods', status(mine)],
  [
    'lets it report on no others',
    status(theirs),
    'node "n1" can only update pod status for pods with spec.nodeName set to itself',
  ],
  [
    'lets it label no pod by the way',
    status(mine, { labels: { a: 'c' } }),
    'node "n1" cannot update labels through pod status',
  ],
  ['lets it evict its pods', write('CREATE', pods, { user, subresource: 'eviction', namespace: 'dev', name: 'mine' })],
  [
    'lets it evict no others',
    write('CREATE', pods, { user, subresource: 'eviction', namespace: 'dev', name: 'theirs' }),
    'node n1 can only evict pods with spec.nodeName set to itself',
  ],
  [
    'lets it look into no pod',
    write('CREATE', pods, { user, subresource: 'exec', namespace: 'dev', name: 'mine' }),
    "unexpected pod subresource \"exec\", only 'status' and 'eviction' are allowed",
  ],
  [
    'lets a node register',
    write('CREATE', nodes, { user, object: node('n1', { labels: { 'kubernetes.io/hostname': 'n1', own: 'x' } }) }),
  ],
  [
    'lets it register no other',
    write('CREATE', nodes, { user, object: node('n2') }),
    'node "n1" is not allowed to modify node "n2"',
  ],
  [
    'lets it not call itself a control plane',
    write('CREATE', nodes, {
      user,
      object: node('n1', {
        labels: { 'node-role.kubernetes.io/control-plane': '', 'x.node-restriction.kubernetes.io/y': '' },
      }),
    }),
    'node "n1" is not allowed to set the following labels: node-role.kubernetes.io/control-plane, x.node-restriction.kubernetes.io/y',
  ],
  [
    'lets it write its status',
    write('UPDATE', nodes, { user, subresource: 'status', name: 'n1', object: node(), old: node() }),
  ],
  [
    'lets it not touch its taints',
    write('UPDATE', nodes, {
      user,
      object: node('n1', {}, { taints: [{ key: 'k', effect: 'NoSchedule' }] }),
      old: node(),
    }),
    'node "n1" is not allowed to modify taints',
  ],
  [
    'lets it not take a label off',
    write('UPDATE', nodes, { user, object: node(), old: node('n1', { labels: { 'team.k8s.io/a': 'b' } }) }),
    'is not allowed to modify labels: team.k8s.io/a',
  ],
  [
    'lets it keep its lease',
    write('UPDATE', leases, { user, object: { metadata: { name: 'n1', namespace: 'kube-node-lease' } } }),
  ],
  [
    'lets it keep no other lease',
    write('CREATE', leases, { user, object: { metadata: { name: 'n2', namespace: 'kube-node-lease' } } }),
    'can only access node lease with the same name as the requesting node',
  ],
  ['gives it tokens for its pods', token(bound(mine))],
  ['gives it no token without a pod', token(undefined), 'node requested token not bound to a pod'],
  [
    'gives it no token for a pod by name alone',
    token(bound(mine, '')),
    'node requested token with a pod binding without a uid',
  ],
  [
    'gives it no token for pods elsewhere',
    token(bound(theirs)),
    'node requested token bound to a pod scheduled on a different node',
  ],
  [
    'gives it no token for an audience that nobody asked for',
    token(bound(mine), ['bank']),
    'audience "bank" not found in pod spec volume, system:node:n1 is not authorized to request tokens for this audience',
  ],
  ['lets it ask for its certificate', csr('system:node:n1', key)],
  ['lets it ask for no other', csr('system:node:n2', key), 'can only create a node CSR with CN=system:node:n1'],
]
for (const [name, request, why] of cases) {
  test(`NodeRestriction ${name}`, async () => {
    const admitted = (async () => plugin.mutate?.(request))()
    if (!why) return admitted
    await assert.rejects(admitted, error => {
      assert.match((error as Error).message, /is forbidden: /)
      assert.equal((error as Error).message.split(' is forbidden: ')[1], why)
      return true
    })
  })
}
