import { backoffDelay } from '../../base/backoff.ts'
import { referenceTo } from '../../client/events.ts'
import { describePod, type Pod } from '../pod.ts'
import type { Waiting } from '../status/containers.ts'
import { type CrashEntry, goSeconds, nextCrash } from './crash.ts'
import { fieldPathOf } from './kill.ts'
import type { Kit } from './kit.ts'
import type { Start } from './plan.ts'
import { type StartRequest, startContainer } from './start.ts'
import { StartError } from './startError.ts'

const retry = { baseMilliseconds: 1000, capMilliseconds: 10_000 }

/** How a start went: `until` tells when to try again. */
export type Outcome = { readonly result: 'started' } | { readonly result: 'failed' | 'held'; readonly until: number }

/** Starts the containers of one pod, and remembers which failed, which wait and why. */
export interface Starter {
  /** By container name: what users are told of those that wait. */
  readonly waiting: ReadonlyMap<string, Waiting>
  readonly crashes: ReadonlyMap<string, CrashEntry>
  /** Starts a container, unless it is not time yet. Throws only what is no failure of the container. */
  start(request: StartRequest): Promise<Outcome>
  /** Tells that a restart is held back. */
  holdBack(pod: Pod, start: Start): void
  /** What failed is tried again at once. */
  forgive(): void
  /** Nothing waits any more. */
  clear(): void
}

export function createStarter(kit: Kit): Starter {
  const { clock, events } = kit
  const waiting = new Map<string, Waiting>()
  const crashes = new Map<string, CrashEntry>()
  const failures = new Map<string, { readonly until: number; readonly times: number }>()
  return {
    waiting,
    crashes,
    async start(request) {
      const { container, state } = request
      const { name } = container
      const held = failures.get(name)
      if (held && clock.now() < held.until) return { result: 'held', until: held.until }
      const ended = state.containers.find(each => each.name === name && each.phase === 'exited')
      if (ended) crashes.set(name, nextCrash(crashes.get(name), ended.finishedAt, clock.now()))
      try {
        await startContainer(request, kit)
        waiting.delete(name)
        failures.delete(name)
        return { result: 'started' }
      } catch (error) {
        if (!(error instanceof StartError)) throw error
        waiting.set(name, { reason: error.reason, message: error.message })
        const times = (held?.times ?? 0) + 1
        const until = error.retryAt ?? clock.now() + backoffDelay(retry, times - 1)
        failures.set(name, { until, times })
        return { result: 'failed', until }
      }
    },
    holdBack(pod, { container, delay = 0 }) {
      const { name } = container
      const who = describePod(pod)
      const known = waiting.get(name)
      const message = `back-off ${goSeconds(delay)} restarting failed container=${name} pod=${who}`
      waiting.set(name, { reason: 'CrashLoopBackOff', message })
      // The event once for each time, not for every look.
      if (known?.reason === 'CrashLoopBackOff' && known.message === message) return
      const about = referenceTo(pod, fieldPathOf(pod, name))
      events.record(about, 'Warning', 'BackOff', `Back-off restarting failed container ${name} in pod ${who}`)
    },
    forgive: () => failures.clear(),
    clear: () => waiting.clear(),
  }
}
