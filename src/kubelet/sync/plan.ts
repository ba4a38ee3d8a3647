import { type Container, isSidecar, type Pod } from '../pod.ts'
import { type CrashEntry, crashDelay } from './crash.ts'
import { containerHash } from './labels.ts'
import { restartsAfter, restartsWhenKilled, shouldStart } from './restart.ts'
import { type ContainerRecord, newestOf, type PodState, type SandboxRecord } from './state.ts'

/** What the probes of a running container say so far; undefined: nothing yet. */
export interface Health {
  readonly started?: boolean
  readonly failedStartup?: boolean
  readonly failedLiveness?: boolean
}

/** All that a pod's next step depends on. Times are milliseconds since the epoch. */
export interface Situation {
  readonly pod: Pod
  readonly state: PodState
  readonly now: number
  /** By container id. */
  readonly health: (id: string) => Health
  /** By container name. */
  readonly crashes: ReadonlyMap<string, CrashEntry>
}

export type KillReason = 'livenessProbe' | 'startupProbe' | 'unknown'

export interface Kill {
  readonly record: ContainerRecord
  readonly container: Container
  readonly reason: KillReason
  readonly message: string
}

/** A container that wants to run. `until`: its restart is held back so long. */
export interface Start {
  readonly container: Container
  readonly init: boolean
  readonly until?: number
  /** The delay in force, when held back. */
  readonly delay?: number
}

/**
 * The next step of a pod that shall run. `end`: nothing is left to run, everything is to be stopped.
 * Otherwise, in this order: `sandbox` is made anew (what there was is stopped first), `kill`, then `start` one by one;
 * an init container that is no sidecar and fails to start ends the round.
 */
export interface Plan {
  readonly end: boolean
  readonly sandbox?: { readonly attempt: number; readonly replaces: boolean }
  readonly kill: readonly Kill[]
  readonly start: readonly Start[]
  /** When to plan again although nothing happened. */
  readonly recheckAt?: number
}

const over: Plan = { end: true, kill: [], start: [] }

/** What to do next for a pod (upstream: `computePodActions`). Pure. */
export function planPod(situation: Situation): Plan {
  const { pod, state } = situation
  const sandbox = currentSandbox(pod, state)
  if (!sandbox) return planSandbox(situation)

  const inits = planInits(situation, sandbox)
  if (inits.end) return over
  const ephemeral = planEphemeral(situation)
  if (!inits.done) return finish(situation, [...ephemeral, ...inits.start], inits.kill)

  let kept = 0
  const kill: Kill[] = [...inits.kill]
  const start: Container[] = []
  for (const container of pod.spec.containers) {
    const record = newestOf(state, container.name)
    if (record?.phase !== 'running') {
      if (!shouldStart(pod, container, state)) continue
      start.push(container)
      if (record?.phase === 'unknown') kill.push(killUnknown('Container', container, record))
      continue
    }
    const unfit = whatIsWrong(situation, container, record, 'Container')
    if (!unfit) {
      kept++
      continue
    }
    const restart = unfit.changed || restartsWhenKilled(pod, container)
    if (restart) start.push(container)
    kill.push(restart ? { ...unfit.kill, message: `${unfit.kill.message}, will be restarted` } : unfit.kill)
  }
  if (kept === 0 && start.length === 0 && kill.length === inits.kill.length) return over
  // What is killed without being restarted ends the pod only once it is down.
  return finish(
    situation,
    [...ephemeral, ...inits.start, ...start.map(container => ({ container, init: false }))],
    kill,
  )
}

/** The sandbox to go on with; undefined when a new one is needed. */
export function currentSandbox(pod: Pod, state: PodState): SandboxRecord | undefined {
  const [newest] = state.sandboxes
  if (!newest?.ready || state.sandboxes.filter(each => each.ready).length > 1) return undefined
  const hostNetwork = pod.spec.hostNetwork ?? false
  if (newest.hostNetwork !== hostNetwork) return undefined
  return hostNetwork || newest.ips.length > 0 ? newest : undefined
}

function planSandbox(situation: Situation): Plan {
  const { pod, state } = situation
  const [newest] = state.sandboxes
  const attempt = newest ? newest.attempt + 1 : 0
  const restarts = pod.spec.restartPolicy !== 'Never'
  if (!restarts && attempt !== 0 && state.containers.length > 0) return over
  const remaining = pod.spec.containers.filter(container => {
    const record = newestOf(state, container.name)
    const once = (container.restartPolicy ?? pod.spec.restartPolicy) === 'OnFailure'
    return !(once && record?.phase === 'exited' && record.exitCode === 0)
  })
  const created = pod.spec.containers.some(container => newestOf(state, container.name))
  if (remaining.length === 0 && created) return over
  const [firstInit] = pod.spec.initContainers ?? []
  const start = firstInit
    ? [{ container: firstInit, init: true }]
    : remaining.map(container => ({ container, init: false }))
  return { ...finish(situation, start, []), sandbox: { attempt, replaces: newest !== undefined } }
}

