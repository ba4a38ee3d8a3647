import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateRequest, makeKey } from '../../net/x509/index.ts'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { requestV1beta1 } from './requestV1beta1.ts'

const key = await makeKey()
const asked = (commonName: string, organization: string) =>
  btoa(certificateRequest({ commonName, organizations: [organization] }, key))

test('who is to sign is guessed from the request where it does not say', () => {
  const node = asked('system:node:a', 'system:nodes')
  const client = ['digital signature', 'key encipherment', 'client auth']
  const cases: [spec: object, signer: string][] = [
    [{ request: node, usages: client }, 'kubernetes.io/kube-apiserver-client-kubelet'],
    [{ request: node, usages: ['client auth', 'digital signature'] }, 'kubernetes.io/kube-apiserver-client-kubelet'],
    // A serving certificate has names.
    [{ request: node, usages: ['server auth', 'digital signature'] }, 'kubernetes.io/legacy-unknown'],
    [{ request: asked('jane', 'system:nodes'), usages: client }, 'kubernetes.io/legacy-unknown'],
    [{ request: 'AAAA', usages: client }, 'kubernetes.io/legacy-unknown'],
    [{ request: node, usages: client, signerName: 'a.io/b' }, 'a.io/b'],
  ]
  for (const [spec, signer] of cases) {
    const old = fromJson(requestV1beta1.type, { metadata: { name: 'r' }, spec })
    applyDefaults(requestV1beta1.type, old)
    requestV1beta1.defaults?.(old as never)
    assert.equal(requestV1beta1.up(old).spec.signerName, signer)
  }
})

test('usages and the status of a condition need not be said', () => {
  const old = fromJson(requestV1beta1.type, {
    metadata: { name: 'r' },
    spec: { request: 'AAAA' },
    status: { conditions: [{ type: 'Approved' }] },
  })
  applyDefaults(requestV1beta1.type, old)
  requestV1beta1.defaults?.(old as never)
  const { spec, status } = requestV1beta1.up(old)
  assert.deepEqual([spec.usages, status.conditions?.[0]?.status], [['digital signature', 'key encipherment'], 'True'])
})
