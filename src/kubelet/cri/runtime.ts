import type { Draft } from '../../schema/types.ts'
import { type CallOptions, type Channel, isCode, method } from './grpc.ts'
import * as container from './messages/container.ts'
import * as general from './messages/runtime.ts'
import * as sandbox from './messages/sandbox.ts'
import { Empty } from './messages/shared.ts'
import * as stats from './messages/stats.ts'

export type { Container, ContainerConfig, ContainerStatus, Mount } from './messages/container.ts'
export type { PodSandbox, PodSandboxConfig, PodSandboxStatus } from './messages/sandbox.ts'

/** Labels that must all match. */
export type LabelFilter = Readonly<Record<string, string>>

export interface ExecResult {
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
  readonly exitCode: number
}

/** Which of a process's streams are wanted. */
export interface Streams {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/**
 * A container runtime: the calls of `runtime.v1.RuntimeService` that Caravel makes. All throw RuntimeError.
 * Stop and remove of what is not there succeed.
 */
export interface Runtime {
  version(): Promise<general.VersionResponse>
  conditions(): Promise<readonly general.RuntimeCondition[]>
  runSandbox(config: Draft<sandbox.PodSandboxConfig>, handler: string, options?: CallOptions): Promise<string>
  stopSandbox(id: string): Promise<void>
  removeSandbox(id: string): Promise<void>
  sandboxStatus(id: string): Promise<sandbox.PodSandboxStatus>
  listSandboxes(labels?: LabelFilter): Promise<readonly sandbox.PodSandbox[]>
  createContainer(
    sandboxId: string,
    config: Draft<container.ContainerConfig>,
    sandboxConfig: Draft<sandbox.PodSandboxConfig>,
    options?: CallOptions,
  ): Promise<string>
  startContainer(id: string, options?: CallOptions): Promise<void>
  /** Sends the stop signal, then KILL after so many seconds; resolves when the container has ended. */
  stopContainer(id: string, graceSeconds: number): Promise<void>
  removeContainer(id: string): Promise<void>
  listContainers(labels?: LabelFilter): Promise<readonly container.Container[]>
  containerStatus(id: string): Promise<container.ContainerStatus>
  reopenLog(id: string): Promise<void>
  /** Runs a command to its end. `timeoutSeconds` 0 means no limit; a command that takes longer throws DEADLINE_EXCEEDED. */
  execSync(
    id: string,
    command: readonly string[],
    timeoutSeconds: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ExecResult>
  /** URLs of the runtime's streaming server. */
  execUrl(id: string, command: readonly string[], streams: Streams): Promise<string>
  attachUrl(id: string, streams: Streams): Promise<string>
  portForwardUrl(sandboxId: string, ports: readonly number[]): Promise<string>
  containerStats(labels?: LabelFilter): Promise<readonly stats.ContainerStats[]>
}

const service = 'runtime.v1.RuntimeService'
const methods = {
  version: method(service, 'Version', general.VersionRequest, general.VersionResponse),
  status: method(service, 'Status', general.StatusRequest, general.StatusResponse),
  runSandbox: method(service, 'RunPodSandbox', sandbox.RunPodSandboxRequest, sandbox.RunPodSandboxResponse),
  stopSandbox: method(service, 'StopPodSandbox', sandbox.StopPodSandboxRequest, Empty),
  removeSandbox: method(service, 'RemovePodSandbox', sandbox.RemovePodSandboxRequest, Empty),
  sandboxStatus: method(service, 'PodSandboxStatus', sandbox.PodSandboxStatusRequest, sandbox.PodSandboxStatusResponse),
  listSandboxes: method(service, 'ListPodSandbox', sandbox.ListPodSandboxRequest, sandbox.ListPodSandboxResponse),
  createContainer: method(
    service,
    'CreateContainer',
    container.CreateContainerRequest,
    container.CreateContainerResponse,
  ),
  startContainer: method(service, 'StartContainer', container.StartContainerRequest, Empty),
  stopContainer: method(service, 'StopContainer', container.StopContainerRequest, Empty),
  removeContainer: method(service, 'RemoveContainer', container.RemoveContainerRequest, Empty),
  listContainers: method(service, 'ListContainers', container.ListContainersRequest, container.ListContainersResponse),
  containerStatus: method(
    service,
    'ContainerStatus',
    container.ContainerStatusRequest,
    container.ContainerStatusResponse,
  ),
  reopenLog: method(service, 'ReopenContainerLog', container.ReopenContainerLogRequest, Empty),
  execSync: method(service, 'ExecSync', general.ExecSyncRequest, general.ExecSyncResponse),
  exec: method(service, 'Exec', general.ExecRequest, general.ExecResponse),
  attach: method(service, 'Attach', general.AttachRequest, general.AttachResponse),
  portForward: method(service, 'PortForward', general.PortForwardRequest, general.PortForwardResponse),
  listStats: method(service, 'ListContainerStats', stats.ListContainerStatsRequest, stats.ListContainerStatsResponse),
}

const filter = (labels: LabelFilter | undefined) => (labels ? { filter: { labelSelector: labels } } : {})
/** Sandboxes may pull their own image and run CNI plugins: upstream waits twice the usual time. */
const sandboxTimeout = 240_000

/** containerd 1.x answers NOT_FOUND where CRI asks for success: what was to end is gone already. */
async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (!isCode(error, 'NOT_FOUND')) throw error
  }
}

