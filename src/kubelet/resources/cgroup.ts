import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { MountInfo } from '../volumes/mountinfo.ts'
import { cpuWeight } from './linux.ts'

/** Limits of a group. Absent means: as it is. */
export interface CgroupLimits {
  readonly cpuShares?: number
  readonly cpuQuota?: number
  readonly cpuPeriod?: number
  readonly memoryBytes?: number
  readonly pids?: number
}

/** Control groups by path below the hierarchy's root (`/kubepods/burstable/pod1`), on version 1, hybrid or 2. */
export interface Cgroups {
  readonly version: 1 | 2
  /** Makes the group, its parents too, and sets what is given. */
  create(path: string, limits: CgroupLimits): Promise<void>
  /** Removes the group and those below it; what is not there is fine. Rejects while processes are in it. */
  remove(path: string): Promise<void>
  /** Names of the groups directly below. */
  children(path: string): Promise<string[]>
  /** Processes in the group itself. */
  processes(path: string): Promise<number[]>
}

interface Hierarchy {
  readonly mountPoint: string
  readonly controllers: readonly string[]
}

const known = new Set(['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'blkio', 'devices', 'freezer', 'hugetlb'])
const delegated = ['cpu', 'cpuset', 'io', 'memory', 'pids', 'hugetlb']

/** The control groups of this machine, by its mounts. Throws when there are none. */
export function createCgroups(mounts: readonly MountInfo[]): Cgroups {
  const v1: Hierarchy[] = mounts
    .filter(({ type }) => type === 'cgroup')
    .map(({ mountPoint, superOptions }) => ({ mountPoint, controllers: superOptions.filter(each => known.has(each)) }))
  const v2 = mounts.filter(({ type }) => type === 'cgroup2').map(({ mountPoint }) => ({ mountPoint, controllers: [] }))
  const controlling = v1.filter(({ controllers }) => controllers.length > 0)
  if (controlling.length === 0 && v2.length === 0) throw new Error('no cgroup file system is mounted')
  // The named and the empty hierarchies carry nothing of ours, but runtimes leave directories in them.
  const everywhere = [...v1, ...v2].map(({ mountPoint }) => mountPoint)
  return controlling.length > 0 ? version1(controlling, everywhere) : version2(v2[0]?.mountPoint ?? '')
}

function version1(hierarchies: readonly Hierarchy[], everywhere: readonly string[]): Cgroups {
  const at = (controller: string, path: string) => {
    const found = hierarchies.find(({ controllers }) => controllers.includes(controller))
    return found && join(found.mountPoint, path)
  }
  const set = async (controller: string, path: string, file: string, value: number | undefined) => {
    const directory = at(controller, path)
    if (directory && value !== undefined) await writeFile(join(directory, file), String(value))
  }
  return {
    version: 1,
    async create(path, limits) {
      await Promise.all(
        hierarchies.map(async ({ mountPoint, controllers }) => {
          await mkdir(join(mountPoint, path), { recursive: true })
          if (controllers.includes('cpuset')) await inheritCpuset(mountPoint, path)
        }),
      )
      await set('cpu', path, 'cpu.shares', limits.cpuShares)
      await set('cpu', path, 'cpu.cfs_period_us', limits.cpuPeriod)
      await set('cpu', path, 'cpu.cfs_quota_us', limits.cpuQuota === 0 ? -1 : limits.cpuQuota)
      await set('memory', path, 'memory.limit_in_bytes', limits.memoryBytes || undefined)
      await set('pids', path, 'pids.max', limits.pids)
    },
    async remove(path) {
      await Promise.all(everywhere.map(mountPoint => removeTree(join(mountPoint, path))))
    },
    children: path => subdirectories(at('memory', path) ?? join(hierarchies[0]?.mountPoint ?? '', path)),
    processes: path => readProcesses(at('memory', path) ?? join(hierarchies[0]?.mountPoint ?? '', path)),
  }
}

/** A new cpuset has no CPUs and takes no process: each level gets those of its parent. */
async function inheritCpuset(mountPoint: string, path: string): Promise<void> {
  const parts = path.split('/').filter(part => part !== '')
  for (let depth = 1; depth <= parts.length; depth++) {
    const directory = join(mountPoint, ...parts.slice(0, depth))
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const own = await readFile(join(directory, file), 'utf8')
      if (own.trim() === '')
        await writeFile(join(directory, file), await readFile(join(dirname(directory), file), 'utf8'))
    }
  }
}

function version2(mountPoint: string): Cgroups {
  const set = async (path: string, file: string, value: string | undefined) => {
    if (value !== undefined) await writeFile(join(mountPoint, path, file), value)
  }
  return {
    version: 2,
    async create(path, { cpuShares, cpuQuota, cpuPeriod, memoryBytes, pids }) {
      const directory = join(mountPoint, path)
      await mkdir(directory, { recursive: true })
      let above = mountPoint
      for (const part of relative(mountPoint, directory).split('/')) {
        await delegate(above)
        above = join(above, part)
      }
      await set(path, 'cpu.weight', cpuShares === undefined ? undefined : String(cpuWeight(cpuShares)))
      const quota = cpuQuota ? String(cpuQuota) : 'max'
      await set(path, 'cpu.max', cpuQuota === undefined ? undefined : `${quota} ${cpuPeriod ?? 100_000}`)
      await set(path, 'memory.max', memoryBytes ? String(memoryBytes) : undefined)
      await set(path, 'pids.max', pids === undefined ? undefined : String(pids))
    },
    remove: path => removeTree(join(mountPoint, path)),
    children: path => subdirectories(join(mountPoint, path)),
    processes: path => readProcesses(join(mountPoint, path)),
  }
}

/** Hands on to the groups below what controllers the group has. */
async function delegate(directory: string): Promise<void> {
  const available = (await readFile(join(directory, 'cgroup.controllers'), 'utf8')).trim().split(' ')
  const wanted = delegated.filter(controller => available.includes(controller)).map(controller => `+${controller}`)
  await writeFile(join(directory, 'cgroup.subtree_control'), wanted.join(' '))
}

const isMissing = (error: unknown) => ['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')

async function subdirectories(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

async function readProcesses(directory: string): Promise<number[]> {
  try {
    const text = await readFile(join(directory, 'cgroup.procs'), 'utf8')
    return text.split('\n').filter(Boolean).map(Number)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The files in a group can't be removed and need not be: removing the directory is enough, the deepest first. */
async function removeTree(directory: string): Promise<void> {
  for (const name of await subdirectories(directory)) await removeTree(join(directory, name))
  await rmdir(directory).catch(error => {
    if (!isMissing(error)) throw new Error(`removing cgroup ${directory}`, { cause: error })
  })
}
