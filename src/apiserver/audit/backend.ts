import { type Clock, sleep, type Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { AuditMeter } from './meter.ts'
import { tokenBucket } from './throttle.ts'
import { inParts, shortened, type TruncateOptions } from './truncate.ts'

/** An event as JSON, and without objects where it has some. */
export interface Kept {
  readonly json: string
  readonly shorter?: () => string
}

/** Where events go, each as JSON. */
export interface AuditBackend {
  /** As metrics and flags name it: `log`, `webhook`. */
  readonly name: string
  /** Keeps the events, or throws or rejects. */
  write(events: readonly string[]): Promise<void> | void
  /** The end is near: what fails is not tried again. */
  hurry?(): void
  close(): Promise<void>
}

/** Whether a request waits for its events; `blocking-strict` refuses it when the first can't be kept. */
export type AuditMode = 'blocking' | 'blocking-strict' | 'batch'

export interface BatchOptions {
  /** Most events that are written at once. */
  readonly mostEvents: number
  /** Milliseconds that an event waits for others. */
  readonly mostWait: number
  /** Most events that wait. */
  readonly buffer: number
  /** How many batches a second may go, and how many at once after a pause; absent: as many as there are. */
  readonly throttle?: { readonly rate: number; readonly burst: number }
}

export interface SinkDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly meter: AuditMeter
}

/** Events on their way to a backend, in one of the modes. */
export interface Sink {
  /** A promise where the request has to wait; it rejects only where the request must be refused. */
  take(event: Kept): Promise<void> | undefined
  /** Writes what waits, and ends. */
  close(): Promise<void>
}

/** `truncate`: how large events and batches may be; absent: as they come. */
export function createSink(
  backend: AuditBackend,
  mode: AuditMode,
  batch: BatchOptions,
  deps: SinkDeps,
  truncate?: TruncateOptions,
): Sink {
  const target = truncate ? inParts(backend, truncate.mostBatchBytes) : backend
  const sink = mode === 'batch' ? batching(target, batch, deps) : blocking(target, mode === 'blocking-strict', deps)
  if (!truncate) return sink
  return {
    close: () => sink.close(),
    take(event) {
      const fitting = shortened(event, truncate.mostEventBytes)
      if (fitting) return sink.take(fitting)
      lost(deps, 'truncate', 1, new Error('event is too large even after truncating'))
      return undefined
    },
  }
}

function lost({ log, meter }: SinkDeps, plugin: string, count: number, error: unknown): void {
  meter.failed(plugin, count)
  log.error('audit events are lost', { plugin, count, error })
}

function blocking(backend: AuditBackend, strict: boolean, deps: SinkDeps): Sink {
  const failed = (error: unknown) => {
    lost(deps, backend.name, 1, error)
    if (strict) throw error
  }
  return {
    take(event) {
      try {
        return backend.write([event.json])?.catch(failed)
      } catch (error) {
        lost(deps, backend.name, 1, error)
        return strict ? Promise.reject(error) : undefined
      }
    },
    close: () => backend.close(),
  }
}

function batching(backend: AuditBackend, options: BatchOptions, deps: SinkDeps): Sink {
  const { mostEvents, mostWait, buffer, throttle } = options
  const turn = throttle && tokenBucket(deps.clock, throttle)
  const closing = new AbortController()
  const waiting: string[] = []
  let timer: Timer | undefined
  let writing: Promise<void> | undefined

  const flush = () => {
    timer?.cancel()
    timer = undefined
    if (writing || waiting.length === 0) return
    const events = waiting.splice(0, mostEvents)
    writing = write(events).finally(() => {
      writing = undefined
      if (waiting.length >= mostEvents) flush()
      else arm()
    })
  }
  const write = async (events: readonly string[]) => {
    try {
      const wait = turn?.()
      if (wait) await sleep(deps.clock, wait, closing.signal)
      await backend.write(events)
    } catch (error) {
      lost(deps, backend.name, events.length, error)
    }
  }
  const arm = () => {
    if (!timer && waiting.length > 0) timer = deps.clock.after(mostWait, flush)
  }
  return {
    take(event) {
      if (waiting.length >= buffer) {
        lost(deps, 'buffered', 1, new Error(`${buffer} events wait already`))
        return undefined
      }
      waiting.push(event.json)
      if (waiting.length >= mostEvents) flush()
      else arm()
      return undefined
    },
    async close() {
      backend.hurry?.()
      closing.abort()
      while (waiting.length > 0 || writing) {
        flush()
        await writing
      }
      timer?.cancel()
      await backend.close()
    },
  }
}
