import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { NodePaths } from './paths.ts'

/** What a container left on the machine, as its runtime wrote it down. */
export interface Bundle {
  readonly id: string
  /** Its control group, below the root of each hierarchy. */
  readonly cgroup?: string
  /** The socket file of its shim, which lives outside of the node's directories. */
  readonly shimSocket?: string
}

/** The containers (sandboxes too) that the node's containerd has or had, in every containerd namespace. */
export async function readBundles(paths: NodePaths): Promise<Bundle[]> {
  const tasks = join(paths.containerd.state, 'io.containerd.runtime.v2.task')
  const bundles: Bundle[] = []
  for (const namespace of await list(tasks))
    for (const id of await list(join(tasks, namespace))) {
      const directory = join(tasks, namespace, id)
      const config = await read(join(directory, 'config.json'))
      const address = await read(join(directory, 'address'))
      bundles.push({ id, cgroup: cgroupOf(config), shimSocket: /^unix:\/\/(\/.+)$/.exec(address.trim())?.[1] })
    }
  return bundles
}

/** The control group of an OCI runtime configuration; none when the file is empty or was being written. */
function cgroupOf(config: string): string | undefined {
  try {
    return (JSON.parse(config) as { linux?: { cgroupsPath?: string } }).linux?.cgroupsPath
  } catch {
    return undefined
  }
}

async function list(directory: string): Promise<string[]> {
  return orAbsent(readdir(directory), [])
}

async function read(file: string): Promise<string> {
  return orAbsent(readFile(file, 'utf8'), '')
}

async function orAbsent<T>(work: Promise<T>, absent: T): Promise<T> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return absent
    throw error
  }
}
