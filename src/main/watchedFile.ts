import { readFileSync, watch } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Logger } from '../base/log.ts'
import { onAbort } from '../base/signals.ts'

/** A file that is read again when it changes: certificates and configuration are renewed under running servers. */
export interface WatchedFile<T> {
  /** What the file last said that could be used. */
  readonly value: T
  /** Called after each change. */
  onChange(listener: () => void): void
}

/** Milliseconds that a change is left alone: writers need more than one step. */
const rest = 100

/**
 * Reads a file now, and again on each change until the signal aborts. Throws when it can't be used now; later the last
 * good state stays, and the log tells what is wrong. Replaced files and links, as Secrets are mounted, are followed.
 */
export function watchFile<T>(
  path: string,
  read: (text: string) => T,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): WatchedFile<T> {
  const listeners: (() => void)[] = []
  let text = readFileSync(path, 'utf8')
  let value = read(text)
  let timer: NodeJS.Timeout | undefined

  const look = () => {
    timer = undefined
    try {
      const now = readFileSync(path, 'utf8')
      if (now === text) return
      value = read(now)
      text = now
    } catch (error) {
      log.error('a file has changed and cannot be used: what it said before goes on counting', { path, error })
      return
    }
    log.info('a file was read again', { path })
    for (const listener of listeners) listener()
  }
  const watcher = watch(dirname(resolve(path)), () => {
    timer ??= setTimeout(look, rest)
  })
  watcher.on('error', error => log.error('a file can no longer be watched', { path, error }))
  onAbort(signal, () => {
    watcher.close()
    clearTimeout(timer)
  })
  return {
    get value() {
      return value
    },
    onChange: listener => void listeners.push(listener),
  }
}
