import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { eventually } from '../../src/testing/eventually.ts'

export const project = fileURLToPath(new URL('../..', import.meta.url))

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** What the program reads from its standard input. */
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds after which it is killed. Default 60 s. */
  readonly patience?: number
}

/** A kubectl that goes on: `get -w`, `logs -f`, `port-forward`. */
export interface Following {
  /** All it has said so far, on both outputs. */
  readonly said: () => string
  /** Waits until what it said matches. */
  until(what: RegExp, patience?: number): Promise<RegExpExecArray>
  write(text: string): void
  /** Ends it, if it has not ended by itself; resolves with its exit code, null when it was killed. */
  stop(): Promise<number | null>
  /** Its exit code, once it ends by itself. */
  ended(): Promise<number | null>
}

/** Upstream's kubectl as one user of one cluster. */
export interface Kubectl {
  /** Runs it and gives what it printed to its standard output; an exit code other than 0 is an error. */
  (...args: string[]): Promise<string>
  /** Runs it and gives all that came of it. */
  run(args: readonly string[], options?: RunOptions): Promise<Outcome>
  /** `apply -f -` of a manifest in YAML, or of objects. */
  apply(manifest: string | readonly object[]): Promise<string>
  follow(args: readonly string[]): Following
  /** Runs it on a terminal, as a person does. */
  terminal(args: readonly string[]): Following
  /** The same with more flags before all others: `-n somewhere`. */
  with(...flags: string[]): Kubectl
  /** Removes what it keeps. */
  close(): Promise<void>
}

const execute = promisify(execFile)

/** Upstream's program, got from Debian's archive on first use; or why this machine cannot have it. */
const found = await execute(join(project, 'scripts/kubectl'), { timeout: 300_000 }).then(
  ({ stdout }) => ({ program: stdout.trim(), why: undefined }),
  (error: { code?: number; stderr?: string; message: string }) => {
    if (error.code !== 3) throw new Error(`scripts/kubectl failed: ${error.stderr || error.message}`)
    return { program: '', why: error.stderr?.trim() ?? error.message }
  },
)

/** Where the program is; empty when there is none. */
export const kubectlPath: string = found.program

/** Why there is no kubectl of the right version; false when there is. */
export const noKubectl: string | false = found.why ?? false

/**
 * A kubectl whose home is a directory of its own: no cache and no file of the user's is touched. `enter` is the command
 * that it is run by, for another network.
 */
export async function openKubectl(kubeconfig: string, enter: readonly string[] = []): Promise<Kubectl> {
  const command = [...enter, found.program]
  const home = await mkdtemp(join(tmpdir(), 'caravel-kubectl-'))
  const file = join(home, 'kubeconfig')
  await writeFile(file, kubeconfig, { mode: 0o600 })
  const env = { PATH: process.env.PATH ?? '', HOME: home, KUBECONFIG: file, TERM: 'dumb', LC_ALL: 'C.UTF-8' }
  return kubectlWith(command, env, home)
}

function kubectlWith(command: readonly string[], base: Readonly<Record<string, string>>, home: string): Kubectl {
  const [program = '', ...flags] = command
  async function run(args: readonly string[], { input, env, patience = 60_000 }: RunOptions = {}): Promise<Outcome> {
    const child = spawn(program, [...flags, ...args], { env: { ...base, ...env }, timeout: patience, cwd: home })
    const printed = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed.stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      printed.stderr += text
    })
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (code === null) throw new Error(`kubectl ${args.join(' ')} was ended by ${signal} after ${patience} ms`)
    return { code, ...printed }
  }
  const call = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(args)
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
    return stdout
  }
  return Object.assign(call, {
    run,
    async apply(manifest: string | readonly object[]) {
      const input =
        typeof manifest === 'string' ? manifest : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifest })
      const { code, stdout, stderr } = await run(['apply', '-f', '-'], { input })
      if (code !== 0) throw new Error(`kubectl apply ended with ${code}: ${stderr}${stdout}`)
      return stdout
    },
    follow: (args: readonly string[]) => following(program, [...flags, ...args], base, home),
    terminal(args: readonly string[]) {
      const line = [...command, ...args].map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
      return following('script', ['-qefc', line, '/dev/null'], base, home)
    },
    with: (...more: string[]) => kubectlWith([...command, ...more], base, home),
    close: () => rm(home, { recursive: true, force: true }),
  })
}

function following(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Following {
  const child = spawn(program, args, { env, cwd })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  child.stdin.on('error', () => {})
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const what = () => `${args.slice(-4).join(' ')} said:\n${said}`
  return {
    said: () => said,
    async until(pattern, patience = 20_000) {
      try {
        return await eventually(() => pattern.exec(said) ?? undefined, patience)
      } catch (cause) {
        throw new Error(`${pattern} never came; ${what()}`, { cause })
      }
    },
    write: text => void child.stdin.write(text),
    async stop() {
      if (child.exitCode === null) child.kill('SIGTERM')
      return ended
    },
    async ended() {
      const timer = AbortSignal.timeout(60_000)
      const late = once(timer, 'abort').then(() => {
        child.kill('SIGKILL')
        throw new Error(`it did not end; ${what()}`)
      })
      late.catch(() => {})
      return Promise.race([ended, late])
    },
  }
}

/** A table as kubectl prints it: one record per line, keyed by the headings. */
export function table(text: string): Record<string, string>[] {
  const [header = '', ...lines] = text.split('\n').filter(line => line !== '')
  const columns = [...header.matchAll(/\S+(?: \S+)*/g)].map(match => ({ name: match[0], from: match.index }))
  return lines.map(line =>
    Object.fromEntries(
      columns.map(({ name, from }, index) => [name, line.slice(from, columns[index + 1]?.from).trim()]),
    ),
  )
}

/** Some columns of a table, row by row. */
export const columns = (text: string, ...names: string[]): string[][] =>
  table(text).map(row => names.map(name => row[name] ?? `no column ${name}`))