function planEphemeral({ pod, state }: Situation): Start[] {
  return (pod.spec.ephemeralContainers ?? [])
    .filter(container => !newestOf(state, container.name))
    .map(container => ({ container: container as Container, init: false }))
}

interface InitPlan {
  readonly end?: true
  /** Whether the ordinary containers may run. */
  readonly done: boolean
  readonly start: readonly Start[]
  readonly kill: readonly Kill[]
}

/**
 * Init containers run one after the other; sidecars among them keep running, and let the next one begin once they have
 * started. Only what ran in the current sandbox counts: a new sandbox begins from the first.
 */
function planInits(situation: Situation, sandbox: SandboxRecord): InitPlan {
  const { pod, state, health } = situation
  const inits = pod.spec.initContainers ?? []
  const inSandbox: PodState = {
    sandboxes: state.sandboxes,
    containers: state.containers.filter(({ sandboxId }) => sandboxId === sandbox.id),
  }
  const initialized = pod.spec.containers.some(container => newestOf(inSandbox, container.name))
  // Everything before the last init container that has ever run is done; completed ones may have been cleared away.
  const reached = initialized ? inits.length : inits.findLastIndex(container => newestOf(inSandbox, container.name))
  const kill: Kill[] = []
  const start: Start[] = []
  let done = initialized || inits.length === 0

  for (const [index, container] of inits.entries()) {
    const passed = index < reached
    const record = newestOf(inSandbox, container.name)
    if (passed && !isSidecar(container)) continue
    if (index > reached) {
      if (reached < 0) start.push({ container, init: true })
      break
    }
    const next = () => {
      if (passed) return
      const following = inits[index + 1]
      if (following) start.push({ container: following, init: true })
      else done = true
    }
    if (!record || record.phase === 'created') {
      start.push({ container, init: true })
    } else if (record.phase === 'unknown') {
      if (!isSidecar(container) && !restartsWhenKilled(pod, container)) return { end: true, done: false, start, kill }
      kill.push(killUnknown('Init container', container, record))
      start.push({ container, init: true })
    } else if (record.phase === 'exited') {
      if (isSidecar(container)) start.push({ container, init: true })
      else if (record.exitCode === 0) next()
      else if (restartsAfter(pod, container, record.exitCode)) start.push({ container, init: true })
      else return { end: true, done: false, start, kill }
    } else if (isSidecar(container)) {
      const wrong = whatIsWrong(situation, container, record, 'Init container')
      if (wrong) {
        kill.push(wrong.kill)
        start.push({ container, init: true })
      }
      if (!container.startupProbe || health(record.id).started) next()
    }
  }
  return { done, start, kill }
}

function killUnknown(word: string, container: Container, record: ContainerRecord): Kill {
  return {
    record,
    container,
    reason: 'unknown',
    message: `${word} is in "unknown" state, try killing it before restart`,
  }
}

function whatIsWrong(
  { health }: Situation,
  container: Container,
  record: ContainerRecord,
  word: string,
): { readonly kill: Kill; readonly changed: boolean } | undefined {
  const told = (what: string, reason: KillReason, changed: boolean) => ({
    kill: { record, container, reason, message: `${word} ${container.name} ${what}` },
    changed,
  })
  if (record.hash !== containerHash(container)) return told('definition changed', 'unknown', true)
  const { failedLiveness, failedStartup } = health(record.id)
  if (failedLiveness) return told('failed liveness probe', 'livenessProbe', false)
  return failedStartup ? told('failed startup probe', 'startupProbe', false) : undefined
}

/** Adds what holds restarts back. */
function finish({ state, now, crashes }: Situation, start: readonly Start[], kill: readonly Kill[]): Plan {
  const timed = start.map((each): Start => {
    const { name } = each.container
    const ended = state.containers.find(container => container.name === name && container.phase === 'exited')
    if (!ended) return each
    const delay = crashDelay(crashes.get(name), ended.finishedAt)
    const until = ended.finishedAt + delay
    return delay > 0 && until > now ? { ...each, until, delay } : each
  })
  const waits = timed.flatMap(({ until }) => (until === undefined ? [] : [until]))
  return { end: false, kill, start: timed, ...(waits.length ? { recheckAt: Math.min(...waits) } : {}) }
}
