import { readFile, statfs } from 'node:fs/promises'

/** What the node has left, as upstream names it. Bytes, inodes, processes. */
export type SignalName =
  | 'memory.available'
  | 'nodefs.available'
  | 'nodefs.inodesFree'
  | 'imagefs.available'
  | 'imagefs.inodesFree'
  | 'pid.available'

export interface Observation {
  readonly available: number
  readonly capacity: number
}

export type Observations = Partial<Readonly<Record<SignalName, Observation>>>

/** Below what the node is short of something: an amount, or a share of its capacity (0 to 1). */
export type Threshold = { readonly amount: number } | { readonly share: number }
export type Thresholds = Partial<Readonly<Record<SignalName, Threshold>>>

/** `DefaultEvictionHard` of upstream's kubelet. */
export const defaultThresholds: Thresholds = {
  'memory.available': { amount: 100 * 1024 * 1024 },
  'nodefs.available': { share: 0.1 },
  'nodefs.inodesFree': { share: 0.05 },
  'imagefs.available': { share: 0.15 },
  'imagefs.inodesFree': { share: 0.05 },
}

export type Pressure = 'MemoryPressure' | 'DiskPressure' | 'PIDPressure'

const pressureOf: Record<SignalName, Pressure> = {
  'memory.available': 'MemoryPressure',
  'nodefs.available': 'DiskPressure',
  'nodefs.inodesFree': 'DiskPressure',
  'imagefs.available': 'DiskPressure',
  'imagefs.inodesFree': 'DiskPressure',
  'pid.available': 'PIDPressure',
}

/** The amount below which a signal is short. */
export const limitOf = (threshold: Threshold, capacity: number): number =>
  'amount' in threshold ? threshold.amount : threshold.share * capacity

/** Signals that are short. Pure. */
export function shortOf(observations: Observations, thresholds: Thresholds): SignalName[] {
  return (Object.keys(observations) as SignalName[]).filter(name => {
    const seen = observations[name]
    const threshold = thresholds[name]
    return seen && threshold && seen.available < limitOf(threshold, seen.capacity)
  })
}

/** Conditions of the node that hold because of what it is short of. */
export const pressuresOf = (short: readonly SignalName[]): ReadonlySet<Pressure> =>
  new Set(short.map(name => pressureOf[name]))

/** Looks at the machine. `imageRoot`: a directory on the file system that holds the images. */
export async function observe(rootDir: string, imageRoot: string | undefined): Promise<Observations> {
  const disk = async (path: string) => {
    const { bavail, blocks, bsize, ffree, files } = await statfs(path)
    return {
      available: { available: bavail * bsize, capacity: blocks * bsize },
      // Some file systems don't count inodes.
      ...(files > 0 ? { inodesFree: { available: ffree, capacity: files } } : {}),
    }
  }
  const [memory, node, image] = await Promise.all([
    readFile('/proc/meminfo', 'utf8'),
    disk(rootDir),
    imageRoot ? disk(imageRoot) : undefined,
  ])
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(memory)?.[1] ?? 0) * 1024
  return {
    'memory.available': { available: kilobytes('MemAvailable'), capacity: kilobytes('MemTotal') },
    'nodefs.available': node.available,
    ...(node.inodesFree ? { 'nodefs.inodesFree': node.inodesFree } : {}),
    ...(image ? { 'imagefs.available': image.available } : {}),
    ...(image?.inodesFree ? { 'imagefs.inodesFree': image.inodesFree } : {}),
  }
}
