import { readFile } from 'node:fs/promises'
import type { Run } from '../../network/index.ts'

/** One line of /proc/self/mountinfo. */
export interface Mount {
  readonly path: string
  /** `overlay`, `tmpfs`, `cgroup`, ... */
  readonly type: string
  /** The options of the mounted file system: for control groups the controllers. */
  readonly options: readonly string[]
}

/** Reads mountinfo; blanks and the like in paths are written there as octal escapes. */
export function parseMounts(text: string): Mount[] {
  return text
    .split('\n')
    .filter(line => line.includes(' - '))
    .map(line => {
      const [before = '', after = ''] = line.split(' - ')
      const path = (before.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      )
      const [type = '', , options = ''] = after.split(' ')
      return { path, type, options: options.split(',') }
    })
}

/** What is mounted on this machine, in the order it was. */
export async function readMounts(): Promise<Mount[]> {
  return parseMounts(await readFile('/proc/self/mountinfo', 'utf8'))
}

/** The mount points strictly below the directories, the last mounted first: the order to take them away in. */
export function mountsBelow(mounts: readonly Mount[], directories: readonly string[]): string[] {
  const inside = (path: string) => directories.some(directory => path.startsWith(`${directory}/`))
  return mounts
    .map(mount => mount.path)
    .filter(inside)
    .reverse()
}

/** Takes away every mount strictly below the directories, also those in use. Rejects when one stays. */
export async function unmountBelow(run: Run, directories: readonly string[]): Promise<void> {
  const paths = mountsBelow(await readMounts(), directories)
  if (paths.length === 0) return
  // In bounded portions: an argument list has a limit.
  for (let i = 0; i < paths.length; i += 200) await run(['umount', '--lazy', '--', ...paths.slice(i, i + 200)])
  const left = mountsBelow(await readMounts(), directories)
  if (left.length > 0) throw new Error(`still mounted after umount: ${left.join(', ')}`)
}
