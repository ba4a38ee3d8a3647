/** A timer that can be taken back. */
export interface Timer {
  cancel(): void
}

/**
 * The only source of time. Everything that waits or stamps takes one, so that a test can move it by hand.
 * Times are milliseconds since the Unix epoch.
 */
export interface Clock {
  now(): number
  /** Calls `fire` once, `milliseconds` from now; a timer never keeps the process alive. */
  after(milliseconds: number, fire: () => void): Timer
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, fire) {
    const timer = setTimeout(fire, Math.max(0, milliseconds))
    ;(timer as { unref?: () => void }).unref?.()
    return { cancel: () => clearTimeout(timer) }
  },
}

/** Resolves after `milliseconds`, or at once when the signal aborts; true when the time really passed. */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve(false)
    const done = (passed: boolean) => {
      timer.cancel()
      signal?.removeEventListener('abort', aborted)
      resolve(passed)
    }
    const aborted = () => done(false)
    const timer = clock.after(milliseconds, () => done(true))
    signal?.addEventListener('abort', aborted, { once: true })
  })
}
