import { sleep } from '../../base/clock.ts'
import { aborted, deadline } from '../../base/signals.ts'
import { referenceTo } from '../../client/events.ts'
import { runHook } from '../container/lifecycle.ts'
import { errorText } from '../cri/grpc.ts'
import { allContainers, type Container, isSidecar, type Pod } from '../pod.ts'
import type { Kit } from './kit.ts'
import type { KillReason } from './plan.ts'
import { type ContainerRecord, isAlive, type PodState } from './state.ts'

/** Seconds that every container gets to end by itself, so that none is killed without need. */
const minimumGrace = 2

type KillKit = Pick<Kit, 'runtime' | 'clock' | 'events' | 'log' | 'signal'>

export interface KillRequest {
  readonly pod: Pod
  readonly record: ContainerRecord
  /** Absent: its description is no longer known. */
  readonly container: Container | undefined
  readonly message?: string
  readonly graceSeconds: number
  readonly podIP: string
  /** Resolves when it is this one's turn to end. */
  readonly turn?: Promise<unknown>
}

/** Path of a container inside its pod, as events name it. */
export function fieldPathOf(pod: Pod, name: string): string {
  const inits = (pod.spec.initContainers ?? []).some(each => each.name === name)
  const ephemeral = (pod.spec.ephemeralContainers ?? []).some(each => each.name === name)
  return `spec.${inits ? 'initContainers' : ephemeral ? 'ephemeralContainers' : 'containers'}{${name}}`
}

/** Seconds a container is given: those of the probe it failed, of the deletion, or of the pod. */
export function graceOf(pod: Pod, container: Container | undefined, reason: KillReason): number {
  const probe = reason === 'livenessProbe' ? container?.livenessProbe : container?.startupProbe
  const ofProbe = reason === 'unknown' ? undefined : probe?.terminationGracePeriodSeconds
  const { deletionGracePeriodSeconds } = pod.metadata
  return ofProbe ?? deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? minimumGrace
}

/** Ends a container: its preStop hook, then TERM, then KILL when its time is up. Resolves when it has ended. */
export async function killContainer(request: KillRequest, kit: KillKit): Promise<void> {
  const { pod, record, container, message, graceSeconds, podIP, turn } = request
  const { clock, events, log, runtime } = kit
  const about = referenceTo(pod, fieldPathOf(pod, record.name))
  events.record(about, 'Normal', 'Killing', message || `Stopping container ${record.name}`)
  const until = clock.now() + graceSeconds * 1000
  const hook = container?.lifecycle?.preStop
  if (hook && graceSeconds > 0 && record.phase === 'running') {
    const limit = deadline(clock, graceSeconds * 1000, kit.signal)
    const running = runHook(hook, { pod, container, containerId: record.id, podIP }, kit, limit.signal).catch(error => {
      log.warn('a preStop hook failed', { container: record.name, error: errorText(error) })
      // What the hook said may be secret.
      events.record(about, 'Warning', 'FailedPreStopHook', 'PreStopHook failed')
    })
    await Promise.race([running, aborted(limit.signal)])
    limit.release()
  }
  if (turn) await Promise.race([turn, sleep(clock, until - clock.now(), kit.signal)])
  const left = Math.max(Math.ceil((until - clock.now()) / 1000), minimumGrace)
  await runtime.stopContainer(record.id, Math.min(left, Math.max(graceSeconds, minimumGrace)))
}

/** Ends all containers of a pod, sidecars after the others and in reverse order. */
export async function killAll(
  pod: Pod,
  state: PodState,
  graceSeconds: number,
  podIP: string,
  kit: KillKit,
): Promise<void> {
  const alive = state.containers.filter(isAlive)
  const described = (name: string) => allContainers(pod).find(each => each.name === name)
  const isLate = ({ name }: ContainerRecord) => {
    const container = described(name)
    return container !== undefined && isSidecar(container) && (pod.spec.initContainers ?? []).includes(container)
  }
  const kill = (record: ContainerRecord, turn?: Promise<unknown>) =>
    killContainer(
      { pod, record, container: described(record.name), graceSeconds, podIP, ...(turn ? { turn } : {}) },
      kit,
    )
  const kills = alive.filter(record => !isLate(record)).map(record => kill(record))
  const order = (pod.spec.initContainers ?? []).map(({ name }) => name)
  const late = alive.filter(isLate).sort((a, b) => order.indexOf(b.name) - order.indexOf(a.name))
  for (const record of late) kills.push(kill(record, Promise.allSettled([...kills])))
  const failures = (await Promise.allSettled(kills)).flatMap(each => (each.status === 'rejected' ? [each.reason] : []))
  if (failures.length > 0) throw new AggregateError(failures, failures.map(errorText).join('; '))
}
