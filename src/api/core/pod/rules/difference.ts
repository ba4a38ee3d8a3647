import { equal } from '../../../../schema/derive/equal.ts'
import type { Path } from '../../../../schema/types.ts'

const mostLines = 40

/** Where two values differ, for people: a line with `-` for what was, one with `+` for what is. */
export function differences(before: unknown, after: unknown, path: Path): string {
  const lines: string[] = []
  collect(before, after, path, lines)
  const more = lines.length - mostLines
  return more > 0 ? [...lines.slice(0, mostLines), `... ${more} more lines`].join('\n') : lines.join('\n')
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function collect(before: unknown, after: unknown, path: Path, lines: string[]): void {
  if (equal(before, after)) return
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
      collect(before[name], after[name], path.child(name), lines)
  } else if (Array.isArray(before) && Array.isArray(after)) {
    for (let i = 0; i < Math.max(before.length, after.length); i++) collect(before[i], after[i], path.index(i), lines)
  } else {
    if (before !== undefined) lines.push(`- ${path}: ${JSON.stringify(before)}`)
    if (after !== undefined) lines.push(`+ ${path}: ${JSON.stringify(after)}`)
  }
}
