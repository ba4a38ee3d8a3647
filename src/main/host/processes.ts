import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process that cannot be mistaken for a later one with the same id. */
export interface Process {
  readonly pid: number
  /** When it started, in clock ticks since boot. */
  readonly start: string
}

/** The process with this id as it is now; undefined when there is none, or only its exit status is left. */
export async function findProcess(pid: number): Promise<Process | undefined> {
  const stat = await readProc(`/proc/${pid}/stat`)
  // The command's name stands in parentheses and may hold anything, blanks and parentheses included.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const start = fields[19]
  return start === undefined || fields[0] === 'Z' || fields[0] === 'X' ? undefined : { pid, start }
}

/** Whether the process still runs. */
export async function isAlive(process: Process): Promise<boolean> {
  return (await findProcess(process.pid))?.start === process.start
}

/** The running processes whose arguments satisfy the test. */
export async function findProcesses(matches: (args: readonly string[]) => boolean): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number)
  const found = await Promise.all(
    pids.map(async pid => {
      const args = (await readProc(`/proc/${pid}/cmdline`)).split('\0')
      return pid !== process.pid && matches(args) ? findProcess(pid) : undefined
    }),
  )
  return found.filter(process => process !== undefined)
}

/** Sends the signal; a process that is gone already is fine. */
export function signalProcess({ pid }: Process, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Waits until all have ended; false when some have not after so many milliseconds. */
export async function waitForEnd(processes: readonly Process[], milliseconds: number): Promise<boolean> {
  const deadline = performance.now() + milliseconds
  for (;;) {
    const alive = await Promise.all(processes.map(isAlive))
    if (!alive.includes(true)) return true
    if (performance.now() >= deadline) return false
    await sleep(5)
  }
}

/** Ends processes: asks, and after `grace` milliseconds forces them. Rejects when one outlives even that. */
export async function endProcesses(processes: readonly Process[], grace: number): Promise<void> {
  if (grace > 0) {
    for (const process of processes) if (await isAlive(process)) signalProcess(process, 'SIGTERM')
    if (await waitForEnd(processes, grace)) return
  }
  for (const process of processes) if (await isAlive(process)) signalProcess(process, 'SIGKILL')
  if (await waitForEnd(processes, 10_000)) return
  const left = processes.map(({ pid }) => pid).join(', ')
  throw new Error(
    `processes do not end though killed: one of ${left}; the kernel may hold them in a device or file system`,
  )
}

/** What a file below /proc holds, or nothing when its process is gone. */
async function readProc(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ESRCH') return ''
    throw error
  }
}
