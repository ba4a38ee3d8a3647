import { type Pod, pods } from '../../api/index.ts'
import { badRequest, notFound } from '../../api/meta/statusError.ts'
import type { ObjectReader } from '../contract.ts'
import type { Call } from '../verbs/scope.ts'
import type { NodeAddress } from './deps.ts'
import { kubeletOf } from './node.ts'

/** The pod that a subresource's path names. */
export function podOf(reader: ObjectReader, { info }: Call): Pod {
  const pod = reader.get(pods, info.namespace, info.name)
  if (!pod) throw notFound(pods, info.name)
  return pod
}

/** The container that is meant; it need not be named when there is only one. Upstream's `validateContainer`. */
export function containerOf(pod: Pod, asked: string | null): string {
  const { name = '' } = pod.metadata
  const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec
  const names = [...initContainers, ...containers, ...ephemeralContainers].map(container => container.name)
  if (asked) {
    if (!names.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`)
    return asked
  }
  const [only, ...more] = containers
  if (!only) throw badRequest(`a container name must be specified for pod ${name}`)
  if (more.length === 0) return only.name
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`)
}

/** The kubelet that runs a pod. Throws BadRequest while no node has it. */
export function hostOf(reader: ObjectReader, pod: Pod): NodeAddress {
  if (!pod.spec.nodeName) throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
  return kubeletOf(reader, pod.spec.nodeName)
}

/** Where a pod can be reached; the first there is. */
export const podAddress = (pod: Pod): string => pod.status.podIP || pod.status.podIPs?.[0]?.ip || ''
