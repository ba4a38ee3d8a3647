import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { type LinkedSignal, linkedSignal } from '../../base/signals.ts'
import { type EventRecorder, referenceTo } from '../../client/events.ts'
import type { Runtime } from '../cri/runtime.ts'
import { allContainers, type Container, isSidecar, type Pod, type Probe } from '../pod.ts'
import type { Health } from '../sync/plan.ts'
import type { ContainerRecord, PodState } from '../sync/state.ts'
import { checkProbe, type ProbeResult } from './check.ts'

export interface ProbesDeps {
  readonly runtime: Runtime
  readonly clock: Clock
  readonly log: Logger
  readonly events: EventRecorder
  readonly signal: AbortSignal
}

type Kind = 'startup' | 'liveness' | 'readiness'

/** The probes of all containers that run. Results are by container id: a new run of a container begins anew. */
export interface Probes {
  /** Starts the probes of containers that run, and ends those of containers that don't. */
  follow(pod: Pod, state: PodState, podIP: string): void
  /** The pod is being ended: only its readiness is still of interest. */
  ending(uid: string): void
  /** Ends all probes of a pod. */
  stop(uid: string): void
  health(id: string): Health
  /** `before`: what was known of it before this kubelet ran; counts until its first probe has had a say. */
  started(record: ContainerRecord, container: Container, before: boolean): boolean
  ready(record: ContainerRecord, container: Container, before: boolean): boolean
}

interface Watched {
  readonly uid: string
  /** Undefined: not decided yet. */
  readonly passed: { startup?: boolean; liveness?: boolean; readiness?: boolean }
  readonly stops: Map<Kind, LinkedSignal>
  /** Begins what waits for the startup probe. */
  afterStartup(): void
}

const probeOf = (container: Container, kind: Kind): Probe | undefined => container[`${kind}Probe`]
const word: Record<Kind, string> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' }
const tries = 3

/** `changed`: something about a pod's containers is decided otherwise than before (`pkg/kubelet/prober`). */
export function createProbes(deps: ProbesDeps, changed: (uid: string) => void): Probes {
  const { clock, events, log } = deps
  const containers = new Map<string, Watched>()

  function follow(pod: Pod, state: PodState, podIP: string): void {
    const uid = pod.metadata.uid ?? ''
    const running = new Set<string>()
    for (const container of allContainers(pod)) {
      if (!isSidecar(container) && (pod.spec.initContainers ?? []).includes(container)) continue
      const record = state.containers.find(({ name, phase }) => name === container.name && phase === 'running')
      if (!record) continue
      running.add(record.id)
      if (!containers.has(record.id)) begin(pod, container, record, podIP)
    }
    for (const [id, watched] of containers) if (watched.uid === uid && !running.has(id)) end(id)
  }

  function begin(pod: Pod, container: Container, record: ContainerRecord, podIP: string): void {
    const start = (kind: Kind) => {
      if (!probeOf(container, kind)) return
      const stop = linkedSignal(deps.signal)
      watched.stops.set(kind, stop)
      run(kind, pod, container, record, podIP, watched, stop.signal).then(
        () => stop.release(),
        error => log.error('a probe ended in an error', { container: container.name, error }),
      )
    }
    const watched: Watched = {
      uid: pod.metadata.uid ?? '',
      passed: {},
      stops: new Map(),
      afterStartup() {
        start('liveness')
        start('readiness')
      },
    }
    containers.set(record.id, watched)
    if (container.startupProbe) start('startup')
    else watched.afterStartup()
  }

  async function run(
    kind: Kind,
    pod: Pod,
    container: Container,
    record: ContainerRecord,
    podIP: string,
    watched: Watched,
    signal: AbortSignal,
  ): Promise<void> {
    const probe = probeOf(container, kind)
    if (!probe) return
    const { initialDelaySeconds = 0, periodSeconds = 10, successThreshold = 1, failureThreshold = 3 } = probe
    await sleep(clock, record.startedAt + initialDelaySeconds * 1000 - clock.now(), signal)
    let last: boolean | undefined
    let times = 0
    while (!signal.aborted) {
      const began = clock.now()
      const { result, output } = await tried(probe, { container, containerId: record.id, podIP })
      if (signal.aborted) return
      if (result !== 'unknown') {
        const passed = result !== 'failure'
        times = passed === last ? times + 1 : 1
        last = passed
        const about = referenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' }, `spec.containers{${container.name}}`)
        if (result === 'warning')
          events.record(about, 'Warning', 'ProbeWarning', `${word[kind]} probe warning: ${output}`)
        if (!passed) events.record(about, 'Warning', 'Unhealthy', `${word[kind]} probe failed: ${output}`)
        if (times >= (passed ? successThreshold : failureThreshold) && watched.passed[kind] !== passed) {
          watched.passed[kind] = passed
          changed(watched.uid)
          // A container that failed is killed, and one that has started need not start again.
          if (kind === 'startup' && passed) watched.afterStartup()
          if (kind === 'startup' || (kind === 'liveness' && !passed)) return
        }
      }
      await sleep(clock, began + periodSeconds * 1000 - clock.now(), signal)
    }
  }

  async function tried(probe: Probe, target: Parameters<typeof checkProbe>[1]): Promise<ProbeResult> {
    let answer: ProbeResult = { result: 'unknown', output: '' }
    for (let left = tries; left > 0 && answer.result === 'unknown'; left--)
      answer = await checkProbe(probe, target, deps)
    return answer
  }

  function end(id: string): void {
    for (const stop of containers.get(id)?.stops.values() ?? []) stop.abort()
    containers.delete(id)
  }

  return {
    follow,
    ending(uid) {
      for (const watched of containers.values()) {
        if (watched.uid !== uid) continue
        watched.stops.get('startup')?.abort()
        watched.stops.get('liveness')?.abort()
      }
    },
    stop(uid) {
      for (const [id, watched] of containers) if (watched.uid === uid) end(id)
    },
    health(id) {
      const { passed } = containers.get(id) ?? {}
      return {
        ...(passed?.startup === undefined ? {} : { started: passed.startup, failedStartup: !passed.startup }),
        ...(passed?.liveness === undefined ? {} : { failedLiveness: !passed.liveness }),
      }
    },
    started(record, container, before) {
      if (!container.startupProbe) return true
      return containers.get(record.id)?.passed.startup ?? before
    },
    ready(record, container, before) {
      if (!container.readinessProbe) return true
      return containers.get(record.id)?.passed.readiness ?? before
    },
  }
}
