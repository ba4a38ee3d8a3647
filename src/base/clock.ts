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

/** The longest that `setTimeout` can wait; what is longer it would fire at once. */
const longest = 2 ** 31 - 1

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, fire) {
    let timer: ReturnType<typeof setTimeout>
    const wait = (left: number) => {
      timer = setTimeout(left > longest ? () => wait(left - longest) : fire, Math.min(Math.max(0, left), longest))
      ;(timer as { unref?: () => void }).unref?.()
    }
    wait(milliseconds)
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
