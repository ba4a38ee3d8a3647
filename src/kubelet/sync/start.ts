import { randomBytes } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Secret } from '../../api/core/secret.ts'
import { is } from '../../api/meta/statusError.ts'
import { referenceTo } from '../../client/events.ts'
import { containerConfig } from '../container/config.ts'
import { environment } from '../container/env.ts'
import { runHook } from '../container/lifecycle.ts'
import { containerMounts } from '../container/mounts.ts'
import { verifyNonRoot } from '../container/security.ts'
import type { Container, Pod } from '../pod.ts'
import type { MountedVolume } from '../volumes/plugin.ts'
import { fieldPathOf, graceOf, killContainer } from './kill.ts'
import type { Kit } from './kit.ts'
import { podLogDirectory, sandboxConfig } from './sandboxConfig.ts'
import { StartError, type WaitingReason } from './startError.ts'
import { containerRecord, newestOf, type PodState, type SandboxRecord } from './state.ts'

export interface StartRequest {
  readonly pod: Pod
  readonly container: Container
  readonly sandbox: SandboxRecord
  readonly state: PodState
  readonly volumes: ReadonlyMap<string, MountedVolume>
  readonly podIPs: readonly string[]
  readonly signal: AbortSignal
}

const text = (error: unknown) => (error instanceof Error ? error.message : String(error))

/**
 * Pulls, creates and starts a container; resolves when its postStart hook has ended: only then does it count as running
 * (upstream: `startContainer`). Throws StartError.
 */
export async function startContainer(request: StartRequest, kit: Kit): Promise<void> {
  const { pod, container, sandbox, state, signal } = request
  const { events, runtime } = kit
  const about = referenceTo(pod, fieldPathOf(pod, container.name))
  const failed = (reason: WaitingReason, error: unknown): StartError => {
    signal.throwIfAborted()
    events.record(about, 'Warning', 'Failed', `Error: ${text(error)}`)
    return new StartError(reason, text(error), { cause: error })
  }

  const image = await kit.images
    .ensure(pod, container, about, () => pullSecrets(pod, kit), signal)
    .catch(error => {
      signal.throwIfAborted()
      if (error instanceof StartError) events.record(about, 'Warning', 'Failed', `Error: ${error.reason}`)
      throw error
    })
  const config = await prepare(request, kit, image).catch(error => {
    throw failed('CreateContainerConfigError', error)
  })
  const id = await runtime
    .createContainer(sandbox.id, config, sandboxConfig(pod, sandbox.attempt, kit.settings))
    .catch(error => {
      throw failed('CreateContainerError', error)
    })
  events.record(about, 'Normal', 'Created', 'Container created')
  await runtime.startContainer(id).catch(error => {
    throw failed('RunContainerError', error)
  })
  events.record(about, 'Normal', 'Started', 'Container started')
  const hook = container.lifecycle?.postStart
  if (!hook) return
  const [podIP = ''] = request.podIPs
  try {
    await runHook(hook, { pod, container, containerId: id, podIP }, kit, signal)
  } catch (error) {
    signal.throwIfAborted()
    // What the hook said may be secret: it stands in the status, not in the event.
    events.record(about, 'Warning', 'FailedPostStartHook', 'PostStartHook failed')
    const record = newestOf(state, container.name) ?? containerRecord(await runtime.containerStatus(id), sandbox.id)
    const graceSeconds = graceOf(pod, container, 'unknown')
    const message = 'FailedPostStartHook'
    await killContainer({ pod, container, record: { ...record, id }, message, graceSeconds, podIP }, kit)
    throw new StartError('PostStartHookError', text(error), { cause: error })
  }
}

async function prepare(request: StartRequest, kit: Kit, image: { ref: string; uid?: number; username?: string }) {
  const { pod, container, state, volumes, podIPs } = request
  const uid = pod.metadata.uid ?? ''
  verifyNonRoot(pod, container, image)
  const env = await environment(pod, container, {
    references: kit.references.reader(uid),
    addresses: { podIPs, hostIPs: kit.hostIPs() },
    allocatable: kit.allocatable(),
    services: kit.services(),
  })
  const logs = join(podLogDirectory(kit.settings.podLogsDir, pod), container.name)
  await mkdir(logs, { recursive: true, mode: 0o755 })
  const before = newestOf(state, container.name)
  const restartCount = before ? before.restartCount + 1 : await restartsByLogs(logs)
  const mounts = await containerMounts(pod, container, {
    mounter: kit.mounter,
    podDirectory: kit.volumes.podDirectory(uid),
    volumes,
    env,
    podIPs,
    clusterDomain: kit.settings.clusterDomain,
    run: randomBytes(4).toString('hex'),
  })
  const target = (container as { targetContainerName?: string }).targetContainerName
  const targetId = target ? newestOf(state, target)?.id : undefined
  return containerConfig(pod, container, {
    imageRef: image.ref,
    imageUser: image,
    env,
    mounts,
    restartCount,
    memoryCapacity: kit.memoryCapacity,
    seccompRoot: kit.settings.seccompRoot,
    ...(targetId === undefined ? {} : { targetId }),
  })
}

/** How often a container ran before, when the runtime has forgotten: its logs are numbered. */
async function restartsByLogs(directory: string): Promise<number> {
  const numbers = (await readdir(directory)).map(name => Number(/^(\d+)\.log/.exec(name)?.[1] ?? -1))
  return Math.max(-1, ...numbers) + 1
}

/** The pull secrets that are there. Missing ones are told, and the pull goes on without. */
async function pullSecrets(pod: Pod, kit: Kit): Promise<Secret[]> {
  const reader = kit.references.reader(pod.metadata.uid ?? '')
  const found: Secret[] = []
  const missing: string[] = []
  for (const { name = '' } of pod.spec.imagePullSecrets ?? []) {
    try {
      found.push(await reader.secret(pod.metadata.namespace ?? '', name))
    } catch (error) {
      if (!is(error, 'NotFound') && !is(error, 'Forbidden')) throw error
      missing.push(name)
    }
  }
  if (missing.length > 0) {
    const message = `Unable to retrieve some image pull secrets (${missing.join(', ')}); attempting to pull the image may not succeed.`
    kit.events.record(referenceTo(pod), 'Warning', 'FailedToRetrieveImagePullSecret', message)
  }
  return found
}
