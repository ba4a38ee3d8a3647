import { chmod, chown, lchown, lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pod } from '../pod.ts'

const readWrite = 0o660
const readOnly = 0o440
const setgid = 0o2000
const execute = 0o110

/** Gives everything below a directory to the pod's fsGroup, so that all its containers may use it. */
export async function setOwnership(directory: string, pod: Pod, options: { readOnly?: boolean } = {}): Promise<void> {
  const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
  if (fsGroup === undefined) return
  const mask = options.readOnly ? readOnly : readWrite
  if (fsGroupChangePolicy === 'OnRootMismatch') {
    const { gid, mode } = await lstat(directory)
    const wanted = mask | setgid | execute
    if (gid === fsGroup && (mode & wanted) === wanted) return
  }
  await own(directory, fsGroup, mask)
}

async function own(path: string, gid: number, mask: number): Promise<void> {
  const { uid, mode } = await lstat(path)
  const kind = mode & 0o170000
  if (kind === 0o120000) return lchown(path, uid, gid)
  await chown(path, uid, gid)
  const directory = kind === 0o040000
  // The directory's own mode comes last: it may be what still lets us in.
  if (directory) for (const name of await readdir(path)) await own(join(path, name), gid, mask)
  await chmod(path, (mode & 0o7777) | mask | (directory ? setgid | execute : 0))
}
