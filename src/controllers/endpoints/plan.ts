import type { EndpointAddress, EndpointSubset } from '../../api/core/endpoints.ts'
import type { Pod } from '../../api/core/pod/pod.ts'
import type { Service } from '../../api/core/service.ts'
import { hostnameOf, isHeadless, type ServedPort, servedPorts, servingOf } from '../kit/serving.ts'

/** At most so many addresses; beyond it the object is annotated as cut off. */
export const capacity = 1000

const text = (address: EndpointAddress) => `${address.ip} ${address.targetRef?.uid ?? ''}`
const byText = (a: EndpointAddress, b: EndpointAddress) => text(a).localeCompare(text(b))

/** Addresses by the ports they serve, in a fixed order, so that equal pods give equal subsets. */
export function subsetsOf(service: Service, pods: readonly Pod[]): { subsets: EndpointSubset[]; truncated: boolean } {
  const groups = new Map<
    string,
    { ports: readonly ServedPort[]; ready: EndpointAddress[]; notReady: EndpointAddress[] }
  >()
  const serving = pods.map(pod => ({ pod, ...servingOf(pod, service) }))
  // Ready ones are the last to be cut off.
  const kept = serving.sort((a, b) => Number(b.ready) - Number(a.ready)).slice(0, capacity)
  for (const { pod, ready, terminating } of kept) {
    if (terminating && !service.spec.publishNotReadyAddresses) continue
    const ports = servedPorts(service, pod)
    if (ports.length === 0 && !isHeadless(service)) continue
    const { name = '', namespace = '', uid = '' } = pod.metadata
    const hostname = hostnameOf(pod, service)
    const address: EndpointAddress = {
      ip: pod.status.podIP ?? '',
      targetRef: { kind: 'Pod', namespace, name, uid },
      ...(hostname ? { hostname } : {}),
      ...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
    }
    const id = JSON.stringify(ports)
    const group = groups.get(id) ?? { ports, ready: [], notReady: [] }
    ;(ready ? group.ready : group.notReady).push(address)
    groups.set(id, group)
  }
  const subsets = [...groups]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([, { ports, ready, notReady }]) => ({
      ...(ready.length > 0 ? { addresses: ready.sort(byText) } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady.sort(byText) } : {}),
      ...(ports.length > 0
        ? { ports: ports.map(port => (port.name ? { ...port } : { ...port, name: undefined })) }
        : {}),
    }))
  return { subsets: JSON.parse(JSON.stringify(subsets)) as EndpointSubset[], truncated: serving.length > capacity }
}
