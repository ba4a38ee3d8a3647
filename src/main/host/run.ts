import { execFile } from 'node:child_process'
import type { Run } from '../../network/index.ts'

/** A command that failed, with what it wrote to standard error. */
export class CommandError extends Error {
  readonly command: readonly string[]
  readonly stderr: string

  constructor(command: readonly string[], stderr: string, cause: Error) {
    const said = stderr.trim() || cause.message
    super(`${command.join(' ')}: ${said}`, { cause })
    this.command = command
    this.stderr = stderr
  }
}

const maximumOutput = 64 << 20
/** System programs live in the sbin folders, which not every user's PATH has. */
export const systemPath = [process.env.PATH, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'].join(':')

/** Runs commands of this machine. With a namespace (a path as `/run/netns/a`), in that network namespace. */
export function createRun(netns?: string): Run {
  const prefix = netns === undefined ? [] : ['nsenter', `--net=${netns}`, '--']
  return (command, options = {}) =>
    new Promise((resolve, reject) => {
      const [file = '', ...args] = [...prefix, ...command]
      const settings = {
        env: { ...process.env, PATH: systemPath, LC_ALL: 'C' },
        maxBuffer: maximumOutput,
        timeout: 60_000,
      }
      const child = execFile(file, args, settings, (error, stdout, stderr) =>
        error ? reject(new CommandError(command, stderr, error)) : resolve(stdout),
      )
      // A command that ends without reading its input says why by its exit status.
      child.stdin?.on('error', () => {})
      child.stdin?.end(options.input ?? '')
    })
}
