import type { Clock } from './clock.ts'
import { createHeap } from './heap.ts'

/** A clock that stands still until it is moved by hand. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on, firing each timer at its own instant, in order. Before and between timers, promises under way settle,
   * so a timer that they set inside the span fires too. Calls queue up behind one another.
   */
  advance(milliseconds: number): Promise<void>
  /** Lets promises under way settle without moving time: timers already due fire. */
  settle(): Promise<void>
  /** When the waiting timers are due, soonest first. */
  pending(): number[]
}

export interface VirtualClockOptions {
  /** How to wait until nothing is under way; by default one turn of the event loop. */
  readonly settle?: () => Promise<void>
}

interface Entry {
  readonly due: number
  readonly order: number
  readonly fire: () => void
}

/** A virtual clock that shows `start` (milliseconds since the epoch). */
export function createVirtualClock(start: number, options: VirtualClockOptions = {}): VirtualClock {
  const settle = options.settle ?? turn
  const timers = createHeap<number, Entry>(
    entry => entry.order,
    (a, b) => a.due < b.due || (a.due === b.due && a.order < b.order),
  )
  let now = start
  let order = 0
  let moves = Promise.resolve()

  const move = async (milliseconds: number) => {
    const target = now + Math.max(0, milliseconds)
    await settle()
    for (;;) {
      const next = timers.peek()
      if (!next || next.due > target) break
      now = Math.max(now, next.due)
      timers.pop()
      next.fire()
      // Timers of the same instant fire together, as they would on a real clock that is a little late.
      if (timers.peek()?.due !== next.due) await settle()
    }
    now = target
  }
  const advance = (milliseconds: number) => {
    const moved = moves.then(() => move(milliseconds))
    moves = moved.catch(() => {})
    return moved
  }

  return {
    now: () => now,
    after(milliseconds, fire) {
      const entry = { due: now + Math.max(0, milliseconds), order: order++, fire }
      timers.set(entry)
      return { cancel: () => void timers.delete(entry.order) }
    },
    advance,
    settle: () => advance(0),
    pending: () =>
      timers
        .items()
        .map(entry => entry.due)
        .sort((a, b) => a - b),
  }
}

/** One turn of the event loop: all promises that can settle without I/O have settled after it. */
function turn(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void }
  return new Promise(resolve => (setImmediate ? setImmediate(resolve) : setTimeout(resolve, 0)))
}
