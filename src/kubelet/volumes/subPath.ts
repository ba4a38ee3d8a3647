import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readlink, realpath, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Mounter } from './mounter.ts'

/** O_PATH of Linux: a handle on the name alone, which neither reads nor follows. */
const pathOnly = 0o10000000

/**
 * Shows a part of a volume at a place of our own, for a mount with a subPath (`pkg/volume/util/subpath`). The part is
 * made a directory when it is not there. A container may swap names for links at any time; so the part is opened
 * first, the handle is checked to lie inside the volume, and it is the handle that gets mounted.
 */
export async function mountSubPath(
  mounter: Mounter,
  volumePath: string,
  subPath: string,
  target: string,
): Promise<string> {
  const parts = subPath.split('/').filter(part => part !== '' && part !== '.')
  if (subPath.startsWith('/') || parts.includes('..')) {
    throw new Error(`failed to prepare subPath ${JSON.stringify(subPath)}: it must be relative and not contain '..'`)
  }
  const root = await realpath(volumePath)
  await makeDirectories(root, parts)
  const found = await realpath(join(root, ...parts))
  const handle = await open(found, pathOnly | constants.O_NOFOLLOW)
  try {
    await inside(handle, root, subPath)
    const mounted = (await mounter.list()).some(({ mountPoint }) => mountPoint === target)
    if (mounted) await mounter.unmount(target)
    if ((await handle.stat()).isDirectory()) await mkdir(target, { recursive: true })
    else {
      await mkdir(dirname(target), { recursive: true })
      await writeFile(target, '')
    }
    await mounter.bind(`/proc/${process.pid}/fd/${handle.fd}`, target)
  } finally {
    await handle.close()
  }
  return target
}

async function inside(handle: FileHandle, root: string, subPath: string): Promise<void> {
  const real = await readlink(`/proc/self/fd/${handle.fd}`)
  if (real !== root && !real.startsWith(`${root}/`)) {
    throw new Error(`failed to prepare subPath ${JSON.stringify(subPath)}: it leads out of the volume`)
  }
}

/** Makes what is missing, one step at a time: links on the way may only lead to places inside. */
async function makeDirectories(root: string, parts: readonly string[]): Promise<void> {
  let at = root
  for (const part of parts) {
    const next = join(at, part)
    const there = await lstat(next).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (!there) await mkdir(next, { mode: 0o750 })
    at = await realpath(next)
    if (at !== root && !at.startsWith(`${root}/`)) throw new Error(`subPath leads out of the volume: ${at}`)
  }
}
