import { lstat, mkdir, open, stat } from 'node:fs/promises'
import type { VolumePlugin } from './plugin.ts'

const checks: Record<string, { readonly word: string; readonly is: (mode: number) => boolean }> = {
  Directory: { word: 'a directory', is: mode => (mode & 0o170000) === 0o040000 },
  File: { word: 'a file', is: mode => (mode & 0o170000) === 0o100000 },
  Socket: { word: 'a socket file', is: mode => (mode & 0o170000) === 0o140000 },
  CharDevice: { word: 'a character device', is: mode => (mode & 0o170000) === 0o020000 },
  BlockDevice: { word: 'a block device', is: mode => (mode & 0o170000) === 0o060000 },
}

/** A file or directory of the node itself. */
export const hostPath: VolumePlugin = {
  source: 'hostPath',
  directory: 'kubernetes.io~host-path',
  async setUp({ volume }) {
    const { path = '', type = '' } = volume.hostPath ?? {}
    if (path.split('/').includes('..')) throw new Error(`path ${JSON.stringify(path)} must not contain '..'`)
    if (type === 'DirectoryOrCreate') {
      if (!(await exists(path))) await mkdir(path, { recursive: true, mode: 0o755 })
    } else if (type === 'FileOrCreate') {
      if (!(await exists(path))) await (await open(path, 'a', 0o644)).close()
    } else if (type !== '') {
      await check(path, type)
      return { path }
    }
    if (type.endsWith('OrCreate')) await check(path, type.replace('OrCreate', ''))
    return { path }
  },
}

const exists = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  )

async function check(path: string, type: string): Promise<void> {
  const wanted = checks[type]
  if (!wanted) throw new Error(`hostPath type ${type} is unknown`)
  const found = await stat(path).catch(() => undefined)
  if (!found || !wanted.is(found.mode)) throw new Error(`hostPath type check failed: ${path} is not ${wanted.word}`)
}
