import type { Mounter } from './mounter.ts'

/** Makes a directory a file system in memory, unless it is one already. */
export async function makeTmpfs(mounter: Mounter, directory: string, sizeBytes: number): Promise<void> {
  const mounted = (await mounter.list()).some(({ mountPoint }) => mountPoint === directory)
  if (!mounted) await mounter.tmpfs(directory, sizeBytes)
}