/** The runtime behind a channel. */
export function createRuntime({ unary }: Channel): Runtime {
  const there = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new Error(`the runtime answered without ${what}`)
    return value
  }
  return {
    version: () => unary(methods.version, { version: '' }),
    conditions: async () => (await unary(methods.status, {}, { timeout: 10_000 })).status?.conditions ?? [],
    runSandbox: async (config, runtimeHandler, options) =>
      (await unary(methods.runSandbox, { config, runtimeHandler }, { timeout: sandboxTimeout, ...options }))
        .podSandboxId,
    stopSandbox: id => unlessGone(unary(methods.stopSandbox, { podSandboxId: id })),
    removeSandbox: id => unlessGone(unary(methods.removeSandbox, { podSandboxId: id })),
    sandboxStatus: async id =>
      there((await unary(methods.sandboxStatus, { podSandboxId: id })).status, `the status of sandbox ${id}`),
    listSandboxes: async labels => (await unary(methods.listSandboxes, filter(labels))).items,
    createContainer: async (podSandboxId, config, sandboxConfig, options) =>
      (await unary(methods.createContainer, { podSandboxId, config, sandboxConfig }, options)).containerId,
    startContainer: async (containerId, options) =>
      void (await unary(methods.startContainer, { containerId }, options)),
    stopContainer: (containerId, timeout) =>
      unlessGone(unary(methods.stopContainer, { containerId, timeout }, { timeout: 120_000 + timeout * 1000 })),
    removeContainer: containerId => unlessGone(unary(methods.removeContainer, { containerId })),
    listContainers: async labels => (await unary(methods.listContainers, filter(labels))).containers,
    containerStatus: async containerId =>
      there((await unary(methods.containerStatus, { containerId })).status, `the status of container ${containerId}`),
    reopenLog: async containerId => void (await unary(methods.reopenLog, { containerId })),
    execSync: async (containerId, cmd, timeout, options = {}) => {
      const limit = timeout > 0 ? 120_000 + timeout * 1000 : Infinity
      const answer = await unary(methods.execSync, { containerId, cmd, timeout }, { timeout: limit, ...options })
      return {
        stdout: Uint8Array.fromBase64(answer.stdout),
        stderr: Uint8Array.fromBase64(answer.stderr),
        exitCode: answer.exitCode,
      }
    },
    execUrl: async (containerId, cmd, streams) => (await unary(methods.exec, { containerId, cmd, ...streams })).url,
    attachUrl: async (containerId, streams) => (await unary(methods.attach, { containerId, ...streams })).url,
    portForwardUrl: async (podSandboxId, port) => (await unary(methods.portForward, { podSandboxId, port })).url,
    containerStats: async labels => (await unary(methods.listStats, filter(labels))).stats,
  }
}
