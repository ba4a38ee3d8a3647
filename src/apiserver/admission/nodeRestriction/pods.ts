import { podReferences } from '../../../api/core/pod/references.ts'
import { type Node, nodes, type Pod, pods } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { notFound } from '../../../api/meta/statusError.ts'
import { equal } from '../../../schema/derive/equal.ts'
import type { AdmissionRequest, ObjectReader } from '../../contract.ts'
import { refusal } from '../refusal.ts'

const mirror = 'kubernetes.io/config.mirror'
const quoted = JSON.stringify

/** What a kubelet may do with pods: make and delete mirror pods, report status, evict; of its own node only. */
export function checkPod(request: AdmissionRequest, nodeName: string, objects: ObjectReader): void {
  const { operation, subresource } = request
  if (subresource === 'status') checkStatus(request, nodeName)
  else if (subresource === 'eviction') checkEviction(request, nodeName, objects)
  else if (subresource) {
    throw refusal(
      request,
      `unexpected pod subresource ${quoted(subresource)}, only 'status' and 'eviction' are allowed`,
    )
  } else if (operation === 'CREATE') checkCreate(request, nodeName, objects)
  else if (operation === 'DELETE') {
    if (find(request, objects).spec.nodeName === nodeName) return
    throw refusal(request, `node ${quoted(nodeName)} can only delete pods with spec.nodeName set to itself`)
  } else {
    const only = `node ${quoted(nodeName)} can only create and delete mirror pods`
    throw refusal(request, `unexpected operation ${quoted(operation)}, ${only}`)
  }
}

function find(request: AdmissionRequest, objects: ObjectReader): Pod {
  const name = request.name || (request.object as KubeObject | undefined)?.metadata.name || ''
  const pod = objects.get(pods, request.namespace, name)
  if (!pod) throw notFound(pods, name)
  return pod
}

function checkCreate(request: AdmissionRequest, nodeName: string, objects: ObjectReader): void {
  const pod = request.object as Pod
  const node = `node ${quoted(nodeName)}`
  if (pod.metadata.annotations?.[mirror] === undefined) {
    throw refusal(request, `pod does not have ${quoted(mirror)} annotation, ${node} can only create mirror pods`)
  }
  if (pod.spec.nodeName !== nodeName) {
    throw refusal(request, `${node} can only create pods with spec.nodeName set to itself`)
  }
  checkOwner(request, pod, nodeName, objects.get(nodes, undefined, nodeName))
  const referenced = referencedKind(pod)
  if (referenced) throw refusal(request, `${node} can not create pods that reference ${referenced}`)
}

function checkOwner(request: AdmissionRequest, pod: Pod, nodeName: string, stored: Node | undefined): void {
  const node = `node ${quoted(nodeName)}`
  const [owner, ...others] = pod.metadata.ownerReferences ?? []
  if (others.length > 0) {
    throw refusal(request, `${node} can only create pods with a single owner reference set to itself`)
  }
  if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== nodeName) {
    throw refusal(request, `${node} can only create pods with an owner reference set to itself`)
  }
  if (!owner.controller) {
    throw refusal(request, `${node} can only create pods with a controller owner reference set to itself`)
  }
  if (owner.blockOwnerDeletion) {
    throw refusal(request, `${node} must not set blockOwnerDeletion on an owner reference`)
  }
  if (!stored) throw notFound(nodes, nodeName)
  if (owner.uid !== stored.metadata.uid) {
    throw refusal(request, `node ${nodeName} UID mismatch: expected ${owner.uid} got ${stored.metadata.uid}`)
  }
}

/** The kind of the first API object a pod refers to. */
function referencedKind(pod: Pod): string | undefined {
  const { secrets, configMaps, claims } = podReferences(pod)
  if (pod.spec.serviceAccountName) return 'serviceaccounts'
  if (secrets.size > 0) return 'secrets'
  if (configMaps.size > 0) return 'configmaps'
  if (claims.size > 0) return 'persistentvolumeclaims'
  if (pod.spec.resourceClaims?.length) return 'resourceclaims'
  const projected = pod.spec.volumes?.flatMap(volume => volume.projected?.sources ?? []) ?? []
  if (projected.some(source => source.serviceAccountToken)) return 'serviceaccounts'
  return projected.some(source => source.clusterTrustBundle) ? 'clustertrustbundles' : undefined
}

function checkStatus(request: AdmissionRequest, nodeName: string): void {
  const node = `node ${quoted(nodeName)}`
  if (request.operation !== 'UPDATE') throw refusal(request, `unexpected operation ${quoted(request.operation)}`)
  const before = request.old as Pod
  const after = request.object as Pod
  if (before.spec.nodeName !== nodeName) {
    throw refusal(request, `${node} can only update pod status for pods with spec.nodeName set to itself`)
  }
  if (!equal(before.metadata.labels ?? {}, after.metadata.labels ?? {})) {
    throw refusal(request, `${node} cannot update labels through pod status`)
  }
  if (!equal(before.status?.resourceClaimStatuses ?? [], after.status?.resourceClaimStatuses ?? [])) {
    throw refusal(request, `${node} cannot update resource claim statues`)
  }
}

function checkEviction(request: AdmissionRequest, nodeName: string, objects: ObjectReader): void {
  if (request.operation !== 'CREATE') throw refusal(request, `unexpected operation ${request.operation}`)
  if (find(request, objects).spec.nodeName === nodeName) return
  throw refusal(request, `node ${nodeName} can only evict pods with spec.nodeName set to itself`)
}
