import { execFile, execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { whatIsMissing, whyNoContainers } from '../../src/main/machine.ts'
import { type Kubectl, openKubectl, project } from './kubectl.ts'

/** Why this machine runs no containers; false when it does. */
export const noContainers: string | false = whyNoContainers() ?? whatIsMissing() ?? false

/** A cluster with real containers, on a machine of its own as far as the network goes. */
export interface Machine {
  readonly dataDir: string
  readonly kubectl: Kubectl
  /** The command that runs another one in the machine's network. */
  readonly enter: readonly string[]
  /** Name of its only node. */
  readonly node: string
  /** Runs a program in the machine's network; gives what it prints. */
  inside(program: string, ...args: string[]): Promise<string>
  /** `caravel <command> --data-dir ...`. */
  caravel(command: string, ...flags: string[]): Promise<string>
  /** The process that runs a part; undefined while none does. */
  processOf(part: 'server' | 'agent' | 'containerd'): Promise<number | undefined>
  /** Ends the cluster and removes everything. Throws when something was left behind. */
  stop(): Promise<void>
}

const execute = promisify(execFile)
const address = '192.168.78.2'

/** Makes the network and brings a cluster up in it, by `caravel up` or another command that does; `heard` gets what that says. */
export async function startMachine(command = 'up', heard: (text: string) => void = () => {}): Promise<Machine> {
  const directory = await mkdtemp(join(tmpdir(), 'caravel-e2e-'))
  const dataDir = join(directory, 'data')
  const namespace = `caravel-e2e-${process.pid}`
  const enter = ['nsenter', `--net=/run/netns/${namespace}`, '--'] as const
  const inside = async (program: string, ...args: string[]) => {
    const [first, ...rest] = enter
    return (await execute(first, [...rest, program, ...args], { timeout: 180_000, maxBuffer: 1 << 26 })).stdout
  }
  const caravel = (command: string, ...flags: string[]) =>
    inside(join(project, 'bin/caravel'), command, '--data-dir', dataDir, ...flags)

  execFileSync('ip', ['netns', 'add', namespace])
  const batch = [
    'link set lo up',
    'link add eth0 type veth peer name world',
    'link set world up',
    `address add ${address}/24 dev eth0`,
    'link set eth0 up',
    'route add default via 192.168.78.1',
  ]
  execFileSync('ip', ['-n', namespace, '-batch', '-'], { input: batch.join('\n') })
  let kubectl: Kubectl | undefined
  const stop = async () => {
    await kubectl?.close()
    await caravel('down')
    const left = await leftovers(dataDir, inside)
    execFileSync('ip', ['netns', 'del', namespace])
    await rm(directory, { recursive: true, force: true })
    if (left.length > 0) throw new Error(`caravel down left behind: ${left.join(', ')}`)
  }
  try {
    const config = join(directory, 'kubeconfig')
    heard(await caravel(command, '--kubeconfig', config))
    kubectl = await openKubectl(await readFile(config, 'utf8'), enter)
    const node = await kubectl('get', 'nodes', '-o', 'jsonpath={.items[*].metadata.name}')
    return {
      dataDir,
      kubectl,
      enter,
      node,
      inside,
      caravel,
      async processOf(part) {
        const status = await caravel('status', '-o', 'json').catch(error => String(error.stdout))
        return JSON.parse(status).processes[part] ?? undefined
      },
      stop,
    }
  } catch (error) {
    await stop().catch(() => {})
    throw error
  }
}

/** What a cluster that ended may not leave: processes, mounts, network devices, packet filter rules. */
async function leftovers(dataDir: string, inside: Machine['inside']): Promise<string[]> {
  const { stdout } = await execute('ps', ['-axwwo', 'pid=,command='])
  const processes = stdout.split('\n').filter(line => line.includes(dataDir) && !line.includes(' ps '))
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').filter(line => line.includes(dataDir))
  const links = (await inside('ip', '-br', 'link')).split('\n').filter(line => !/^(lo|eth0|world)[@ ]|^$/.test(line))
  const tables = (await inside('nft', 'list', 'tables')).split('\n').filter(line => line !== '')
  return [...processes, ...mounts, ...links, ...tables]
}
