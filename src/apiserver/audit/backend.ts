import type { Clock, Timer } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { AuditMeter } from './meter.ts'

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
}

export interface SinkDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly meter: AuditMeter
}

/** Events on their way to a backend, in one of the modes. */
export interface Sink {
  /** A promise where the request has to wait; it rejects only where the request must be refused. */
  take(event: string): Promise<void> | undefined
  /** Writes what waits, and ends. */
  close(): Promise<void>
}

export function createSink(backend: AuditBackend, mode: AuditMode, batch: BatchOptions, deps: SinkDeps): Sink {
  return mode === 'batch' ? batching(backend, batch, deps) : blocking(backend, mode === 'blocking-strict', deps)
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
        return backend.write([event])?.catch(failed)
      } catch (error) {
        lost(deps, backend.name, 1, error)
        return strict ? Promise.reject(error) : undefined
      }
    },
    close: () => backend.close(),
  }
}

function batching(backend: AuditBackend, { mostEvents, mostWait, buffer }: BatchOptions, deps: SinkDeps): Sink {
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
        lost(deps, backend.name, 1, new Error(`${buffer} events wait already`))
        return undefined
      }
      waiting.push(event)
      if (waiting.length >= mostEvents) flush()
      else arm()
      return undefined
    },
    async close() {
      backend.hurry?.()
      while (waiting.length > 0 || writing) {
        flush()
        await writing
      }
      timer?.cancel()
      await backend.close()
    },
  }
}
