import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Where secrets are kept: by file name. Absent files are undefined. */
export interface FileStore {
  read(name: string): Promise<string | undefined>
  write(name: string, content: string): Promise<void>
}

/** Files of a directory, readable by their owner only. A write is whole or not at all, also after a power loss. */
export function directoryStore(directory: string): FileStore {
  return {
    async read(name) {
      try {
        return await readFile(join(directory, name), 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new Error(`reading ${join(directory, name)}`, { cause: error })
      }
    },
    write: (name, content) => writePrivate(join(directory, name), content),
  }
}

/** Nothing leaves the process. */
export function memoryStore(): FileStore {
  const files = new Map<string, string>()
  return {
    read: async name => files.get(name),
    write: async (name, content) => void files.set(name, content),
  }
}

/** Writes a file that only its owner may read, through a temporary one beside it. */
export async function writePrivate(path: string, content: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const temporary = `${path}.${process.pid}.new`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    await chmod(temporary, 0o600)
    await rename(temporary, path)
  } catch (error) {
    throw new Error(`writing ${path}`, { cause: error })
  }
}
