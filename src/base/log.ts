/** Facts that go with a log line: plain values, never secrets. */
export type LogFields = Record<string, unknown>

/** A structured logger: a constant message, and fields. `child` adds fields to every later line. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  child(fields: LogFields): Logger
}

const drop = () => {}

/** A logger that says nothing. */
export const silent: Logger = { debug: drop, info: drop, warn: drop, error: drop, child: () => silent }
