import type { Clock, Timer } from '../base/clock.ts'
import type { Logger } from '../base/log.ts'
import type { History, Version } from './history.ts'

/** How long to wait before a deletion that failed is tried again. */
const retryMilliseconds = 5000

export interface ExpiryOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly history: History
  /** Deletes the key if it is still this version. */
  expire(version: Version): Promise<unknown>
}

/** Deletes keys when their time is up. */
export interface Expiry {
  /** To be called after every write: the soonest time may have changed. */
  arm(): void
  stop(): void
}

/** Nothing happens before `arm` is first called. */
export function createExpiry({ clock, log, history, expire }: ExpiryOptions): Expiry {
  let armed: { readonly at: number; readonly timer: Timer } | undefined
  let busy = false
  let stopped = false

  const set = (at: number) => {
    if (armed?.at === at) return
    armed?.timer.cancel()
    armed = { at, timer: clock.after(at - clock.now(), fire) }
  }
  const arm = () => {
    if (stopped || busy) return
    const next = history.nextExpiry()
    if (next) return set(next.expiresAt)
    armed?.timer.cancel()
    armed = undefined
  }
  const fire = () => {
    armed = undefined
    busy = true
    void Promise.all(history.expired(clock.now()).map(expire))
      .then(
        () => true,
        error => {
          if (!stopped) log.error('keys whose time is up could not be deleted', { error })
          return false
        },
      )
      .then(went => {
        busy = false
        if (went) arm()
        else if (!stopped) set(clock.now() + retryMilliseconds)
      })
  }

  return {
    arm,
    stop() {
      stopped = true
      armed?.timer.cancel()
      armed = undefined
    },
  }
}
