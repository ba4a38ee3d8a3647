/** A line of a container's log file, as CRI runtimes write it: `<time> <stream> <F|P> <text>`. */
export interface LogLine {
  /** RFC 3339 with nanoseconds, as written. */
  readonly time: string
  readonly stream: 'stdout' | 'stderr'
  /** What the container wrote, its newline included when the line is complete. Any bytes. */
  readonly text: Buffer
  /** Cut off: the next line goes on with it. */
  readonly partial: boolean
}

const space = 0x20
const newline = Buffer.from('\n')

/** Reads a line without its newline; undefined when it is no log line. */
export function parseLogLine(line: Buffer): LogLine | undefined {
  const first = line.indexOf(space)
  const second = line.indexOf(space, first + 1)
  if (first < 0 || second < 0) return undefined
  const third = line.indexOf(space, second + 1)
  const tagEnd = third < 0 ? line.length : third
  const stream = line.toString('latin1', first + 1, second)
  if (stream !== 'stdout' && stream !== 'stderr') return undefined
  // Tags are separated by colons; the first says whether the line is cut off.
  const partial = line.toString('latin1', second + 1, tagEnd).split(':')[0] === 'P'
  const text = third < 0 ? Buffer.alloc(0) : line.subarray(third + 1)
  return {
    time: line.toString('latin1', 0, first),
    stream,
    text: partial ? text : Buffer.concat([text, newline]),
    partial,
  }
}
