import { type ContainerStatus, isSidecar, type Pod, type PodCondition } from '../pod.ts'

type Verdict = Pick<PodCondition, 'status' | 'reason' | 'message'>

const yes: Verdict = { status: 'True' }

/** The conditions that the kubelet answers for; all others are somebody else's. */
export const ownConditions: ReadonlySet<string> = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
])

/** What the conditions of a pod are, out of its container statuses (`pkg/kubelet/status/generate.go`). */
export function podConditions(
  pod: Pod,
  statuses: readonly ContainerStatus[],
  phase: string,
  sandboxReady: boolean,
): ReadonlyMap<string, Verdict> {
  const ready = containersReady(pod, statuses, phase)
  return new Map<string, Verdict>([
    ['PodReadyToStartContainers', { status: sandboxReady ? 'True' : 'False' }],
    ['Initialized', initialized(pod, statuses, phase)],
    ['Ready', ready.status === 'True' ? gatesReady(pod) : ready],
    ['ContainersReady', ready],
    ['PodScheduled', yes],
  ])
}

const listed = (names: readonly string[]) => `[${names.join(' ')}]`

function containersReady(pod: Pod, statuses: readonly ContainerStatus[], phase: string): Verdict {
  const counted = [...(pod.spec.initContainers ?? []).filter(isSidecar), ...pod.spec.containers]
  const of = (name: string) => statuses.find(each => each.name === name)
  const unknown = counted.filter(({ name }) => !of(name)).map(({ name }) => name)
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'False', reason: 'PodCompleted' }
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' }
  const unready = counted.filter(({ name }) => of(name) && !of(name)?.ready).map(({ name }) => name)
  const told = [
    ...(unknown.length ? [`containers with unknown status: ${listed(unknown)}`] : []),
    ...(unready.length ? [`containers with unready status: ${listed(unready)}`] : []),
  ]
  return told.length ? { status: 'False', reason: 'ContainersNotReady', message: told.join(', ') } : yes
}

function initialized(pod: Pod, statuses: readonly ContainerStatus[], phase: string): Verdict {
  const of = (name: string) => statuses.find(each => each.name === name)
  const inits = pod.spec.initContainers ?? []
  const unknown = inits.filter(({ name }) => !of(name)).map(({ name }) => name)
  const incomplete = inits
    .filter(each => of(each.name) && !(isSidecar(each) ? of(each.name)?.started : of(each.name)?.ready))
    .map(({ name }) => name)
  if (phase === 'Succeeded' && unknown.length === 0) return { status: 'True', reason: 'PodCompleted' }
  const begun = pod.spec.containers.some(({ name }) => {
    const { started, state, lastState } = of(name) ?? {}
    return started || state?.running || state?.terminated || lastState?.terminated
  })
  if (begun) return yes
  const told = [
    ...(unknown.length ? [`containers with unknown status: ${listed(unknown)}`] : []),
    ...(incomplete.length ? [`containers with incomplete status: ${listed(incomplete)}`] : []),
  ]
  return told.length ? { status: 'False', reason: 'ContainersNotInitialized', message: told.join(', ') } : yes
}

function gatesReady(pod: Pod): Verdict {
  const told: string[] = []
  for (const { conditionType } of pod.spec.readinessGates ?? []) {
    const found = pod.status.conditions?.find(({ type }) => type === conditionType)
    if (!found) {
      told.push(`corresponding condition of pod readiness gate ${JSON.stringify(conditionType)} does not exist.`)
    } else if (found.status !== 'True') {
      told.push(`the status of pod readiness gate ${JSON.stringify(conditionType)} is not "True", but ${found.status}`)
    }
  }
  return told.length ? { status: 'False', reason: 'ReadinessGatesNotReady', message: told.join(', ') } : yes
}
