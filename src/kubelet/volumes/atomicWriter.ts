import {
  chmod,
  chown,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'

/** A file of a volume: its contents and permissions (0644), and who owns it when not root. */
export interface ProjectedFile {
  readonly data: Uint8Array
  readonly mode: number
  readonly uid?: number
}

/** Files by path relative to the volume, `/` between the parts. */
export type Payload = ReadonlyMap<string, ProjectedFile>

const dataLink = '..data'
const newDataLink = '..data_tmp'

/** Throws for a path that leads out of the volume or into the writer's own names. */
export function checkPath(path: string): void {
  const parts = path.split('/')
  if (path === '' || path.startsWith('/')) throw new Error(`invalid path: must be relative path: ${path}`)
  if (parts.includes('..')) throw new Error(`invalid path: must not contain '..': ${path}`)
  if (path.startsWith('..')) throw new Error(`invalid path: must not start with '..': ${path}`)
  if (path.length > 4096 || parts.some(part => part.length > 255)) throw new Error(`invalid path: too long: ${path}`)
}

/**
 * Makes the directory hold exactly these files, all at once for whoever reads it (`pkg/volume/util.AtomicWriter`):
 * they are written to a new directory beside, `..data` is renamed to point there, and what users see are links
 * through `..data`. Does nothing when the files are as they should be. `finish` may set ownership before readers see it.
 */
export async function writeAtomically(
  directory: string,
  payload: Payload,
  now: number,
  finish: (directory: string) => Promise<void> = async () => {},
): Promise<void> {
  for (const path of payload.keys()) checkPath(path)
  await mkdir(directory, { recursive: true })
  const current = await readlink(join(directory, dataLink)).catch(missing)
  const same = current !== undefined && (await holds(join(directory, current), payload))
  if (!same) {
    const fresh = await freshDirectory(directory, now)
    await writeFiles(join(directory, fresh), payload)
    await finish(join(directory, fresh))
    await rm(join(directory, newDataLink), { force: true })
    await symlink(fresh, join(directory, newDataLink))
    await rename(join(directory, newDataLink), join(directory, dataLink))
  }
  await linkVisible(directory, payload)
  const kept = await readlink(join(directory, dataLink))
  // A writer that was cut off may have left a directory of its own.
  for (const name of await readdir(directory)) {
    if (name.startsWith('..') && name !== dataLink && name !== kept) {
      await rm(join(directory, name), { recursive: true, force: true })
    }
  }
}

const missing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code === 'ENOENT') return undefined
  throw error
}

async function freshDirectory(directory: string, now: number): Promise<string> {
  const stamp = new Date(now).toISOString().replaceAll(/[-:]/g, '_').replace('T', '_').replace('Z', '')
  for (let serial = 0; ; serial++) {
    const name = `..${stamp}${serial}`
    try {
      await mkdir(join(directory, name), { mode: 0o755 })
      await chmod(join(directory, name), 0o755)
      return name
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

async function writeFiles(directory: string, payload: Payload): Promise<void> {
  for (const [path, { data, mode, uid }] of payload) {
    const file = join(directory, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o755 })
    await writeFile(file, data, { mode })
    // The process's umask must not count.
    await chmod(file, mode)
    if (uid !== undefined) await chown(file, uid, -1)
  }
}

async function holds(directory: string, payload: Payload): Promise<boolean> {
  const files = await listFiles(directory).catch(missing)
  if (!files || files.length !== payload.size) return false
  for (const path of files) {
    const wanted = payload.get(path)
    if (!wanted || !(await readFile(join(directory, path))).equals(wanted.data)) return false
    const { mode, uid } = await lstat(join(directory, path))
    // Ownership may have widened the mode; it never narrows it.
    if ((mode & wanted.mode) !== wanted.mode || (wanted.uid !== undefined && wanted.uid !== uid)) return false
  }
  return true
}

async function listFiles(directory: string, prefix = ''): Promise<string[]> {
  const files: string[] = []
  for (const entry of await readdir(join(directory, prefix), { withFileTypes: true })) {
    const path = posix.join(prefix, entry.name)
    if (entry.isDirectory()) files.push(...(await listFiles(directory, path)))
    else files.push(path)
  }
  return files
}

/** What users see: a link for each first part of a path. Links nothing stands behind any more are taken away. */
async function linkVisible(directory: string, payload: Payload): Promise<void> {
  const wanted = new Set([...payload.keys()].map(path => path.split('/')[0] as string))
  const present = new Set(await readdir(directory))
  for (const name of wanted) {
    if (!present.has(name)) await symlink(join(dataLink, name), join(directory, name))
  }
  for (const name of present) {
    if (!name.startsWith('..') && !wanted.has(name)) await rm(join(directory, name), { recursive: true, force: true })
  }
}
