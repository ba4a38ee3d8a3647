import type { Node } from '../../api/core/node/node.ts'
import type { Container, Pod, PodCondition, PodStatus } from '../../api/core/pod/pod.ts'
import type { Draft } from '../../schema/types.ts'

/** What a simulated node claims to be. */
export interface SimulatedNodeOptions {
  readonly cpu?: string
  readonly memory?: string
  readonly pods?: string
  readonly labels?: Readonly<Record<string, string>>
}

const kubeletVersion = 'v1.36.2'

/** A node object, Ready from the start. */
export function nodeDraft(
  name: string,
  address: string,
  timestamp: string,
  options: SimulatedNodeOptions,
): Draft<Node> {
  const capacity = {
    cpu: options.cpu ?? '32',
    memory: options.memory ?? '256Gi',
    pods: options.pods ?? '110',
    'ephemeral-storage': '1Ti',
  }
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    lastHeartbeatTime: timestamp,
    lastTransitionTime: timestamp,
  })
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'caravel.dev/simulated': 'true',
        ...options.labels,
      },
    },
    status: {
      capacity,
      allocatable: capacity,
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
        condition('Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'simulated',
        kernelVersion: 'simulated',
        containerRuntimeVersion: 'simulated://1',
        kubeletVersion,
        machineID: name,
        systemUUID: name,
        bootID: name,
      },
    },
  }
}

const conditions = (pod: Pod, ready: boolean, timestamp: string, reason?: string): PodCondition[] => {
  const make = (type: string, good: boolean): PodCondition => ({
    lastProbeTime: '',
    type,
    status: good ? 'True' : 'False',
    lastTransitionTime:
      pod.status.conditions?.find(each => each.type === type && each.status === (good ? 'True' : 'False'))
        ?.lastTransitionTime ?? timestamp,
    ...(good || !reason ? {} : { reason }),
  })
  return [
    make('PodReadyToStartContainers', true),
    make('Initialized', true),
    make('Ready', ready),
    make('ContainersReady', ready),
    make('PodScheduled', true),
  ]
}

/** A made-up id that stays the same for the same container. */
const containerId = (pod: Pod, name: string) => `simulated://${pod.metadata.uid}/${name}`

const statusFor = (pod: Pod, container: Container, state: object, ready: boolean) => ({
  name: container.name,
  image: container.image ?? '',
  imageID: `simulated://${container.image ?? ''}`,
  containerID: containerId(pod, container.name),
  restartCount: 0,
  ready,
  started: ready,
  state,
})

/** The status of a pod whose containers all run. */
export function runningStatus(pod: Pod, podIP: string, hostIP: string, timestamp: string): PodStatus {
  const finished = { terminated: { exitCode: 0, reason: 'Completed', startedAt: timestamp, finishedAt: timestamp } }
  const started = { running: { startedAt: timestamp } }
  const sidecar = (container: Container) => container.restartPolicy === 'Always'
  return {
    ...pod.status,
    phase: 'Running',
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: pod.status.startTime ?? timestamp,
    conditions: conditions(pod, true, timestamp),
    ...(pod.spec.initContainers?.length
      ? {
          initContainerStatuses: pod.spec.initContainers.map(each =>
            sidecar(each)
              ? statusFor(pod, each, started, true)
              : { ...statusFor(pod, each, finished, true), started: false },
          ),
        }
      : {}),
    containerStatuses: pod.spec.containers.map(each => statusFor(pod, each, started, true)),
  } as PodStatus
}

/** The status of a pod whose containers all ended well. */
export function succeededStatus(pod: Pod, podIP: string, hostIP: string, timestamp: string): PodStatus {
  const running = runningStatus(pod, podIP, hostIP, timestamp)
  const state = { terminated: { exitCode: 0, reason: 'Completed', startedAt: timestamp, finishedAt: timestamp } }
  return {
    ...running,
    phase: 'Succeeded',
    conditions: conditions(pod, false, timestamp, 'PodCompleted'),
    containerStatuses: pod.spec.containers.map(each => statusFor(pod, each, state, false)),
  } as PodStatus
}
