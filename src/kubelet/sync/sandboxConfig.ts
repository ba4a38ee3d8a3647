import { join } from 'node:path'
import type { Draft } from '../../schema/types.ts'
import { type Dns, podDns } from '../container/dns.ts'
import { kernelHostname } from '../container/hosts.ts'
import { namespaceOptions } from '../container/security.ts'
import { type PodSandboxConfig, protocolNumber } from '../cri/messages/sandbox.ts'
import { profileType, supplementalGroupsPolicy } from '../cri/messages/shared.ts'
import { allContainers, type Pod } from '../pod.ts'
import { sandboxLabels } from './labels.ts'

/** What a pod's sandbox and containers take from their node. */
export interface NodeSettings {
  readonly podLogsDir: string
  readonly clusterDNS: readonly string[]
  readonly clusterDomain: string
  /** The node's own resolver configuration. */
  readonly hostDns: Dns
  /** Where local seccomp profiles are. */
  readonly seccompRoot: string
  /** Control group of a pod. */
  readonly cgroupParent: (pod: Pod) => string
}

/** `<logs>/<namespace>_<name>_<uid>`. */
export const podLogDirectory = (podLogsDir: string, { metadata }: Pod): string =>
  join(podLogsDir, `${metadata.namespace}_${metadata.name}_${metadata.uid}`)

/** What the runtime is told of a pod as a whole (upstream: `generatePodSandboxConfig`). Throws what the user must mend. */
export function sandboxConfig(pod: Pod, attempt: number, node: NodeSettings): Draft<PodSandboxConfig> {
  const { metadata, spec } = pod
  const common = spec.securityContext ?? {}
  const dns = podDns(pod, { servers: node.clusterDNS, domain: node.clusterDomain }, node.hostDns)
  return {
    metadata: { name: metadata.name, namespace: metadata.namespace, uid: metadata.uid, attempt },
    ...(spec.hostNetwork ? {} : { hostname: kernelHostname(pod, node.clusterDomain) }),
    logDirectory: podLogDirectory(node.podLogsDir, pod),
    dnsConfig: dns,
    portMappings: portMappings(pod),
    labels: sandboxLabels(pod),
    annotations: { ...metadata.annotations },
    linux: {
      cgroupParent: node.cgroupParent(pod),
      sysctls: Object.fromEntries((common.sysctls ?? []).map(({ name, value }) => [name, value])),
      securityContext: {
        namespaceOptions: namespaceOptions(pod),
        privileged: allContainers(pod).some(({ securityContext }) => securityContext?.privileged ?? false),
        seccomp: { profileType: profileType.runtimeDefault },
        ...(common.runAsUser === undefined ? {} : { runAsUser: { value: common.runAsUser } }),
        ...(common.runAsGroup === undefined ? {} : { runAsGroup: { value: common.runAsGroup } }),
        supplementalGroups: [
          ...(common.fsGroup === undefined ? [] : [common.fsGroup]),
          ...(common.supplementalGroups ?? []),
        ],
        supplementalGroupsPolicy:
          supplementalGroupsPolicy[(common.supplementalGroupsPolicy ?? 'Merge') as 'Merge' | 'Strict'],
        ...(common.seLinuxOptions ? { selinuxOptions: common.seLinuxOptions } : {}),
      },
    },
  }
}

/** Host ports of all containers; on the node's network there is nothing to map. */
function portMappings({ spec }: Pod) {
  if (spec.hostNetwork) return []
  return spec.containers.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort = 0 }) => hostPort > 0)
      .map(({ protocol, containerPort, hostPort, hostIP }) => ({
        protocol: protocolNumber[(protocol || 'TCP') as 'TCP'],
        containerPort,
        hostPort,
        hostIp: hostIP ?? '',
      })),
  )
}
