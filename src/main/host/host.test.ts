import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { silent } from '../../base/log.ts'
import { setUpNetwork } from '../../network/index.ts'
import { cleanUp } from './cleanUp.ts'
import { type Connection, connect } from './connection.ts'
import { type Containerd, runningContainerd, startContainerd } from './containerd.ts'
import { importImages } from './images.ts'
import { readMounts } from './mounts.ts'
import { nodePaths } from './paths.ts'
import { findProcesses, signalProcess, waitForEnd } from './processes.ts'
import { createRun } from './run.ts'

const home = join(import.meta.dirname, '../../..')
const able = process.getuid?.() === 0 && existsSync('/usr/bin/containerd') && existsSync('/usr/lib/cni/bridge')
const skip = able ? false : 'needs root and the packages of scripts/install'
const log = silent

/** A protobuf message of string and message fields, enough to ask for a pod. */
type Message = { readonly [field: number]: string | number | Message | undefined }
function encode(message: Message): Uint8Array {
  const parts = Object.entries(message).flatMap(([field, value]) => {
    if (value === undefined) return []
    if (typeof value === 'number') return [Uint8Array.from([Number(field) << 3, ...varint(value)])]
    const bytes = typeof value === 'string' ? Buffer.from(value) : encode(value)
    return [Uint8Array.from([(Number(field) << 3) | 2, ...varint(bytes.length)]), bytes]
  })
  return new Uint8Array(Buffer.concat(parts))
}
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
/** The first bytes of a field, at the end of a path of fields. */
function decode(bytes: Uint8Array, ...path: number[]): string {
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

async function runPod(connection: Connection, paths: { cgroupParent: string }, name: string, hostPort?: number) {
  const config: Message = {
    1: { 1: name, 2: name, 3: 'default' },
    5: hostPort === undefined ? undefined : { 2: 80, 3: hostPort },
    8: { 1: `${paths.cgroupParent}/${name}` },
  }
  const sandbox = decode(await connection.call('/runtime.v1.RuntimeService/RunPodSandbox', encode({ 1: config })), 1)
  const status = await connection.call('/runtime.v1.RuntimeService/PodSandboxStatus', encode({ 1: sandbox }))
  const container = { 1: { 1: 'nginx' }, 2: { 1: 'docker.io/library/nginx:latest' } }
  const create = encode({ 1: sandbox, 2: container, 3: config })
  const id = decode(await connection.call('/runtime.v1.RuntimeService/CreateContainer', create), 1)
  await connection.call('/runtime.v1.RuntimeService/StartContainer', encode({ 1: id }))
  return { sandbox, id, ip: decode(status, 1, 5, 1) }
}

async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000
  for (;;)
    try {
      return await work()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 20))
    }
}

/** A node of its own: directories, bridge and range that nothing else on the machine uses; on request a namespace. */
function node(index: number, namespace?: string) {
  const dataDir = mkdtempSync(join(tmpdir(), 'caravel-host-'))
  const paths = nodePaths(dataDir)
  const bridge = `cvt${index}x${paths.id.slice(0, 4)}`
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
        podCIDRs: [`10.23${index}.7.0/24`],
        clusterCIDRs: [`10.23${index}.0.0/16`],
        addressDirectory: paths.cni.addresses,
        configurationDirectory: paths.cni.configuration,
        nodeIP: '127.0.0.1',
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
  const page = async (host: string) => await run(['/usr/bin/curl', '-sSf', '--max-time', '2', '--noproxy', '*', host])
  const clean = () => cleanUp({ log }, { paths, bridge, netns })
  return { dataDir, paths, bridge, run, start, load, page, clean, supervisors }
}

