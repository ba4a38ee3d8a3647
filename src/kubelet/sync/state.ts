import { isCode } from '../cri/grpc.ts'
import { containerState } from '../cri/messages/container.ts'
import { sandboxState } from '../cri/messages/sandbox.ts'
import { namespaceMode } from '../cri/messages/shared.ts'
import type { ContainerStatus, PodSandboxStatus, Runtime } from '../cri/runtime.ts'
import { label, readNotes } from './labels.ts'

export type ContainerPhase = 'created' | 'running' | 'exited' | 'unknown'

/** A container as the runtime has it. Times are milliseconds since the epoch, 0 when it has not come to that. */
export interface ContainerRecord {
  readonly id: string
  readonly name: string
  readonly sandboxId: string
  readonly phase: ContainerPhase
  readonly createdAt: number
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  /** `Completed`, `Error`, `OOMKilled`, ... as the runtime says. */
  readonly reason: string
  readonly message: string
  readonly image: string
  readonly imageId: string
  readonly hash: string
  readonly restartCount: number
  readonly messagePath: string
  readonly messagePolicy: string
  readonly mounts: ContainerStatus['mounts']
  readonly logPath: string
  readonly resources: ContainerStatus['resources']
  readonly user: ContainerStatus['user']
}

export interface SandboxRecord {
  readonly id: string
  readonly attempt: number
  readonly ready: boolean
  readonly createdAt: number
  readonly hostNetwork: boolean
  /** Empty with the host's network, and until the network is set up. */
  readonly ips: readonly string[]
}

/** What the runtime holds of one pod, the newest first. */
export interface PodState {
  readonly sandboxes: readonly SandboxRecord[]
  readonly containers: readonly ContainerRecord[]
}

export const emptyState: PodState = { sandboxes: [], containers: [] }

const phases: Record<number, ContainerPhase> = {
  [containerState.created]: 'created',
  [containerState.running]: 'running',
  [containerState.exited]: 'exited',
  [containerState.unknown]: 'unknown',
}
const milliseconds = (nanoseconds: number) => Math.floor(nanoseconds / 1e6)

export function containerRecord(status: ContainerStatus, sandboxId: string): ContainerRecord {
  const notes = readNotes(status)
  const phase = phases[status.state] ?? 'unknown'
  return {
    ...notes,
    id: status.id,
    sandboxId,
    phase,
    createdAt: milliseconds(status.createdAt),
    startedAt: milliseconds(status.startedAt),
    finishedAt: milliseconds(status.finishedAt),
    exitCode: status.exitCode,
    reason: status.reason,
    message: status.message,
    image: status.image?.image ?? '',
    imageId: status.imageId || status.imageRef,
    mounts: status.mounts,
    logPath: status.logPath,
    resources: status.resources,
    user: status.user,
  }
}

export function sandboxRecord(status: PodSandboxStatus): SandboxRecord {
  const { ip = '', additionalIps = [] } = status.network ?? {}
  return {
    id: status.id,
    attempt: status.metadata?.attempt ?? 0,
    ready: status.state === sandboxState.ready,
    createdAt: milliseconds(status.createdAt),
    hostNetwork: status.linux?.namespaces?.options?.network === namespaceMode.node,
    ips: [ip, ...additionalIps.map(each => each.ip)].filter(each => each !== ''),
  }
}

const newestFirst = (a: { createdAt: number; id: string }, b: { createdAt: number; id: string }) =>
  b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1)

/** Resolves to undefined for what vanished between the list and the look. */
const unlessGone = <T>(looking: Promise<T>): Promise<T | undefined> =>
  looking.catch(error => {
    if (isCode(error, 'NOT_FOUND')) return undefined
    throw error
  })

/** Reads what the runtime holds of a pod. */
export async function inspectPod(runtime: Runtime, uid: string): Promise<PodState> {
  const labels = { [label.podUid]: uid }
  const [sandboxes, containers] = await Promise.all([runtime.listSandboxes(labels), runtime.listContainers(labels)])
  const [sandboxStatuses, containerStatuses] = await Promise.all([
    Promise.all(sandboxes.map(({ id }) => unlessGone(runtime.sandboxStatus(id)))),
    Promise.all(
      containers.map(async ({ id, podSandboxId }) => {
        const status = await unlessGone(runtime.containerStatus(id))
        return status && containerRecord(status, podSandboxId)
      }),
    ),
  ])
  return {
    sandboxes: sandboxStatuses
      .filter(each => each !== undefined)
      .map(sandboxRecord)
      .sort(newestFirst),
    containers: containerStatuses.filter(each => each !== undefined).sort(newestFirst),
  }
}

/** The newest container of this name. */
export const newestOf = (state: PodState, name: string): ContainerRecord | undefined =>
  state.containers.find(container => container.name === name)

export const isAlive = ({ phase }: ContainerRecord): boolean => phase !== 'exited'
