import { join } from 'node:path'
import { type Clock, sleep } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import { type EventRecorder, referenceTo } from '../../client/events.ts'
import { errorText } from '../cri/grpc.ts'
import type { Runtime } from '../cri/runtime.ts'
import { podKey } from '../pod.ts'
import { label } from '../sync/labels.ts'
import type { PodRegistry } from '../sync/pods.ts'
import { diskUsage, exceeded, hasLocalLimits } from './local.ts'
import { rankForEviction } from './rank.ts'
import {
  limitOf,
  type Observations,
  observe,
  type Pressure,
  pressuresOf,
  type SignalName,
  shortOf,
  type Thresholds,
} from './signals.ts'

export interface EvictionDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  readonly events: EventRecorder
  readonly runtime: Runtime
  readonly pods: PodRegistry
  /** Frees disk space without ending anything; gives the bytes freed. */
  readonly freeDisk: (bytes: number) => Promise<number>
}

export interface EvictionOptions {
  readonly rootDir: string
  readonly imageRoot: () => Promise<string | undefined>
  readonly thresholds: Thresholds
}

const period = 10_000
/** A pressure is reported for so long after it was last seen, so that it doesn't flap. */
const lingering = 300_000

export interface Eviction {
  /** What the node is short of, or was a moment ago. */
  pressures(): ReadonlySet<Pressure>
  readonly done: Promise<void>
}

/** Looks every ten seconds whether the node runs short, and ends pods when it does, one at a time (`pkg/kubelet/eviction`). */
export function startEviction(deps: EvictionDeps, { rootDir, imageRoot, thresholds }: EvictionOptions): Eviction {
  const { clock, log, signal } = deps
  const seen = new Map<Pressure, number>()
  const pressures = () =>
    new Set([...seen].filter(([, at]) => clock.now() - at < lingering).map(([pressure]) => pressure))

  async function look(): Promise<void> {
    await endWasters(deps, rootDir)
    const seenNow = await observe(rootDir, await imageRoot())
    const short = shortOf(seenNow, thresholds)
    for (const pressure of pressuresOf(short)) seen.set(pressure, clock.now())
    // Memory first, as upstream: it ends processes the soonest.
    const [first] = short.sort((a, b) => Number(b === 'memory.available') - Number(a === 'memory.available'))
    if (first) await relieve(first, seenNow, thresholds, deps)
  }

  async function run(): Promise<void> {
    do {
      await look().catch(error => log.warn('the state of the node could not be read', { error: errorText(error) }))
    } while (await sleep(clock, period, signal))
  }
  return { pressures, done: run() }
}

/** Ends pods that use more of the disk than they themselves said they would. */
async function endWasters({ events, log, pods, runtime }: EvictionDeps, rootDir: string): Promise<void> {
  const limited = pods.list().filter(each => each.active && !each.ending && hasLocalLimits(each.description))
  if (limited.length === 0) return
  const stats = await runtime.containerStats()
  for (const worker of limited) {
    const { description, runtimeState, uid } = worker
    const emptyDirs = new Map<string, number>()
    for (const { name, emptyDir } of description.spec.volumes ?? []) {
      if (!emptyDir || emptyDir.medium === 'Memory') continue
      emptyDirs.set(name, await diskUsage(join(rootDir, 'pods', uid, 'volumes/kubernetes.io~empty-dir', name)))
    }
    const containers = new Map<string, number>()
    for (const { id, name, logPath } of runtimeState.containers) {
      const written = stats.find(({ attributes }) => attributes?.id === id)?.writableLayer?.usedBytes?.value ?? 0
      containers.set(name, (containers.get(name) ?? 0) + written + (await diskUsage(logPath)))
    }
    const message = exceeded(description, { emptyDirs, containers })
    if (message === undefined) continue
    log.warn('evicting a pod', { pod: podKey(description), message })
    events.record(referenceTo(description), 'Warning', 'Evicted', message)
    worker.end({ reason: 'Evicted', message, graceSeconds: 1 })
  }
}

async function relieve(
  signalName: SignalName,
  observations: Observations,
  thresholds: Thresholds,
  deps: EvictionDeps,
): Promise<void> {
  const { events, log, pods, runtime } = deps
  const observed = observations[signalName]
  const threshold = thresholds[signalName]
  if (!observed || !threshold) return
  const memory = signalName === 'memory.available'
  const limit = limitOf(threshold, observed.capacity)
  if (!memory && (await deps.freeDisk(limit - observed.available)) > 0) return
  const resource = memory ? 'memory' : 'ephemeral-storage'
  const stats = await runtime.containerStats()
  const bytesOf = (uid: string) =>
    stats
      .filter(({ attributes }) => attributes?.labels[label.podUid] === uid)
      .reduce(
        (sum, { memory: used, writableLayer }) =>
          sum + (memory ? (used?.workingSetBytes?.value ?? 0) : (writableLayer?.usedBytes?.value ?? 0)),
        0,
      )
  const active = pods.list().filter(worker => worker.active && !worker.ending)
  // One is on its way out already: what it gives back is waited for.
  if (pods.list().some(worker => worker.ending)) return
  const usages = active.map(({ description, uid }) => ({ pod: description, bytes: bytesOf(uid) }))
  const [victim] = rankForEviction(usages, resource)
  if (!victim) return
  const message = `The node was low on resource: ${resource}. Threshold quantity: ${Math.floor(limit)}, available: ${Math.floor(observed.available / 1024)}Ki. `
  log.warn('evicting a pod', { pod: podKey(victim), signal: signalName })
  events.record(referenceTo(victim), 'Warning', 'Evicted', message)
  pods.get(victim.metadata.uid ?? '')?.end({ reason: 'Evicted', message, graceSeconds: 1 })
}
