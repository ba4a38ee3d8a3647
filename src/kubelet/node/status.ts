import type { NodeCondition, NodeStatus } from '../../api/core/node/node.ts'
import { formatTime } from '../../schema/scalars/time.ts'
import type { Image } from '../cri/images.ts'
import type { RuntimeCondition } from '../cri/messages/runtime.ts'
import type { Pressure } from '../eviction/signals.ts'
import type { Machine } from './machine.ts'

export interface NodeFacts {
  readonly name: string
  readonly addresses: readonly string[]
  readonly port: number
  readonly maxPods: number
  readonly version: string
  readonly machine: Machine
  /** Bytes of memory below which pods are evicted: not for pods to have. */
  readonly memoryReserve: number
  /** Share of the disk, likewise. */
  readonly storageReserve: number
}

/** What the node has, and what of it pods may have. */
export function nodeResources({ machine, maxPods, memoryReserve, storageReserve }: NodeFacts) {
  const capacity: Record<string, string> = {
    cpu: String(machine.cpus),
    'ephemeral-storage': `${Math.floor(machine.storageBytes / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(machine.memoryBytes / 1024)}Ki`,
    pods: String(maxPods),
  }
  const allocatable: Record<string, string> = {
    ...capacity,
    'ephemeral-storage': String(Math.floor(machine.storageBytes * (1 - storageReserve))),
    memory: `${Math.floor((machine.memoryBytes - memoryReserve) / 1024)}Ki`,
  }
  return { capacity, allocatable }
}

/** Labels a node has by itself. */
export function nodeLabels({ name, machine }: Pick<NodeFacts, 'name' | 'machine'>): Record<string, string> {
  return {
    'beta.kubernetes.io/arch': machine.architecture,
    'beta.kubernetes.io/os': 'linux',
    'kubernetes.io/arch': machine.architecture,
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
  }
}

export interface NodeHealth {
  /** What keeps the node from running pods; empty when nothing does. */
  readonly problems: readonly string[]
  readonly pressures: ReadonlySet<Pressure>
}

/** What the runtime's own conditions keep from working, in upstream's words. */
export function runtimeProblems(conditions: readonly RuntimeCondition[]): string[] {
  const told = ({ type, reason, message }: RuntimeCondition) => `${type}=false reason:${reason} message:${message}`
  return conditions
    .filter(({ status }) => !status)
    .map(condition =>
      condition.type === 'NetworkReady'
        ? `container runtime network not ready: ${told(condition)}`
        : `container runtime not ready: ${told(condition)}`,
    )
}

const pressureWords: Record<Pressure, { readonly yes: [string, string]; readonly no: [string, string] }> = {
  MemoryPressure: {
    yes: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
    no: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  },
  DiskPressure: {
    yes: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
    no: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  },
  PIDPressure: {
    yes: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
    no: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  },
}

/** The node's conditions; the time of a change is kept while nothing changes. */
export function nodeConditions(health: NodeHealth, before: readonly NodeCondition[], now: number): NodeCondition[] {
  const timestamp = formatTime(now)
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string): NodeCondition => {
    const old = before.find(each => each.type === type)
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timestamp
    return { type, status, lastHeartbeatTime: timestamp, lastTransitionTime, reason, message }
  }
  const pressures = (Object.keys(pressureWords) as Pressure[]).map(type => {
    const holds = health.pressures.has(type)
    const [reason, message] = pressureWords[type][holds ? 'yes' : 'no']
    return condition(type, holds ? 'True' : 'False', reason, message)
  })
  const { problems } = health
  const told = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`
  const ready =
    problems.length === 0
      ? condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status')
      : condition('Ready', 'False', 'KubeletNotReady', told ?? '')
  return [...pressures, ready]
}

/** Images for the node's status: the largest fifty (`nodeStatusMaxImages`). */
export function nodeImages(images: readonly Image[]): NonNullable<NodeStatus['images']> {
  return [...images]
    .sort((a, b) => b.size - a.size)
    .slice(0, 50)
    .map(({ repoDigests, repoTags, size }) => ({
      names: [...repoDigests, ...repoTags].slice(0, 5),
      ...(size > 0 ? { sizeBytes: size } : {}),
    }))
    .filter(({ names }) => names.length > 0)
}

/** The parts of the status that don't change from one look to the next. */
export function fixedStatus(facts: NodeFacts, runtimeVersion: string) {
  const { machine, name, addresses, port, version } = facts
  return {
    ...nodeResources(facts),
    addresses: [...addresses.map(address => ({ type: 'InternalIP', address })), { type: 'Hostname', address: name }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
    nodeInfo: {
      machineID: machine.machineID,
      systemUUID: machine.systemUUID,
      bootID: machine.bootID,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: runtimeVersion,
      kubeletVersion: version,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
    },
  }
}
