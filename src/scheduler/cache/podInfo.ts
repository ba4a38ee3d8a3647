import type { Pod } from '../../api/core/pod/pod.ts'
import { podRequests } from '../../api/core/pod/requests.ts'
import { type Amounts, amountsOf } from './amounts.ts'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

/** A pod with what the scheduler asks of it again and again, worked out once. */
export interface PodInfo {
  readonly pod: Pod
  readonly key: string
  readonly uid: string
  readonly priority: number
  readonly requests: Amounts
  /** Requests with 100m CPU and 200 MiB of memory where none are given: what scores count, so that idle-looking pods spread. */
  readonly scored: { readonly cpu: number; readonly memory: number }
  readonly hostPorts: readonly HostPort[]
}

const defaultCpu = 100
const defaultMemory = 200 * 1024 * 1024

export function podInfo(pod: Pod): PodInfo {
  const requests = amountsOf(podRequests(pod))
  const containers = [
    ...(pod.spec.initContainers ?? []).filter(container => container.restartPolicy === 'Always'),
    ...pod.spec.containers,
  ]
  const missing = (name: string) =>
    pod.spec.containers.filter(container => !container.resources?.requests?.[name]).length
  return {
    pod,
    key: `${pod.metadata.namespace}/${pod.metadata.name}`,
    uid: pod.metadata.uid ?? '',
    priority: pod.spec.priority ?? 0,
    requests,
    scored: {
      cpu: (requests.get('cpu') ?? 0) + missing('cpu') * defaultCpu,
      memory: (requests.get('memory') ?? 0) + missing('memory') * defaultMemory,
    },
    hostPorts: containers.flatMap(container =>
      (container.ports ?? []).flatMap(port =>
        port.hostPort ? [{ ip: port.hostIP || '0.0.0.0', protocol: port.protocol || 'TCP', port: port.hostPort }] : [],
      ),
    ),
  }
}
