/** Tells a person what is going on: one line at a time that changes, and lines that stay. */
export interface Progress {
  /** What is being waited for now. */
  now(text: string): void
  /** What has been reached; stays on the screen with the time it took. */
  done(text: string): void
  /** Something worth knowing that took no time. */
  note(text: string): void
}

export interface ProgressOutput {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

/** On a terminal the current line is rewritten; elsewhere each new text is a line of its own. */
export function createProgress(output: ProgressOutput, now: () => number = () => performance.now()): Progress {
  let began = now()
  let last = ''
  const clear = output.isTTY ? '\r\x1b[K' : ''
  return {
    now(text) {
      if (text === last) return
      last = text
      output.write(output.isTTY ? `${clear}… ${text.slice(0, (output.columns ?? 80) - 3)}` : `… ${text}\n`)
    },
    done(text) {
      output.write(`${clear}✔ ${text} (${((now() - began) / 1000).toFixed(1)} s)\n`)
      began = now()
      last = ''
    },
    note(text) {
      output.write(`${clear}${text}\n`)
      last = ''
    },
  }
}
