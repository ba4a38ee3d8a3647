import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const busy = 5

/**
 * Takes the directory for this process alone; the result gives it back, and must be kept until then: a lock that
 * nothing refers to goes with the garbage. Throws, naming the holder, when the directory is taken.
 * The lock is the operating system's own, held through an SQLite transaction that never ends (nothing in Node locks a
 * file directly): it vanishes with its process, however that ends, so it never has to be cleaned up.
 */
export function lockDirectory(directory: string): () => void {
  const path = join(directory, 'lock')
  const pidPath = join(directory, 'pid')
  const file = new DatabaseSync(path)
  try {
    file.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    file.close()
    if ((cause as { errcode?: number }).errcode !== busy) {
      throw new Error(`the lock ${path} cannot be taken; if no process uses the store, remove that file`, { cause })
    }
    throw new Error(
      `the store in ${directory} is in use by ${holder(pidPath)}: stop that process first, or choose another directory`,
      { cause },
    )
  }
  writeFileSync(pidPath, `${process.pid}\n`, { mode: 0o600 })
  return () => file.close()
}

function holder(pidPath: string): string {
  try {
    return `process ${readFileSync(pidPath, 'utf8').trim()}`
  } catch {
    // It has only just taken the lock, and not written its number yet.
    return 'another process'
  }
}
