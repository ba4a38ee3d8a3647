import { writeSync } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/log.ts'
import type { AuditBackend } from './backend.ts'
import { type RotationOptions, rotatingFile } from './rotate.ts'

/** Events in a file, a JSON object a line; `-` is standard output. */
export function logBackend(options: RotationOptions, deps: { clock: Clock; log: Logger }): AuditBackend {
  const lines = (events: readonly string[]) => `${events.join('\n')}\n`
  if (options.path === '-') {
    return { name: 'log', write: events => void writeSync(1, lines(events)), close: () => Promise.resolve() }
  }
  const file = rotatingFile(options, deps)
  return { name: 'log', write: events => file.write(lines(events)), close: () => file.close() }
}
