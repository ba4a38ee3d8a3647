import type { StoreEvent, WatchOptions } from './contract.ts'

/** Who hears of writes: hands each event to every watcher of its key, in revision order. */
export interface Watchers {
  /** Adds a watcher that has been given everything up to `revision`. */
  add(options: WatchOptions, revision: number): void
  /** Events of consecutive revisions. A call from inside a watcher is carried out after the one under way. */
  deliver(events: readonly StoreEvent[]): void
  /** Ends all watches with this error. */
  end(error: Error): void
}

interface Watcher {
  readonly options: WatchOptions
  seen: number
  stop(): void
}

/** The revision that an event made. */
export const revisionOf = (event: StoreEvent) => (event.type === 'put' ? event.item.modRevision : event.revision)

/** The key that an event is about. */
export const keyOf = (event: StoreEvent) => (event.type === 'put' ? event.item.key : event.key)

/** Nobody watches yet. */
export function createWatchers(): Watchers {
  const watchers = new Set<Watcher>()
  const queue: (readonly StoreEvent[])[] = []
  let delivering = false

  const give = (watcher: Watcher, events: readonly StoreEvent[], revision: number) => {
    const { options, seen } = watcher
    const wanted = events.filter(event => revisionOf(event) > seen && keyOf(event).startsWith(options.prefix))
    watcher.seen = Math.max(seen, revision)
    if (wanted.length === 0 || options.signal.aborted) return
    try {
      options.onEvents(wanted, revision)
    } catch (cause) {
      watcher.stop()
      options.onError(new Error(`the watcher of ${options.prefix} failed at revision ${revision}`, { cause }))
    }
  }

  return {
    add(options, revision) {
      if (options.signal.aborted) return
      const stop = () => {
        watchers.delete(watcher)
        options.signal.removeEventListener('abort', stop)
      }
      const watcher: Watcher = { options, seen: revision, stop }
      options.signal.addEventListener('abort', stop)
      watchers.add(watcher)
    },
    deliver(events) {
      queue.push(events)
      if (delivering) return
      delivering = true
      for (let group = queue.shift(); group; group = queue.shift()) {
        const last = group.at(-1)
        if (last) for (const watcher of [...watchers]) give(watcher, group, revisionOf(last))
      }
      delivering = false
    },
    end(error) {
      for (const watcher of [...watchers]) {
        watcher.stop()
        watcher.options.onError(error)
      }
    },
  }
}