/** What the node has on the machine: all empty when it left nothing behind. */
async function traces({ dataDir, paths, bridge, run }: ReturnType<typeof node>) {
  const processes = await findProcesses(args => args.some(arg => arg.includes(paths.run)))
  const mounts = (await readMounts()).filter(({ path }) => path.includes(paths.id) || path.startsWith(dataDir))
  const cgroups = execFileSync('find', ['/sys/fs/cgroup', '-name', paths.id], { encoding: 'utf8' })
  const links = (await run(['ip', '-br', 'link'])).split('\n').filter(line => line.includes(bridge))
  const tables = (await run(['nft', 'list', 'ruleset']))
    .split('\n')
    .filter(line => line.includes(bridge) || line.includes('CNI-'))
  return { processes, mounts, cgroups, links, tables, directory: existsSync(paths.run) }
}
const nothing = { processes: [], mounts: [], cgroups: '', links: [], tables: [], directory: false }

async function finish(subject: ReturnType<typeof node>) {
  for (const supervisor of subject.supervisors) supervisor.abort()
  await subject.clean()
  rmSync(subject.dataDir, { recursive: true })
}

test('a pod of nginx runs, serves its page on the pod address and a host port, and stop leaves nothing', {
  skip,
}, async t => {
  execFileSync(join(home, 'scripts/images'), ['--quiet'])
  const subject = node(1)
  t.after(() => finish(subject))
  const { containerd } = await subject.start()
  assert.deepEqual(
    (await subject.load(containerd)).map(({ file, fresh, images }) => [file, fresh, images[0]]),
    [
      ['busybox.tar', true, 'docker.io/library/busybox:latest'],
      ['nginx.tar', true, 'docker.io/library/nginx:latest'],
      ['pause.tar', true, 'registry.k8s.io/pause:3.10'],
    ],
  )
  assert.deepEqual(
    (await subject.load(containerd)).map(({ fresh }) => fresh),
    [false, false, false],
  )
  const connection = await connect(containerd.socket)
  const pod = await runPod(connection, subject.paths, 'web', 18_080)
  assert.match(pod.ip, /^10\.231\.7\.\d+$/)
  assert.match(await eventually(() => subject.page(`http://${pod.ip}/`)), /Welcome to nginx!/)
  assert.match(await subject.page('http://127.0.0.1:18080/'), /Welcome to nginx!/)
  connection.close()

  await containerd.stop()
  await subject.clean()
  assert.deepEqual(await traces(subject), nothing)
})

test('in a network namespace, containers outlive their supervisor and a killed containerd', { skip }, async t => {
  const namespace = `caravel-test-${process.pid}`
  execFileSync('ip', ['netns', 'add', namespace])
  const subject = node(2, namespace)
  t.after(async () => {
    await finish(subject)
    execFileSync('ip', ['netns', 'del', namespace])
  })
  await subject.run(['ip', 'link', 'set', 'lo', 'up'])
  const first = await subject.start()
  await subject.load(first.containerd)
  const connection = await connect(first.containerd.socket)
  const pod = await runPod(connection, subject.paths, 'web')
  await eventually(() => subject.page(`http://${pod.ip}/`))
  connection.close()
  first.supervisor.abort()
  await first.containerd.ended
  assert.match(await subject.page(`http://${pod.ip}/`), /Welcome to nginx!/)

  const second = await subject.start()
  assert.equal(second.containerd.adopted, true)
  const killed = await runningContainerd(subject.paths)
  assert.ok(killed)
  signalProcess(killed, 'SIGKILL')
  await waitForEnd([killed], 5_000)
  await eventually(async () =>
    assert.ok((await runningContainerd(subject.paths))?.pid !== killed.pid && second.containerd.restarts() === 1),
  )
  const again = await eventually(() => connect(second.containerd.socket))
  const status = await eventually(() => again.call('/runtime.v1.RuntimeService/ContainerStatus', encode({ 1: pod.id })))
  assert.equal(decode(status, 1, 1), pod.id)
  assert.match(await subject.page(`http://${pod.ip}/`), /Welcome to nginx!/)
  again.close()

  // Everything is killed, supervisor and shims included; another process cleans up.
  second.supervisor.abort()
  await second.containerd.ended
  for (const left of await findProcesses(args => args.some(arg => arg.includes(subject.paths.run))))
    signalProcess(left, 'SIGKILL')
  await subject.clean()
  assert.deepEqual(await traces(subject), nothing)
  await subject.clean()
})
