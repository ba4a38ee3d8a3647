import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type CertificateSigningRequest,
  certificateSigningRequests,
  clusterRoleBindings,
  clusterRoles,
  configMaps,
  type Node,
  namespaces,
  nodes,
  type Pod,
  pods,
  priorityClasses,
  serviceAccounts,
} from '../../api/index.ts'
import { seededRandom } from '../../base/random.ts'
import { createVirtualClock } from '../../base/virtualClock.ts'
import { certificateRequest, makeKey } from '../../net/x509/index.ts'
import type { Draft } from '../../schema/types.ts'
import { createAuthorizing } from '../authz/index.ts'
import type { AdmissionPlugin, AdmissionRequest } from '../contract.ts'
import { type FixedObjects, fixedObjects, someone, write } from '../objects.test-suite.ts'
import { certificateApproval } from './certificates/approval.ts'
import { certificateSigning } from './certificates/signing.ts'
import { certificateSubjectRestriction } from './certificates/subjectRestriction.ts'
import { defaultTolerationSeconds } from './defaultTolerationSeconds.ts'
import { namespaceLifecycle } from './namespaceLifecycle.ts'
import { priority } from './priority.ts'
import { serviceAccount } from './serviceAccount/index.ts'
import { taintNodesByCondition } from './taintNodesByCondition.ts'

/** Both halves of a plugin, as the server runs them. */
async function admit(plugin: AdmissionPlugin, request: AdmissionRequest): Promise<void> {
  await plugin.mutate?.(request)
  await plugin.validate?.(request)
}
const pod = (spec: Draft<Pod['spec']> = {}, metadata: Draft<Pod['metadata']> = {}): Pod =>
  ({ metadata: { name: 'web', namespace: 'dev', ...metadata }, spec: { containers: [{ name: 'c' }], ...spec } }) as Pod
const creating = (object: Pod) => write('CREATE', pods, { object })

const spaces = () =>
  fixedObjects().put(
    namespaces,
    { metadata: { name: 'dev' }, status: { phase: 'Active' } },
    { metadata: { name: 'old' }, status: { phase: 'Terminating' } },
  )
const inSpace = (namespace: string) => ({ object: { metadata: { name: 'x', namespace } } })
const lifecycle: readonly [string, AdmissionRequest, object?][] = [
  ['lets objects into a namespace', write('CREATE', configMaps, inSpace('dev'))],
  [
    'does not know a namespace that is not there',
    write('CREATE', configMaps, inSpace('none')),
    { reason: 'NotFound', message: 'namespaces "none" not found' },
  ],
  [
    'lets nothing new into a namespace that ends',
    write('CREATE', configMaps, inSpace('old')),
    {
      reason: 'Forbidden',
      message:
        'configmaps "x" is forbidden: unable to create new content in namespace old because it is being terminated',
    },
  ],
  ['lets objects there be changed', write('UPDATE', configMaps, inSpace('old'))],
  ['lets objects be deleted anywhere', write('DELETE', configMaps, { namespace: 'none', name: 'x' })],
  [
    'keeps the namespaces of the system',
    write('DELETE', namespaces, { name: 'kube-system' }),
    { reason: 'Forbidden', message: 'namespaces "kube-system" is forbidden: this namespace may not be deleted' },
  ],
  ['lets other namespaces go', write('DELETE', namespaces, { name: 'dev' })],
  ['has nothing to say of cluster-wide objects', write('CREATE', nodes, { object: { metadata: { name: 'n1' } } })],
]
for (const [name, request, error] of lifecycle) {
  test(`NamespaceLifecycle ${name}`, async () => {
    const admitted = admit(namespaceLifecycle({ objects: spaces() }), request)
    if (error) await assert.rejects(admitted, error)
    else await admitted
  })
}
test('NamespaceLifecycle tells clients why, in a cause that they can read', async () => {
  await assert.rejects(
    admit(namespaceLifecycle({ objects: spaces() }), write('CREATE', configMaps, inSpace('old'))),
    error => {
      assert.deepEqual((error as { body: { details: { causes: unknown } } }).body.details.causes, [
        { reason: 'NamespaceTerminating', message: 'namespace old is being terminated', field: 'metadata.namespace' },
      ])
      return true
    },
  )
})

const accounts = () =>
  fixedObjects().put(serviceAccounts, { metadata: { name: 'default', namespace: 'dev', uid: 'u' } })
const accountPlugin = (objects: FixedObjects, clock = createVirtualClock(0)) =>
  serviceAccount({ objects, clock, random: seededRandom(1) })

test('ServiceAccount gives a pod the default account and mounts its token', async () => {
  const object = pod({ initContainers: [{ name: 'i' }] })
  await admit(accountPlugin(accounts()), creating(object))
  const [volume] = object.spec.volumes ?? []
  assert.match(volume?.name ?? '', /^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  assert.deepEqual(volume?.projected, {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
      {
        downwardAPI: {
          items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
        },
      },
    ],
    defaultMode: 420,
  })
  const mount = { name: volume?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }
  assert.deepEqual(object.spec.containers[0]?.volumeMounts, [mount])
  assert.deepEqual(object.spec.initContainers?.[0]?.volumeMounts, [mount])
  assert.deepEqual([object.spec.serviceAccountName, object.spec.serviceAccount], ['default', 'default'])
})

