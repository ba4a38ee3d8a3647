import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { inspect } from 'node:util'
import pino from 'pino'
import type { LogFields, Logger } from '../base/log.ts'

export interface LogOptions {
  /** Standard error when absent. */
  readonly file?: string
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  /** Lines for a person at a terminal instead of JSON. */
  readonly readable?: boolean
}

/** A file is put aside, as `<file>.1`, when it has grown beyond this. */
const largest = 10 << 20

/** The log of a process: one JSON object a line, or a line for people. */
export function createLog(options: LogOptions): Logger {
  const write = options.file === undefined ? (line: string) => void writeSync(2, line) : rotating(options.file, largest)
  const stream = { write: options.readable ? (line: string) => write(readable(line)) : write }
  return wrap(
    pino(
      {
        level: options.level,
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: label => ({ level: label }) },
        serializers: { error: described, cause: described, reason: described },
      },
      stream,
    ),
  )
}

function wrap(to: pino.Logger): Logger {
  const line = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string, fields?: LogFields) =>
    fields ? to[level](fields, message) : to[level](message)
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: fields => wrap(to.child(fields)),
  }
}

/** An error with its causes, in one text; the stack only of what nobody foresaw. */
function described(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const own = error instanceof TypeError || error instanceof RangeError ? (error.stack ?? error.message) : error.message
  return error.cause === undefined ? own : `${own}: ${String(described(error.cause))}`
}

/** Appends to a file that never grows much beyond `most` bytes; the last full one is kept beside it. */
export function rotating(file: string, most: number): (line: string) => void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  let descriptor = openSync(file, 'a', 0o600)
  let size = fstatSync(descriptor).size
  return line => {
    if (size > most) {
      closeSync(descriptor)
      renameSync(file, `${file}.1`)
      descriptor = openSync(file, 'a', 0o600)
      size = 0
    }
    size += Buffer.byteLength(line)
    writeSync(descriptor, line)
  }
}

/** `12:30:01.123 warn  message name=value`, of a JSON line. */
function readable(line: string): string {
  const { level, time, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const rest = Object.entries(fields).map(
    ([name, value]) => ` ${name}=${typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })}`,
  )
  return `${String(time).slice(11, 23)} ${String(level).padEnd(5)} ${String(msg)}${rest.join('')}\n`
}
