import type { CertificateSigningRequest, Node } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { equal } from '../../../schema/derive/equal.ts'
import type { Authorization } from '../../authz/authorization.ts'
import { nodeOf } from '../../authz/node/identity.ts'
import type { AdmissionPlugin, AdmissionRequest, ObjectReader } from '../../contract.ts'
import { readRequest } from '../certificates/subjectRestriction.ts'
import { refusal } from '../refusal.ts'
import { forbiddenLabels } from './labels.ts'
import { checkPod } from './pods.ts'
import { checkTokenRequest } from './tokens.ts'

const quoted = JSON.stringify

/** What kubelets may write: their own node, its pods and its lease (`plugin/pkg/admission/noderestriction`). */
export function nodeRestriction(deps: {
  readonly objects: ObjectReader
  readonly authorization: Pick<Authorization, 'authorize'>
}): AdmissionPlugin {
  const check = async (request: AdmissionRequest): Promise<void> => {
    const nodeName = nodeOf(request.user)
    if (nodeName === undefined || request.operation === 'CONNECT') return
    if (!nodeName) throw refusal(request, `could not determine node from user ${quoted(request.user.name)}`)
    const { resource, subresource, operation } = request
    switch (resource.qualified) {
      case 'pods':
        return checkPod(request, nodeName, deps.objects)
      case 'nodes':
        return checkNode(request, nodeName)
      case 'leases.coordination.k8s.io':
        return checkLease(request, nodeName)
      case 'certificatesigningrequests.certificates.k8s.io':
        return checkSigningRequest(request, nodeName)
      case 'persistentvolumeclaims':
        if (subresource !== 'status') throw refusal(request, 'may only update PVC status')
        return
      case 'serviceaccounts':
        if (operation !== 'CREATE' || subresource !== 'token') return
        return checkTokenRequest(request, nodeName, deps.objects, deps.authorization.authorize)
    }
  }
  return { name: 'NodeRestriction', mutate: check }
}

const nameOf = (request: AdmissionRequest) =>
  request.name || (request.object as KubeObject | undefined)?.metadata.name || ''

function checkNode(request: AdmissionRequest, nodeName: string): void {
  const node = `node ${quoted(nodeName)}`
  const asked = nameOf(request)
  if (asked !== nodeName) throw refusal(request, `${node} is not allowed to modify node ${quoted(asked)}`)
  const after = request.object as Node
  if (request.operation === 'CREATE') {
    if (after.spec.configSource) {
      throw refusal(request, `${node} is not allowed to create pods with a non-nil configSource`)
    }
    const labels = forbiddenLabels(after.metadata.labels, undefined)
    if (labels.length > 0) {
      throw refusal(request, `${node} is not allowed to set the following labels: ${labels.join(', ')}`)
    }
  }
  if (request.operation !== 'UPDATE') return
  const before = request.old as Node
  if (after.spec.configSource && !equal(after.spec.configSource, before.spec.configSource)) {
    throw refusal(request, `${node} is not allowed to update configSource to a new non-nil configSource`)
  }
  if (!equal(after.spec.taints ?? [], before.spec.taints ?? [])) {
    throw refusal(request, `${node} is not allowed to modify taints`)
  }
  if (!equal(after.metadata.ownerReferences ?? [], before.metadata.ownerReferences ?? [])) {
    throw refusal(request, `${node} is not allowed to modify ownerReferences`)
  }
  const labels = forbiddenLabels(after.metadata.labels, before.metadata.labels)
  if (labels.length > 0) throw refusal(request, `is not allowed to modify labels: ${labels.join(', ')}`)
}

function checkLease(request: AdmissionRequest, nodeName: string): void {
  if (request.namespace !== 'kube-node-lease') {
    throw refusal(request, 'can only access leases in the "kube-node-lease" system namespace')
  }
  if (nameOf(request) !== nodeName) {
    throw refusal(request, 'can only access node lease with the same name as the requesting node')
  }
}

const nodeSigners = new Set(['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'])

function checkSigningRequest(request: AdmissionRequest, nodeName: string): void {
  if (request.operation !== 'CREATE' || request.subresource) return
  const { spec } = request.object as CertificateSigningRequest
  if (!nodeSigners.has(spec.signerName)) return
  const { subject } = readRequest(request, spec.request, 'unable to parse csr')
  if (subject.commonName !== `system:node:${nodeName}`) {
    throw refusal(request, `can only create a node CSR with CN=system:node:${nodeName}`)
  }
}
