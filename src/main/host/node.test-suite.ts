import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { silent } from '../../base/log.ts'
import { setUpNetwork } from '../../network/index.ts'
import { cleanUp } from './cleanUp.ts'
import type { Connection } from './connection.ts'
import { type Containerd, startContainerd } from './containerd.ts'
import { importImages } from './images.ts'
import { readMounts } from './mounts.ts'
import { type NodePaths, nodePaths } from './paths.ts'
import { findProcesses } from './processes.ts'
import { createRun } from './run.ts'

export const home = join(import.meta.dirname, '../../..')
const able = process.getuid?.() === 0 && existsSync('/usr/bin/containerd') && existsSync('/usr/lib/cni/bridge')
export const skip = able ? false : 'needs root and the packages of scripts/install'
const log = silent

/** A protobuf message of string and message fields, enough to ask for a pod. */
type Message = { readonly [field: number]: string | number | Message | readonly string[] | undefined }
export function encode(message: Message): Uint8Array {
  const parts = Object.entries(message).flatMap(([field, value]): Uint8Array[] => {
    if (value === undefined) return []
    if (Array.isArray(value)) return value.map(each => encode({ [field]: each }))
    if (typeof value === 'number') return [Uint8Array.from([Number(field) << 3, ...varint(value)])]
    const bytes = typeof value === 'string' ? Buffer.from(value) : encode(value as Message)
    return [Uint8Array.from([(Number(field) << 3) | 2, ...varint(bytes.length)]), bytes]
  })
  return new Uint8Array(Buffer.concat(parts))
}
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
/** The first bytes of a field, at the end of a path of fields. */
export function decode(bytes: Uint8Array, ...path: number[]): string {
  for (let at = 0; at < bytes.length; ) {
    const number = () => {
      let value = 0
      for (let shift = 0; ; shift += 7) {
        const byte = bytes[at++] ?? 0
        value += (byte & 127) * 2 ** shift
        if (byte < 128) return value
      }
    }
    const tag = number()
    const length = number()
    if ((tag & 7) !== 2) continue
    const content = bytes.subarray(at, at + length)
    if (tag >>> 3 === path[0])
      return path.length === 1 ? Buffer.from(content).toString() : decode(content, ...path.slice(1))
    at += length
  }
  return ''
}

/** Runs a pod of nginx; its output goes to `<data directory>/<name>/log`. */
export async function runPod(connection: Connection, paths: NodePaths, name: string, hostPort?: number) {
  const config: Message = {
    1: { 1: name, 2: name, 3: 'default' },
    3: join(paths.dataDir, name),
    5: hostPort === undefined ? undefined : { 2: 80, 3: hostPort },
    8: { 1: `${paths.cgroupParent}/${name}` },
  }
  const sandbox = decode(await connection.call('/runtime.v1.RuntimeService/RunPodSandbox', encode({ 1: config })), 1)
  const status = await connection.call('/runtime.v1.RuntimeService/PodSandboxStatus', encode({ 1: sandbox }))
  const container = { 1: { 1: 'nginx' }, 2: { 1: 'docker.io/library/nginx:latest' }, 11: 'log' }
  const create = encode({ 1: sandbox, 2: container, 3: config })
  const id = decode(await connection.call('/runtime.v1.RuntimeService/CreateContainer', create), 1)
  await connection.call('/runtime.v1.RuntimeService/StartContainer', encode({ 1: id }))
  const exec = async (...command: string[]) =>
    decode(await connection.call('/runtime.v1.RuntimeService/ExecSync', encode({ 1: id, 2: command, 3: 5 })), 1)
  return {
    sandbox,
    id,
    ip: decode(status, 1, 5, 1),
    exec,
    log: () => readFile(join(paths.dataDir, name, 'log'), 'utf8'),
  }
}

/** What the work gives, once it no longer rejects. */
export async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
}

/** The script of a server that says who asks. */
export const whoAsks =
  "require('node:http').createServer((request, reply) => reply.end(request.socket.remoteAddress)).listen(8000, '0.0.0.0', () => console.log('listening'))"

export interface TestNode {
  readonly podCIDR: string
  readonly clusterCIDR: string
  readonly nodeIP?: string
  /** The name of the network namespace it lives in; the machine's own when absent. */
  readonly namespace?: string
}

/** A node of its own: directories and a bridge that nothing else on the machine uses. */
export function node({ podCIDR, clusterCIDR, nodeIP = '127.0.0.1', namespace }: TestNode) {
  const dataDir = mkdtempSync(join(tmpdir(), 'caravel-host-'))
  const paths = nodePaths(dataDir)
  const bridge = `cvt${paths.id}`
  const netns = namespace && `/run/netns/${namespace}`
  const run = createRun(netns)
  const supervisors: AbortController[] = []
  const start = async () => {
    const supervisor = new AbortController()
    supervisors.push(supervisor)
    await setUpNetwork(
      { run, log },
      {
        name: paths.cni.network,
        bridge,
        podCIDRs: [podCIDR],
        clusterCIDRs: [clusterCIDR],
        addressDirectory: paths.cni.addresses,
        configurationDirectory: paths.cni.configuration,
        nodeIP,
      },
    )
    const sandboxImage = 'registry.k8s.io/pause:3.10'
    const containerd = await startContainerd({ paths, netns, sandboxImage, log, signal: supervisor.signal })
    return { containerd, supervisor }
  }
  const load = (containerd: Containerd) =>
    importImages(
      { run, log },
      {
        directory: join(home, '.caravel/images'),
        socket: containerd.socket,
        snapshotter: containerd.snapshotter,
        record: join(paths.containerd.root, 'imported.json'),
      },
    )
  // From inside of the node's namespace, with what every machine that runs the tests has.
  const script =
    'const reply = await fetch(process.argv[1], { signal: AbortSignal.timeout(2000) }); console.log(await reply.text())'
  const page = (url: string) => run([process.execPath, '--input-type=module', '-e', script, url])
  const clean = () => cleanUp({ log }, { paths, bridge, netns })
  return { dataDir, paths, bridge, run, start, load, page, clean, supervisors }
}

/** What the node has on the machine: all empty when it left nothing behind. */
export async function traces({ dataDir, paths, bridge, run }: ReturnType<typeof node>) {
  const processes = await findProcesses(args => args.some(arg => arg.includes(paths.run)))
  const mounts = (await readMounts()).filter(({ path }) => path.includes(paths.id) || path.startsWith(dataDir))
  const cgroups = execFileSync('find', ['/sys/fs/cgroup', '-name', `*${paths.id}*`], { encoding: 'utf8' })
  const links = (await run(['ip', '-br', 'link'])).split('\n').filter(line => line.includes(bridge))
  const tables = (await run(['nft', 'list', 'ruleset']))
    .split('\n')
    .filter(line => line.includes(bridge) || line.includes('CNI-'))
  return { processes, mounts, cgroups, links, tables, directory: existsSync(paths.run) }
}
export const nothing = { processes: [], mounts: [], cgroups: '', links: [], tables: [], directory: false }

export async function finish(subject: ReturnType<typeof node>) {
  for (const supervisor of subject.supervisors) supervisor.abort()
  await subject.clean()
  rmSync(subject.dataDir, { recursive: true })
}
