import { readdir, readFile, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readMounts } from './mounts.ts'
import { endProcesses, findProcess } from './processes.ts'

/** The roots of the machine's control group hierarchies: one per controller (v1), one (v2), or both kinds. */
export async function cgroupRoots(): Promise<string[]> {
  const mounts = await readMounts()
  return mounts.filter(mount => mount.type === 'cgroup' || mount.type === 'cgroup2').map(mount => mount.path)
}

/**
 * Ends every process in these groups (paths below each hierarchy's root) and in the groups below them, then removes
 * the groups. Absent groups are fine. Rejects when a process cannot be ended.
 */
export async function removeCgroups(groups: readonly string[]): Promise<void> {
  const named = groups.filter(group => group.split('/').filter(Boolean).length > 0)
  const roots = await cgroupRoots()
  const tops = roots.flatMap(root => named.map(group => join(root, group)))
  // A process may fork between being listed and being killed; until none is left, again.
  for (;;) {
    const directories = (await Promise.all(tops.map(tree))).flat()
    const pids = new Set((await Promise.all(directories.map(processesOf))).flat())
    const processes = (await Promise.all([...pids].map(findProcess))).filter(process => process !== undefined)
    if (processes.length === 0) {
      for (const directory of directories) await removeGroup(directory)
      return
    }
    await endProcesses(processes, 0)
  }
}

/** The group's directory and all below it, the deepest first. */
async function tree(directory: string): Promise<string[]> {
  const entries = await orAbsent(readdir(directory, { withFileTypes: true }), undefined)
  if (!entries) return []
  const below = entries.filter(entry => entry.isDirectory()).map(entry => tree(join(directory, entry.name)))
  return [...(await Promise.all(below)).flat(), directory]
}

async function processesOf(directory: string): Promise<number[]> {
  const text = await orAbsent(readFile(join(directory, 'cgroup.procs'), 'utf8'), '')
  return text.split('\n').filter(Boolean).map(Number)
}

/** The kernel calls a group busy for a moment after its last process is gone. */
async function removeGroup(directory: string): Promise<void> {
  const deadline = performance.now() + 5_000
  for (;;) {
    try {
      return await orAbsent(rmdir(directory), undefined)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY' || performance.now() >= deadline)
        throw new Error(`control group ${directory} cannot be removed`, { cause: error })
      await sleep(10)
    }
  }
}

async function orAbsent<T>(work: Promise<T>, absent: T): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENODEV') return absent
    throw error
  }
}
