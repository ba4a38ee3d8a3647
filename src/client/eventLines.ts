import type { WatchEvent } from './transport.ts'

const newline = 0x0a

/** Takes the bytes of a watch as they come and tells each whole line as an event, its object frozen. Throws on a line that is no JSON. */
export function eventLines(onEvent: (event: WatchEvent) => void): (chunk: Uint8Array) => void {
  const decoder = new TextDecoder()
  let rest: Uint8Array[] = []
  return chunk => {
    let from = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      const line = joined(rest, chunk.subarray(from, end))
      rest = []
      from = end + 1
      if (line.length > 0) onEvent(deepFreeze(JSON.parse(decoder.decode(line)) as WatchEvent))
    }
    // A copy: the chunk's memory may be used again.
    if (from < chunk.length) rest.push(chunk.slice(from))
  }
}

function joined(parts: readonly Uint8Array[], last: Uint8Array): Uint8Array {
  if (parts.length === 0) return last
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, last.length))
  let at = 0
  for (const part of [...parts, last]) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Freezes plain data all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part)
    Object.freeze(value)
  }
  return value
}