const mounting: readonly [string, Draft<Pod['spec']>, boolean | undefined, boolean][] = [
  ['the pod wants none', { automountServiceAccountToken: false }, undefined, false],
  ['the account wants none', {}, false, false],
  ['the pod wants it and the account does not', { automountServiceAccountToken: true }, false, true],
]
for (const [name, spec, automountServiceAccountToken, mounted] of mounting) {
  test(`ServiceAccount ${mounted ? 'mounts' : 'does not mount'} the token when ${name}`, async () => {
    const objects = fixedObjects().put(serviceAccounts, {
      metadata: { name: 'default', namespace: 'dev' },
      ...(automountServiceAccountToken === undefined ? {} : { automountServiceAccountToken }),
    })
    const object = pod(spec)
    await admit(accountPlugin(objects), creating(object))
    assert.equal(object.spec.volumes !== undefined, mounted)
  })
}

test('ServiceAccount leaves what stands at the place of the token alone', async () => {
  const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount'
  const object = pod({ containers: [{ name: 'c', volumeMounts: [{ name: 'own', mountPath }] }] })
  await admit(accountPlugin(accounts()), creating(object))
  assert.equal(object.spec.volumes, undefined)
})

test('ServiceAccount takes over pull secrets, unless the pod has its own', async () => {
  const objects = fixedObjects().put(serviceAccounts, {
    metadata: { name: 'default', namespace: 'dev' },
    imagePullSecrets: [{ name: 'registry' }],
  })
  const [bare, own] = [pod(), pod({ imagePullSecrets: [{ name: 'mine' }] })]
  for (const object of [bare, own]) await admit(accountPlugin(objects), creating(object))
  assert.deepEqual(
    [bare.spec.imagePullSecrets, own.spec.imagePullSecrets],
    [[{ name: 'registry' }], [{ name: 'mine' }]],
  )
})

test('ServiceAccount waits for the default account of a new namespace, not for others', async () => {
  const objects = fixedObjects()
  const clock = createVirtualClock(0)
  const waiting = admit(accountPlugin(objects, clock), creating(pod()))
  await clock.advance(250)
  objects.put(serviceAccounts, { metadata: { name: 'default', namespace: 'dev' } })
  await clock.advance(250)
  await waiting
  await assert.rejects(admit(accountPlugin(objects, clock), creating(pod({ serviceAccountName: 'none' }))), {
    reason: 'Forbidden',
    message: 'pods "web" is forbidden: error looking up service account dev/none: serviceaccount "none" not found',
  })
})

const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } }
test('ServiceAccount gives mirror pods nothing, and lets them have nothing', async () => {
  const object = pod({}, mirror)
  await admit(accountPlugin(accounts()), creating(object))
  assert.equal(object.spec.serviceAccountName, undefined)
  for (const [spec, why] of [
    [{ serviceAccountName: 'default' }, 'a mirror pod may not reference service accounts'],
    [{ volumes: [{ name: 's', secret: { secretName: 's' } }] }, 'a mirror pod may not reference secrets'],
  ] as const) {
    await assert.rejects(admit(accountPlugin(accounts()), creating(pod(spec, mirror))), {
      message: `pods "web" is forbidden: ${why}`,
    })
  }
})

test('ServiceAccount holds pods to the secrets of an account that asks for it', async () => {
  const objects = fixedObjects().put(serviceAccounts, {
    metadata: { name: 'default', namespace: 'dev', annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' } },
    secrets: [{ name: 'listed' }],
  })
  const use = (secretName: string) =>
    admit(accountPlugin(objects), creating(pod({ volumes: [{ name: 's', secret: { secretName } }] })))
  await use('listed')
  await assert.rejects(use('other'), {
    message:
      'pods "web" is forbidden: volume with secret.secretName="other" is not allowed because service account default does not reference that secret',
  })
})

const stay = (key: string) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 })
const [notReady, unreachable] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const tolerations: readonly [string, Draft<Pod['spec']>['tolerations'], unknown][] = [
  ['a pod that says nothing', undefined, [stay(notReady), stay(unreachable)]],
  [
    'a pod that tolerates one',
    [{ key: notReady, operator: 'Exists' }],
    [{ key: notReady, operator: 'Exists' }, stay(unreachable)],
  ],
  ['a pod that tolerates everything', [{ operator: 'Exists' }], [{ operator: 'Exists' }]],
  [
    'a pod that tolerates another effect',
    [{ key: notReady, operator: 'Exists', effect: 'NoSchedule' }],
    [{ key: notReady, operator: 'Exists', effect: 'NoSchedule' }, stay(notReady), stay(unreachable)],
  ],
]
for (const [name, given, expected] of tolerations) {
  test(`DefaultTolerationSeconds completes ${name}`, async () => {
    const object = pod(given ? { tolerations: given } : {})
    await admit(defaultTolerationSeconds, creating(object))
    assert.deepEqual(object.spec.tolerations, expected)
  })
}

