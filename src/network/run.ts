/** What a command gets beside its arguments. */
export interface RunOptions {
  /** Text for the command's standard input; empty when absent. */
  readonly input?: string
}

/**
 * The edge to the machine: runs one command (`ip`, `nft`, `sysctl`, ...) in the node's network namespace and gives
 * what it wrote to standard output. Rejects with what it wrote to standard error when it fails.
 */
export type Run = (command: readonly string[], options?: RunOptions) => Promise<string>

/** Runs `ip` commands, one a line, in order and in one process; nothing when there are none. */
export async function ipBatch(run: Run, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await run(['ip', '-batch', '-'], { input: `${lines.join('\n')}\n` })
}
