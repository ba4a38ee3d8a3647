import { formatTime } from '../../schema/scalars/time.ts'
import { type Container, type ContainerState, type ContainerStatus, isSidecar, type Pod } from '../pod.ts'
import { shouldStart } from '../sync/restart.ts'
import { type ContainerRecord, newestOf, type PodState } from '../sync/state.ts'

/** Why a container waits. */
export interface Waiting {
  readonly reason: string
  readonly message: string
}

/** What probes and starts say of a pod's containers. */
export interface ContainerFacts {
  readonly state: PodState
  /** By container name: why its last start failed or is held back. */
  readonly waiting: ReadonlyMap<string, Waiting>
  /** Whether it passed its startup probe, or has none. */
  readonly started: (record: ContainerRecord, container: Container) => boolean
  /** Whether it passes its readiness probe, or has none. */
  readonly ready: (record: ContainerRecord, container: Container) => boolean
  /** Prefix of container ids: `containerd`. */
  readonly runtimeName: string
}

type Role = 'init' | 'app' | 'ephemeral'

/** Reason and exit code for a container that nobody can tell anything of. */
const lost = {
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  exitCode: 137,
  startedAt: '',
  finishedAt: '',
}

/** Statuses of the containers of one list, as users see them (`convertToAPIContainerStatuses`). */
export function containerStatuses(
  pod: Pod,
  containers: readonly Container[],
  role: Role,
  facts: ContainerFacts,
  previous: readonly ContainerStatus[],
): ContainerStatus[] {
  const statuses = containers.map(container =>
    containerStatus(
      pod,
      container,
      role,
      facts,
      previous.find(({ name }) => name === container.name),
    ),
  )
  // Upstream gives ordinary containers by name, init containers in their order.
  return role === 'init' ? statuses : statuses.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function containerStatus(
  pod: Pod,
  container: Container,
  role: Role,
  facts: ContainerFacts,
  previous: ContainerStatus | undefined,
): ContainerStatus {
  const records = facts.state.containers.filter(({ name }) => name === container.name)
  const [newest, before] = records
  const base = {
    name: container.name,
    ready: false,
    restartCount: newest?.restartCount ?? previous?.restartCount ?? 0,
    image: newest?.image ?? container.image ?? '',
    imageID: newest?.imageId ?? '',
    ...(newest ? { containerID: `${facts.runtimeName}://${newest.id}` } : {}),
    ...mountStatuses(container),
    ...(newest?.user?.linux ? { user: { linux: linuxUser(newest.user.linux) } } : {}),
    ...(newest && role !== 'ephemeral' ? allocated(container) : {}),
  }
  let state: ContainerState = newest ? stateOf(newest, facts) : firstState(pod, role, facts)
  let lastState: ContainerState = before?.phase === 'exited' ? stateOf(before, facts) : (previous?.lastState ?? {})
  let { restartCount } = base
  if (!newest && previous) {
    const ended = missing(pod, container, role, facts, previous)
    if (ended?.exitCode === 0) state = { terminated: ended }
    else if (ended) {
      lastState = { terminated: ended }
      restartCount++
    }
  }
  const why = facts.waiting.get(container.name)
  const doneInit = role === 'init' && !isSidecar(container) && newest?.phase === 'exited' && newest.exitCode === 0
  if (why && role !== 'ephemeral' && !doneInit && shouldStart(pod, container, facts.state)) {
    if (state.terminated) lastState = { terminated: state.terminated }
    state = { waiting: { reason: why.reason, ...(why.message ? { message: why.message } : {}) } }
  }
  const running = newest?.phase === 'running' && state.running !== undefined
  const started = running && facts.started(newest, container)
  const ready =
    role === 'init' && !isSidecar(container) ? doneInit : running && started && facts.ready(newest, container)
  return { ...base, restartCount, state, lastState, started: role === 'ephemeral' ? running : started, ready }
}

function stateOf(record: ContainerRecord, { runtimeName }: ContainerFacts): ContainerState {
  const startedAt = formatTime(record.startedAt)
  if (record.phase === 'running') return { running: { startedAt } }
  if (record.phase !== 'exited') return { waiting: {} }
  const { exitCode, reason, message } = record
  return {
    terminated: {
      exitCode,
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
      startedAt,
      finishedAt: formatTime(record.finishedAt),
      containerID: `${runtimeName}://${record.id}`,
    },
  }
}

/** What a container that has never been made waits for. */
function firstState(pod: Pod, role: Role, { state }: ContainerFacts): ContainerState {
  const inits = pod.spec.initContainers ?? []
  const pending =
    role === 'app' &&
    inits.some(each => newestOf(state, each.name)?.exitCode !== 0 || newestOf(state, each.name)?.phase !== 'exited')
  return {
    waiting: {
      reason: pending && (pod.spec.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating',
    },
  }
}

/** What became of a container that was there before and isn't any more; undefined when it never ran. */
function missing(pod: Pod, container: Container, role: Role, { state }: ContainerFacts, previous: ContainerStatus) {
  const initialized = pod.spec.containers.some(each => newestOf(state, each.name))
  if (role === 'init' && !isSidecar(container) && initialized) {
    const message =
      'Unable to get init container status from container runtime and pod has been initialized, treat it as exited normally'
    return previous.state.terminated ?? { reason: 'Completed', message, exitCode: 0, startedAt: '', finishedAt: '' }
  }
  return previous.state.running ? lost : undefined
}

/** Marks every container that hasn't ended as lost: the pod is over and nobody knows how they fared. */
export function markLost(statuses: readonly ContainerStatus[]): ContainerStatus[] {
  return statuses.map(status =>
    status.state.terminated
      ? { ...status, ready: false, started: false }
      : { ...status, state: { terminated: lost }, ready: false, started: false },
  )
}

function mountStatuses({ volumeMounts = [] }: Container): Pick<ContainerStatus, 'volumeMounts'> {
  if (volumeMounts.length === 0) return {}
  return {
    volumeMounts: volumeMounts.map(({ name, mountPath, readOnly }) => ({
      name,
      mountPath,
      ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' as const } : {}),
    })),
  }
}

function linuxUser({ uid, gid, supplementalGroups }: { uid: number; gid: number; supplementalGroups: number[] }) {
  return { uid, gid, ...(supplementalGroups.length > 0 ? { supplementalGroups } : {}) }
}

/** What the node set aside: what was asked for, since nothing is resized in place. */
function allocated({ resources = {} }: Container): Pick<ContainerStatus, 'allocatedResources' | 'resources'> {
  const { requests, limits } = resources
  return {
    ...(requests ? { allocatedResources: requests } : {}),
    resources: { ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) },
  }
}