test('TaintNodesByCondition taints a new node once', async () => {
  const object = { metadata: { name: 'n1' }, spec: {} } as Node
  for (let times = 0; times < 2; times++) await admit(taintNodesByCondition, write('CREATE', nodes, { object }))
  assert.deepEqual(object.spec.taints, [{ key: notReady, effect: 'NoSchedule' }])
})

const classes = () =>
  fixedObjects().put(
    priorityClasses,
    { metadata: { name: 'high' }, value: 1000, preemptionPolicy: 'Never' },
    { metadata: { name: 'usual' }, value: 5, globalDefault: true, preemptionPolicy: 'PreemptLowerPriority' },
  )
const priorities: readonly [string, FixedObjects, Draft<Pod['spec']>, object | RegExp][] = [
  [
    'the class a pod names',
    classes(),
    { priorityClassName: 'high' },
    { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'Never' },
  ],
  [
    'the default class',
    classes(),
    {},
    { priorityClassName: 'usual', priority: 5, preemptionPolicy: 'PreemptLowerPriority' },
  ],
  ['zero where there is no default', fixedObjects(), {}, { priority: 0, preemptionPolicy: 'PreemptLowerPriority' }],
  [
    'no class that is not there',
    classes(),
    { priorityClassName: 'none' },
    /^pods "web" is forbidden: no PriorityClass with name none was found$/,
  ],
  [
    'no number that differs',
    classes(),
    { priority: 7 },
    /the integer value of priority \(7\) must not be provided in pod spec; priority admission controller computed 5/,
  ],
]
for (const [name, objects, spec, expected] of priorities) {
  test(`Priority takes ${name}`, async () => {
    const object = pod(spec)
    const admitted = admit(priority({ objects }), creating(object))
    if (expected instanceof RegExp) return assert.rejects(admitted, { reason: 'Forbidden', message: expected })
    await admitted
    const { containers: _containers, ...rest } = object.spec
    assert.deepEqual(rest, expected)
  })
}
test('Priority allows one default', async () => {
  const object = { metadata: { name: 'second' }, value: 1, globalDefault: true }
  await assert.rejects(admit(priority({ objects: classes() }), write('CREATE', priorityClasses, { object })), {
    message: /PriorityClass usual is already marked as default\. Only one default can exist/,
  })
})

const group = 'rbac.authorization.k8s.io'
const signers = () =>
  fixedObjects()
    .put(clusterRoles, {
      metadata: { name: 'approver' },
      rules: [
        {
          verbs: ['approve'],
          apiGroups: ['certificates.k8s.io'],
          resources: ['signers'],
          resourceNames: ['example.com/*'],
        },
        {
          verbs: ['sign'],
          apiGroups: ['certificates.k8s.io'],
          resources: ['signers'],
          resourceNames: ['example.com/web'],
        },
      ],
    })
    .put(clusterRoleBindings, {
      metadata: { name: 'approver' },
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: 'approver' },
      subjects: [{ kind: 'User', apiGroup: group, name: 'ann' }],
    })
const signing = (signerName: string, conditions: { type: string }[] = [], request = ''): CertificateSigningRequest =>
  ({
    metadata: { name: 'csr' },
    spec: { request, signerName },
    status: { conditions },
  }) as unknown as CertificateSigningRequest

const signatures: readonly ['approval' | 'status', string, string, boolean][] = [
  ['approval', 'ann', 'example.com/web', true],
  ['approval', 'ann', 'example.com/mail', true],
  ['approval', 'ann', 'example.org/web', false],
  ['approval', 'bob', 'example.com/web', false],
  ['status', 'ann', 'example.com/web', true],
  ['status', 'ann', 'example.com/mail', false],
]
for (const [subresource, user, signerName, allowed] of signatures) {
  test(`${user} ${allowed ? 'may' : 'may not'} change the ${subresource} of a request to ${signerName}`, async () => {
    const authorization = createAuthorizing({ objects: signers() })
    const request = write('UPDATE', certificateSigningRequests, {
      subresource,
      user: someone(user),
      old: signing(signerName),
      object: signing(signerName, [{ type: 'Approved' }]),
    })
    const admitted = Promise.all([
      admit(certificateApproval({ authorization }), request),
      admit(certificateSigning({ authorization }), request),
    ])
    if (allowed) await admitted
    else
      await assert.rejects(admitted, {
        reason: 'Forbidden',
        message: /user not permitted to (approve|sign) requests with signerName/,
      })
  })
}

test('CertificateSubjectRestriction signs nobody into system:masters', async () => {
  const key = await makeKey()
  const ask = (organization: string) => {
    const text = certificateRequest({ commonName: 'eve', organizations: [organization] }, key)
    const object = signing('kubernetes.io/kube-apiserver-client', [], Buffer.from(text).toString('base64'))
    return admit(certificateSubjectRestriction, write('CREATE', certificateSigningRequests, { object }))
  }
  await ask('developers')
  await assert.rejects(ask('system:masters'), {
    message: /use of kubernetes\.io\/kube-apiserver-client signer with system:masters group is not allowed/,
  })
})
