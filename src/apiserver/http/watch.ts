import type { Clock } from '../../base/clock.ts'
import type { WatchSink } from '../contract.ts'
import type { WatchFrames } from './content.ts'
import type { Reply } from './reply.ts'

/** When a watcher is too slow to be kept: bytes waiting, and how long nothing moved. */
const limits = { bytes: 128 * 1024 * 1024, stalledBytes: 1024 * 1024, stalledMilliseconds: 15_000 }
/** Most bytes handed to the connection at once. */
const chunkBytes = 256 * 1024

/** Most milliseconds that writing rests. */
const longestRest = 3

/** So many watchers are written to before the answer to the request that made the change; the others after it. */
const atOnce = 16

/** Collects what sinks have to write, and writes it together. */
export interface Batcher {
  add(flush: () => void): void
  /** The bytes of these frames in one; the same bytes for one watcher after the other that has the same to get. */
  join(frames: readonly Uint8Array[], length: number): Uint8Array
}

/**
 * What comes first is written at once, before the answer to the request that made the change: a controller that writes
 * and then looks into its cache mostly finds what it wrote. Where there are many watchers, whoever writes does not wait
 * until all of them have been written to. What comes in the same turn of the event loop waits for its end.
 *
 * After a round of writes that took long, for there are many watchers, writing rests as long again: of changes that
 * follow each other closely every watcher gets some at once then, and the writes of others are not kept waiting.
 */
export function createBatcher(): Batcher {
  let waiting: (() => void)[] = []
  let resting = false
  let joined: { readonly frames: readonly Uint8Array[]; readonly bytes: Uint8Array } | undefined
  const run = () => {
    const flushes = waiting
    waiting = []
    resting = true
    for (const flush of flushes.slice(0, atOnce)) flush()
    if (flushes.length > atOnce) setImmediate(() => write(flushes.slice(atOnce)))
    else write([])
  }
  const write = (flushes: readonly (() => void)[]) => {
    const begun = performance.now()
    for (const flush of flushes) flush()
    // Connections write when this turn ends: only then it is known how long that took.
    setImmediate(() => {
      const took = performance.now() - begun
      if (took < 1) goOn()
      else setTimeout(goOn, Math.min(took, longestRest))
    })
  }
  const goOn = () => {
    resting = false
    joined = undefined
    if (waiting.length > 0) run()
  }
  return {
    add(flush) {
      if (waiting.push(flush) === 1 && !resting) queueMicrotask(run)
    },
    join(frames, length) {
      if (frames.length === 1) return frames[0] as Uint8Array
      if (joined && sameFrames(joined.frames, frames)) return joined.bytes
      const bytes = Buffer.concat(frames, length)
      joined = { frames, bytes }
      return bytes
    },
  }
}

const sameFrames = (a: readonly Uint8Array[], b: readonly Uint8Array[]) =>
  a.length === b.length && a.every((frame, index) => frame === b[index])

/** The sink of one watch, and what the listener does with it at the end. */
export interface ReplySink extends WatchSink {
  /** Writes what is waiting, then ends the answer. */
  close(): void
}

/**
 * Frames wait here as references to bytes that all watchers share; they are copied together only when the connection
 * has room. So a slow watcher costs little memory, and a fast one gets few, large writes.
 */
export function createSink(reply: Reply, frames: WatchFrames, batcher: Batcher, clock: Clock): ReplySink {
  let queue: Uint8Array[] = []
  let bytes = 0
  let scheduled = false
  let blocked = false
  let closing = false
  let over = false
  let movedAt = clock.now()

  const schedule = () => {
    if (scheduled || blocked) return
    scheduled = true
    batcher.add(flush)
  }
  const flush = () => {
    scheduled = false
    while (!blocked && !over && queue.length > 0) {
      const chunk = take()
      movedAt = clock.now()
      blocked = !reply.write(chunk)
    }
    if (closing && queue.length === 0 && !over) {
      over = true
      reply.end()
    }
  }
  const take = () => {
    let size = 0
    let count = 0
    while (count < queue.length && (count === 0 || size + (queue[count] as Uint8Array).length <= chunkBytes)) {
      size += (queue[count++] as Uint8Array).length
    }
    const part = count === queue.length ? queue : queue.slice(0, count)
    queue = count === queue.length ? [] : queue.slice(count)
    bytes -= size
    return batcher.join(part, size)
  }
  const push = (frame: Uint8Array) => {
    if (over || closing) return false
    const stalled = bytes > limits.stalledBytes && clock.now() - movedAt > limits.stalledMilliseconds
    if (stalled || bytes + frame.length > limits.bytes) return false
    queue.push(frame)
    bytes += frame.length
    schedule()
    return true
  }

  reply.onDrain(() => {
    blocked = false
    if (queue.length > 0 || closing) schedule()
  })
  reply.onClose(() => {
    over = true
    queue = []
    bytes = 0
  })
  return {
    event: (type, stored) => push(frames.event(type, stored)),
    error: status => void push(frames.error(status)),
    close() {
      closing = true
      schedule()
    },
  }
}
