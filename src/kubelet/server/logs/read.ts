import { watch } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { parseLogLine } from './line.ts'

/** What is wanted of a log; upstream's PodLogOptions. */
export interface LogOptions {
  readonly follow: boolean
  readonly timestamps: boolean
  /** The last so many lines of the file. */
  readonly tailLines?: number
  readonly limitBytes?: number
  /** Milliseconds since the epoch: nothing older. */
  readonly since?: number
  readonly stream?: 'stdout' | 'stderr'
}

/** What following needs to know of the container. */
export interface LogSource {
  readonly path: string
  /** Whether more may be written. */
  readonly running: () => boolean
  /** Calls back when that may have changed; returns how to stop. */
  readonly onChange: (changed: () => void) => () => void
}

const chunkSize = 64 * 1024
const lineFeed = 0x0a

/**
 * The log of one run of a container, in pieces. Following goes on over rotations of the file, and ends when the
 * container has ended and all it wrote is told, or at the signal.
 */
export async function* readLog(source: LogSource, options: LogOptions, signal: AbortSignal): AsyncGenerator<Buffer> {
  const bell = createBell()
  const watcher = options.follow ? watch(dirname(source.path), () => bell.ring()) : undefined
  watcher?.on('error', () => bell.ring())
  const leave = source.onChange(() => bell.ring())
  signal.addEventListener('abort', bell.ring, { once: true })
  let file = await open(source.path, 'r')
  try {
    const shape = createShaper(options)
    let position = options.tailLines === undefined ? 0 : await tailStart(file, options.tailLines)
    let rest: Buffer = Buffer.alloc(0)
    while (!signal.aborted) {
      // Asked before reading: what is written before the end is then read for sure.
      const running = options.follow && source.running()
      const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkSize), 0, chunkSize, position)
      if (bytesRead > 0) {
        position += bytesRead
        const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)])
        const end = bytes.lastIndexOf(lineFeed) + 1
        rest = bytes.subarray(end)
        const { output, full } = shape(bytes.subarray(0, end))
        if (output.length > 0) yield output
        if (full) return
        continue
      }
      if (!options.follow) return
      const next = await rotated(file, source.path)
      if (next) {
        await file.close()
        file = next
        position = 0
        rest = Buffer.alloc(0)
      } else if (!running) return
      else await bell.wait()
    }
  } finally {
    signal.removeEventListener('abort', bell.ring)
    leave()
    watcher?.close()
    await file.close()
  }
}

/** Rings at most once for whoever waits next. */
function createBell() {
  let rung = false
  let waiter: (() => void) | undefined
  return {
    ring: () => {
      rung = true
      waiter?.()
    },
    async wait(): Promise<void> {
      if (!rung) await new Promise<void>(resolve => (waiter = resolve))
      rung = false
      waiter = undefined
    },
  }
}

/** The file that has come in the place of this one; undefined when none has. */
async function rotated(file: FileHandle, path: string): Promise<FileHandle | undefined> {
  try {
    const [old, now] = await Promise.all([file.stat(), stat(path)])
    return old.ino === now.ino && old.dev === now.dev ? undefined : await open(path, 'r')
  } catch (error) {
    // Between the renaming and the new file there is none.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Where the last so many lines begin. */
async function tailStart(file: FileHandle, lines: number): Promise<number> {
  const { size } = await file.stat()
  if (lines === 0) return size
  let found = 0
  for (let end = size; end > 0; ) {
    const begin = Math.max(0, end - chunkSize)
    const { buffer } = await file.read(Buffer.alloc(end - begin), 0, end - begin, begin)
    for (let at = buffer.length - 1; at >= 0; at--) {
      // The newline at the very end ends the last line; it begins none.
      if (buffer[at] !== lineFeed || begin + at === size - 1) continue
      if (++found >= lines) return begin + at + 1
    }
    end = begin
  }
  return 0
}

/** Turns whole lines of the file into what the reader gets. `full`: the limit is reached. */
function createShaper({ follow, timestamps, since, stream, limitBytes, tailLines }: LogOptions) {
  // Lines that come while the last ones are read are none of them.
  let lines = follow || tailLines === undefined ? Number.POSITIVE_INFINITY : tailLines
  let left = limitBytes ?? Number.POSITIVE_INFINITY
  let fresh = true
  return (bytes: Buffer): { output: Buffer; full: boolean } => {
    const parts: Buffer[] = []
    for (let at = 0; at < bytes.length && left > 0 && lines > 0; lines--) {
      const end = bytes.indexOf(lineFeed, at)
      const line = parseLogLine(bytes.subarray(at, end))
      at = end + 1
      if (!line || (stream && line.stream !== stream)) continue
      if (since !== undefined && Date.parse(line.time) < since) continue
      const whole = timestamps && fresh ? Buffer.concat([Buffer.from(`${line.time} `), line.text]) : line.text
      fresh = !line.partial
      const part = whole.subarray(0, left)
      left -= part.length
      parts.push(part)
    }
    return { output: Buffer.concat(parts), full: left <= 0 || lines <= 0 }
  }
}
