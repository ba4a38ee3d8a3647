import { execFile, spawn } from 'node:child_process'
import { mkdir, open, readFile, readlink, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { dataDirectory } from './cluster.ts'
import { findProcesses } from './host/index.ts'
import { home, ownCommand } from './program.ts'

/** What runs in the background: each part is a process of this program, kept running by `scripts/supervise`. */
export const parts = ['server', 'agent'] as const
export type Part = (typeof parts)[number]

export interface PartProcess {
  readonly pid: number
  readonly part: Part
  /** The shell that keeps the part running, not the part itself. */
  readonly supervisor: boolean
}

/** Where a part logs to. */
export const logFile = (dataDir: string, part: Part): string => join(dataDir, 'logs', `${part}.log`)

/** Starts a part, detached. Everything it says goes to its log. */
export async function startPart(dataDir: string, part: Part, flags: readonly string[]): Promise<void> {
  const log = logFile(dataDir, part)
  await mkdir(dirname(log), { recursive: true, mode: 0o700 })
  // Created here, so that it is its owner's alone from the start.
  await (await open(log, 'a', 0o600)).close()
  const command = ownCommand([part, '--data-dir', dataDir, '--log-file', log, ...flags])
  await supervise(log, command)
}

/** Runs a command under a supervisor that outlives this process. */
export async function supervise(log: string, command: readonly string[]): Promise<number> {
  const child = spawn('/bin/sh', [join(home, 'scripts', 'supervise'), log, ...command], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', cause => reject(new Error('/bin/sh could not be started', { cause })))
  })
  child.unref()
  return child.pid ?? 0
}

/**
 * The processes that run a data directory's parts. They are known by their arguments, not by files: that holds after a
 * `kill -9` of anything, and no other process is ever mistaken for one.
 */
export async function runningParts(dataDir: string): Promise<PartProcess[]> {
  const found: PartProcess[] = []
  for (const { pid, args } of await processes()) {
    const described = describe(args)
    if (described?.dataDir === dataDir) found.push({ pid, part: described.part, supervisor: described.supervisor })
  }
  return found
}

/** Whether the agent of any other data directory runs in this process's network namespace. */
export async function otherAgentRuns(dataDir: string): Promise<boolean> {
  const others = (await processes()).filter(({ args }) => {
    const described = describe(args)
    return described?.part === 'agent' && described.dataDir !== dataDir
  })
  const own = await networkOf('self')
  const networks = await Promise.all(others.map(({ pid }) => networkOf(pid)))
  return networks.includes(own)
}

/** What tells network namespaces apart; empty when the process is gone. */
const networkOf = (pid: number | 'self') => readlink(`/proc/${pid}/ns/net`).catch(() => '')

const program = /(^|\/)caravel\.(cjs|ts)$/

/** What a command line of ours runs, and on which data directory. Exported for its test. */
export function describe(args: readonly string[]): { part: Part; supervisor: boolean; dataDir: string } | undefined {
  const at = args.findIndex(arg => program.test(arg))
  const part = parts.find(each => each === args[at + 1])
  if (at < 0 || !part) return undefined
  const flag = args.indexOf('--data-dir')
  const given = flag < 0 ? args.find(arg => arg.startsWith('--data-dir='))?.slice('--data-dir='.length) : args[flag + 1]
  return { part, dataDir: dataDirectory(given), supervisor: args.slice(0, at).some(arg => arg.endsWith('/supervise')) }
}

async function processes(): Promise<{ pid: number; args: readonly string[] }[]> {
  const seen: { pid: number; args: readonly string[] }[] = []
  if (process.platform === 'linux') {
    const found = await findProcesses(args => args.some(arg => program.test(arg)))
    for (const { pid } of found) {
      const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
      seen.push({ pid, args })
    }
    return seen
  }
  const { stdout } = await promisify(execFile)('ps', ['-axwwo', 'pid=,command='], { maxBuffer: 16 << 20 })
  for (const line of stdout.split('\n')) {
    const [pid = '', ...args] = line.trim().split(' ')
    seen.push({ pid: Number(pid), args })
  }
  return seen
}

/** Ends what runs of the data directory's parts: asks, and forces what has not ended after `grace` milliseconds. */
export async function endParts(dataDir: string, grace: number): Promise<PartProcess[]> {
  const before = await runningParts(dataDir)
  // Supervisors first, or they would start their parts again.
  for (const { pid } of before.toSorted((a, b) => Number(b.supervisor) - Number(a.supervisor))) signal(pid, 'SIGTERM')
  const deadline = performance.now() + grace
  for (let left = before; left.length > 0; left = await runningParts(dataDir)) {
    if (performance.now() > deadline + 10_000)
      throw new Error(`processes do not end though killed: ${left.map(({ pid }) => pid).join(', ')}`)
    if (performance.now() > deadline) for (const { pid } of left) signal(pid, 'SIGKILL')
    await sleep(20)
  }
  return before
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** How long the log is now: what comes later is the part's next run. */
export async function logLength(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  )
}

/** What the part said last, if it has ended since its log was `from` bytes long; undefined while it runs. */
export async function endedSince(file: string, from: number): Promise<string | undefined> {
  const text = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(from).toString()
  const end = text.search(/^supervise: ended with status/m)
  return end < 0 ? undefined : text.slice(0, end).trimEnd().split('\n').slice(-5).join('\n')
}
