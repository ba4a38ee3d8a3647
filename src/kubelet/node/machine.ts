import { readFile, statfs } from 'node:fs/promises'
import { arch, availableParallelism, cpus, release, totalmem } from 'node:os'

/** What does not change about the machine while it runs. */
export interface Machine {
  readonly cpus: number
  readonly memoryBytes: number
  /** Bytes of the file system that holds the kubelet's directory. */
  readonly storageBytes: number
  readonly architecture: string
  readonly machineID: string
  readonly systemUUID: string
  readonly bootID: string
  readonly kernelVersion: string
  readonly osImage: string
}

const architectures: Record<string, string> = { x64: 'amd64', ia32: '386' }

const firstLine = async (path: string): Promise<string> => {
  try {
    return (await readFile(path, 'utf8')).split('\n')[0]?.trim() ?? ''
  } catch {
    // Not every machine has every one of these files, nor lets us read them.
    return ''
  }
}

/** Looks at the machine. */
export async function readMachine(rootDir: string): Promise<Machine> {
  const [machineID, systemUUID, bootID, osRelease, { blocks, bsize }] = await Promise.all([
    firstLine('/etc/machine-id'),
    firstLine('/sys/class/dmi/id/product_uuid'),
    firstLine('/proc/sys/kernel/random/boot_id'),
    readFile('/etc/os-release', 'utf8').catch(() => ''),
    statfs(rootDir),
  ])
  return {
    cpus: cpus().length || availableParallelism(),
    memoryBytes: totalmem(),
    storageBytes: blocks * bsize,
    architecture: architectures[arch()] ?? arch(),
    machineID,
    systemUUID: systemUUID || machineID,
    bootID,
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?(.*?)"?$/m.exec(osRelease)?.[1] ?? '',
  }
}
