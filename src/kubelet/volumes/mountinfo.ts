/** A line of /proc/<pid>/mountinfo. */
export interface MountInfo {
  /** Where the mount begins inside its file system. */
  readonly root: string
  readonly mountPoint: string
  readonly type: string
  readonly source: string
  /** Options of the file system itself (`rw,cpu,cpuacct` of a cgroup). */
  readonly superOptions: readonly string[]
}

const unescapeOctal = (text: string) =>
  text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

/** Reads the text of mountinfo, in the order of mounting. */
export function parseMountInfo(text: string): MountInfo[] {
  const mounts: MountInfo[] = []
  for (const line of text.split('\n')) {
    const [before = '', after] = line.split(' - ')
    if (after === undefined) continue
    const [, , , root = '', mountPoint = ''] = before.split(' ')
    const [type = '', source = '', options = ''] = after.split(' ')
    mounts.push({
      root: unescapeOctal(root),
      mountPoint: unescapeOctal(mountPoint),
      type,
      source: unescapeOctal(source),
      superOptions: options.split(','),
    })
  }
  return mounts
}
