import { ageColumn, humanDuration, nameColumn } from '../../meta/columns.ts'
import type { Column } from '../../resource.ts'
import { conditionOf } from './conditions.ts'
import type { ContainerStatus } from './containerStatus.ts'
import type { Pod } from './pod.ts'
import { podTerminal } from './readiness.ts'
import { isSidecar } from './requests.ts'

/** What a table row tells of a pod in a few words. */
export interface PodSummary {
  readonly ready: number
  readonly total: number
  /** Phase, or what keeps the pod from running: `Init:1/2`, `CrashLoopBackOff`, `Terminating`, ... */
  readonly status: string
  readonly restarts: number
  /** Milliseconds since the epoch of the end of the run before the last restart. */
  readonly lastRestart: number | undefined
}

/** Sums up a pod as `kubectl get` shows it. The order of what goes before what is that of upstream's printPod. */
export function podSummary(pod: Pod): PodSummary {
  const { spec, status, metadata } = pod
  const sidecars = new Set((spec.initContainers ?? []).filter(isSidecar).map(({ name }) => name))
  const initStatuses = status.initContainerStatuses ?? []
  const statuses = status.containerStatuses ?? []
  const scheduled = conditionOf(status.conditions, 'PodScheduled')
  let word = status.reason || status.phase || ''
  if (scheduled?.reason === 'SchedulingGated') word = 'SchedulingGated'

  const current = initStatuses.findIndex(one => !initDone(one, sidecars.has(one.name)))
  const begun = current < 0 ? initStatuses : initStatuses.slice(0, current + 1)
  const blocking = initStatuses[current]
  if (blocking) word = initWord(blocking, current, spec.initContainers?.length ?? 0)

  let ready = begun.filter(one => one !== blocking && one.ready && startedSidecar(one, sidecars)).length
  let counted = begun
  if (!blocking || conditionOf(status.conditions, 'Initialized')?.status === 'True') {
    word = runningWord(pod, statuses, word)
    ready += statuses.filter(isReady).length
    counted = [...begun.filter(one => sidecars.has(one.name)), ...statuses]
  }

  if (metadata.deletionTimestamp && status.reason === 'NodeLost') word = 'Unknown'
  else if (metadata.deletionTimestamp && !podTerminal(pod)) word = 'Terminating'
  const ends = counted.flatMap(({ lastState }) =>
    lastState.terminated?.finishedAt ? [Date.parse(lastState.terminated.finishedAt)] : [],
  )
  return {
    ready,
    total: spec.containers.length + sidecars.size,
    status: word,
    restarts: counted.reduce((sum, one) => sum + one.restartCount, 0),
    lastRestart: ends.length ? Math.max(...ends) : undefined,
  }
}

const startedSidecar = (status: ContainerStatus, sidecars: ReadonlySet<string>) =>
  status.started === true && sidecars.has(status.name) && status.state.terminated?.exitCode !== 0

const initDone = ({ state, started }: ContainerStatus, sidecar: boolean) =>
  state.terminated?.exitCode === 0 || (sidecar && started === true)

/** A terminated container without a reason is told by its signal or its exit code. */
const endWord = ({ reason, signal, exitCode }: NonNullable<ContainerStatus['state']['terminated']>) =>
  reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`)

function initWord({ state: { terminated, waiting } }: ContainerStatus, index: number, total: number): string {
  if (terminated) return `Init:${endWord(terminated)}`
  if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`
  return `Init:${index}/${total}`
}

const isReady = ({ ready, state }: ContainerStatus) =>
  !state.waiting?.reason && !state.terminated && ready && state.running !== undefined

/** The first container that doesn't run gives the word; a failure goes before a completion. */
function runningWord(pod: Pod, statuses: readonly ContainerStatus[], before: string): string {
  let word = before
  let failure = ''
  for (const { state } of statuses.toReversed()) {
    if (state.waiting?.reason) word = state.waiting.reason
    else if (state.terminated) {
      word = endWord(state.terminated)
      if (state.terminated.exitCode !== 0) failure = word
    }
  }
  if (word !== 'Completed') return word
  const running = statuses.some(isReady)
  if (running && conditionOf(pod.status.conditions, 'Ready')?.status === 'True') return 'Running'
  if (failure) return failure
  return running ? 'NotReady' : word
}

const none = '<none>'

function readinessGates({ spec: { readinessGates = [] }, status: { conditions } }: Pod): string {
  if (readinessGates.length === 0) return none
  const met = readinessGates.filter(gate => conditionOf(conditions, gate.conditionType)?.status === 'True')
  return `${met.length}/${readinessGates.length}`
}

function restarts(pod: Pod, now: number): string {
  const { restarts: count, lastRestart } = podSummary(pod)
  return count && lastRestart !== undefined ? `${count} (${humanDuration(now - lastRestart)} ago)` : String(count)
}

/** A column whose cell is a text. */
const text = (name: string, description: string, cell: Column<Pod>['cell'], priority = 0): Column<Pod> => ({
  name,
  type: 'string',
  description,
  ...(priority ? { priority } : {}),
  cell,
})

export const podColumns: readonly Column<Pod>[] = [
  nameColumn,
  text('Ready', 'How many of the containers are ready.', pod => {
    const { ready, total } = podSummary(pod)
    return `${ready}/${total}`
  }),
  text('Status', 'Where the pod is in its life, or what is in the way.', pod => podSummary(pod).status),
  text('Restarts', 'How often containers were started again, and when it happened last.', restarts),
  ageColumn,
  text('IP', 'Address of the pod.', pod => pod.status.podIPs?.[0]?.ip || none, 1),
  text('Node', 'Node the pod is on.', pod => pod.spec.nodeName || none, 1),
  text(
    'Nominated Node',
    'Node the pod will get once pods are removed there.',
    pod => pod.status.nominatedNodeName || none,
    1,
  ),
  text('Readiness Gates', 'How many of the readiness gates are met.', readinessGates, 1),
]
