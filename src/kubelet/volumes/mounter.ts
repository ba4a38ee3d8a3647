import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type MountInfo, parseMountInfo } from './mountinfo.ts'

/** The edge to the kernel's mounts. */
export interface Mounter {
  list(): Promise<readonly MountInfo[]>
  /** Mounts a file system that lives in memory. `sizeBytes` 0: half the machine's memory. */
  tmpfs(target: string, sizeBytes: number): Promise<void>
  /** Shows `source` at `target` too; both exist. */
  bind(source: string, target: string): Promise<void>
  unmount(target: string): Promise<void>
}

const run = promisify(execFile)

async function command(name: string, ...args: string[]): Promise<void> {
  try {
    await run(name, args)
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string }
    throw new Error(`${name} ${args.join(' ')}: ${stderr.trim() || 'failed'}`, { cause: error })
  }
}

/** Mounts by the machine's own mount(8). */
export const systemMounter: Mounter = {
  list: async () => parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8')),
  tmpfs: (target, sizeBytes) =>
    command('mount', '-t', 'tmpfs', ...(sizeBytes > 0 ? ['-o', `size=${sizeBytes}`] : []), 'tmpfs', target),
  bind: (source, target) => command('mount', '--bind', source, target),
  unmount: target => command('umount', target),
}
