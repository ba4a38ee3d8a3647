import type { KubeObject } from '../api/meta/objectMeta.ts'
import { is } from '../api/meta/statusError.ts'
import type { BackoffOptions } from '../base/backoff.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { Metrics } from '../base/metrics.ts'
import { createWorkQueue, type WorkQueue } from '../base/workqueue.ts'
import type { Informer } from './informer.ts'
import { type QueueMeter, queueMeter } from './queueMetrics.ts'

/** What changed, and how: `before` is there for `changed` only. */
export type Change<T> =
  | { readonly type: 'added' | 'removed'; readonly object: T; readonly before?: undefined }
  | { readonly type: 'changed'; readonly object: T; readonly before: T }

/** One watched kind of a controller. Made by `watching`. */
export interface Watch {
  readonly informer: { whenSynced(): Promise<void> }
  /** Sends keys to the queue from now on; returns how to stop. */
  begin(queue: Pick<WorkQueue<string>, 'add' | 'addAfter'>): () => void
}

/** Watches a kind and says which keys want reconciling when an object changes. `keys` must not throw. */
export function watching<T extends KubeObject>(
  informer: Informer<T>,
  keys: (change: Change<T>) => Iterable<string>,
): Watch {
  return {
    informer,
    begin(queue) {
      const send = (change: Change<T>) => {
        for (const key of keys(change)) queue.add(key)
      }
      return informer.on({
        added: object => send({ type: 'added', object }),
        changed: (object, before) => send({ type: 'changed', object, before }),
        removed: object => send({ type: 'removed', object }),
      })
    },
  }
}

/** How a reconcile ended well: look again after so many milliseconds, or only when something changes. */
export interface Outcome {
  readonly again?: number
}

/**
 * A controller: brings the world to what one key asks for. `reconcile` gets a key, never an event; it reads caches,
 * writes through a client and may be called at any time, for the same key never twice at once. It throws when it failed:
 * the key is retried with back-off, a conflict is retried without being logged as an error.
 */
export interface Controller {
  readonly name: string
  readonly workers: number
  readonly watches: readonly Watch[]
  readonly backoff?: BackoffOptions
  reconcile(key: string, signal: AbortSignal): Promise<Outcome | undefined>
}

export interface ControllerDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
  /** Where the queue tells of itself. */
  readonly metrics?: Metrics
}

/** Runs a controller until the signal aborts; resolves when its last reconcile has ended. */
export async function runController(controller: Controller, deps: ControllerDeps): Promise<void> {
  const { clock, signal } = deps
  const log = deps.log.child({ controller: controller.name })
  try {
    await Promise.all(controller.watches.map(watch => watch.informer.whenSynced()))
  } catch (error) {
    if (signal.aborted) return
    throw error
  }
  const queue = createWorkQueue<string>({
    clock,
    signal,
    ...(controller.backoff ? { backoff: controller.backoff } : {}),
  })
  const meter = deps.metrics && queueMeter(deps.metrics, controller.name, queue)
  const fed = meter ? counted(queue, meter) : queue
  const stops = controller.watches.map(watch => watch.begin(fed))
  await queue.run(controller.workers, async key => {
    const done = meter?.taken(key)
    try {
      const outcome = await controller.reconcile(key, signal)
      queue.forget(key)
      if (outcome?.again !== undefined) queue.addAfter(key, outcome.again)
    } catch (error) {
      if (signal.aborted) return
      const retryIn = queue.addRateLimited(key)
      meter?.retried()
      if (is(error, 'Conflict')) log.debug('somebody else changed the object; trying again', { key, retryIn })
      else log.error('reconcile failed; trying again', { key, retryIn, error })
    } finally {
      done?.()
    }
  })
  for (const stop of stops) stop()
}

/** The way into the queue that events take, counted. */
function counted(queue: WorkQueue<string>, meter: QueueMeter): Pick<WorkQueue<string>, 'add' | 'addAfter'> {
  return {
    add(key) {
      meter.added(key)
      queue.add(key)
    },
    addAfter(key, milliseconds) {
      meter.added(key)
      queue.addAfter(key, milliseconds)
    },
  }
}
