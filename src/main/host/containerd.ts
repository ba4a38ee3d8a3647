import { spawn } from 'node:child_process'
import { access, mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { createBackoff } from '../../base/backoff.ts'
import type { Logger } from '../../base/log.ts'
import { removeContainers } from './cleanUp.ts'
import { containerdConfiguration } from './configuration.ts'
import { type Connection, connect } from './connection.ts'
import type { NodePaths } from './paths.ts'
import { endProcesses, findProcess, findProcesses, isAlive, type Process } from './processes.ts'
import { systemPath } from './run.ts'

export interface ContainerdOptions {
  readonly paths: NodePaths
  /** The network namespace it runs in, as a path; this process's own when absent. */
  readonly netns?: string
  readonly sandboxImage: string
  readonly log: Logger
  /** Ends the supervision. containerd and the containers go on; the next start takes them over. */
  readonly signal: AbortSignal
}

/** A containerd that runs, and is started again when it ends. */
export interface Containerd {
  /** Its socket: CRI v1 and containerd's own services. */
  readonly socket: string
  /** True when it ran before this process did, so that there may be containers. */
  readonly adopted: boolean
  /** Where its images are unpacked. */
  readonly snapshotter: string
  /** How often it was started again. */
  readonly restarts: () => number
  /** Resolves when the supervision has ended. */
  readonly ended: Promise<void>
  /** Ends containerd and every container, and removes their processes, mounts, namespaces and control groups. */
  stop(): Promise<void>
}

const startTimeout = 30_000
const overlayMagic = 0x794c7630

/**
 * Runs a containerd of the node's own, beside any other on the machine: takes the running one over if there is one
 * with the same configuration, else starts one that outlives this process. Resolves when its CRI answers; rejects
 * with the end of its log when it does not come up.
 */
export async function startContainerd(options: ContainerdOptions): Promise<Containerd> {
  const { paths, log, signal } = options
  const snapshotter = await chooseSnapshotter(options)
  const configuration = containerdConfiguration(paths, {
    sandboxImage: options.sandboxImage,
    snapshotter,
    cniPlugins: await cniPlugins(),
    netns: options.netns,
  })
  const found = await runningContainerd(paths)
  const same = (await readOrEmpty(paths.containerd.configuration)) === configuration
  if (found && !same) await endProcesses([found], 10_000)
  let process = found && same ? found : undefined
  if (!process) {
    await prepare(paths, configuration)
    process = await launch(options)
  }
  const adopted = process === found
  let connection = await ready(options, process)
  log.info(adopted ? 'Took over the running containerd' : 'Started containerd', {
    pid: process.pid,
    socket: paths.socket,
  })

  let restarts = 0
  const stopping = new AbortController()
  const over = AbortSignal.any([signal, stopping.signal])
  const supervise = async () => {
    const backoff = createBackoff({ baseMilliseconds: 100, capMilliseconds: 10_000 })
    let began = performance.now()
    while (!over.aborted) {
      const close = () => connection.close()
      over.addEventListener('abort', close, { once: true })
      if (over.aborted) close()
      await connection.closed
      over.removeEventListener('abort', close)
      if (over.aborted) return
      if (performance.now() - began > 60_000) backoff.reset()
      await pause(backoff.next(), over)
      if (over.aborted) return
      began = performance.now()
      try {
        if (!process || !(await isAlive(process))) {
          log.warn('containerd has ended; starting it again', { log: paths.containerd.log })
          restarts++
          process = await launch(options)
        }
        connection = await ready({ ...options, signal: over }, process)
      } catch (error) {
        // The loop comes by again at once, since a closed connection stays closed, and waits longer each time.
        if (!over.aborted) log.error('containerd does not come up', { error })
      }
    }
  }
  // A connection made in the moment of the abort is closed here.
  const ended = supervise().finally(() => connection.close())
  return {
    socket: paths.socket,
    adopted,
    snapshotter,
    restarts: () => restarts,
    ended,
    async stop() {
      stopping.abort()
      await ended
      await removeContainers({ log }, paths)
    },
  }
}

/** The node's containerd if it runs, whoever started it. */
export async function runningContainerd(paths: NodePaths): Promise<Process | undefined> {
  const { pidFile, configuration } = paths.containerd
  const [pid, start] = (await readOrEmpty(pidFile)).trim().split(' ')
  const found = pid ? await findProcess(Number(pid)) : undefined
  if (found && found.start === start) return found
  // Whoever started it may have been killed before it wrote the id down; nobody did before the configuration exists.
  if (!(await readOrEmpty(configuration))) return undefined
  return (await findProcesses(args => args.includes(configuration)))[0]
}

/** The arguments by which the node's containerd is known among the machine's processes. */
export function containerdCommand(paths: NodePaths): string[] {
  return ['containerd', '--config', paths.containerd.configuration]
}

async function prepare(paths: NodePaths, configuration: string): Promise<void> {
  const { containerd, cni } = paths
  for (const directory of [containerd.root, containerd.state, containerd.registries, cni.configuration])
    await mkdir(directory, { recursive: true, mode: 0o711 })
  await writeFile(containerd.configuration, configuration)
  // One log of the past is enough, and it stays bounded however often containerd is started.
  const size = await stat(containerd.log).then(
    ({ size }) => size,
    () => 0,
  )
  if (size > 10 << 20) await rename(containerd.log, `${containerd.log}.1`)
}

async function launch({ paths, netns }: ContainerdOptions): Promise<Process> {
  // A socket left by one that was killed would let no other listen.
  await rm(paths.socket, { force: true })
  await rm(`${paths.socket}.ttrpc`, { force: true })
  const enter = netns === undefined ? [] : ['nsenter', `--net=${netns}`, '--']
  const [file = '', ...args] = [...enter, ...containerdCommand(paths)]
  const log = await open(paths.containerd.log, 'a', 0o600)
  try {
    const child = spawn(file, args, {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: '/',
      env: { ...process.env, PATH: systemPath },
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', error => reject(new Error(`cannot start ${file}: is it installed?`, { cause: error })))
    })
    child.unref()
    const found = await findProcess(child.pid ?? 0)
    if (!found) throw new Error(await saidLast(paths, 'containerd ended at once'))
    await writeFile(paths.containerd.pidFile, `${found.pid} ${found.start}\n`)
    return found
  } finally {
    await log.close()
  }
}

/** Waits until the CRI answers, on a connection that is kept. */
async function ready({ paths, signal }: ContainerdOptions, process: Process): Promise<Connection> {
  const deadline = performance.now() + startTimeout
  for (;;) {
    let connection: Connection | undefined
    let reason: unknown
    try {
      connection = await connect(paths.socket)
      await connection.call('/runtime.v1.RuntimeService/Status')
      return connection
    } catch (error) {
      connection?.close()
      reason = error
    }
    if (signal.aborted) throw new Error('stopped while containerd was starting', { cause: signal.reason })
    if (!(await isAlive(process)))
      throw new Error(await saidLast(paths, 'containerd ended while starting'), { cause: reason })
    if (performance.now() > deadline)
      throw new Error(await saidLast(paths, `containerd gave no answer for ${startTimeout / 1000} s`), {
        cause: reason,
      })
    await pause(10, signal)
  }
}

/** Waits, at most until the signal aborts. Real time: what is waited for is a process of the machine. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {})
}

async function saidLast(paths: NodePaths, what: string): Promise<string> {
  const lines = (await readOrEmpty(paths.containerd.log)).trim().split('\n').slice(-5)
  return `${what}; its log ${paths.containerd.log} ends with:\n${lines.join('\n')}`
}

/** Overlays cannot lie on an overlay, as inside of a container; copies can. */
async function chooseSnapshotter({ paths, log }: ContainerdOptions): Promise<string> {
  await mkdir(paths.containerd.root, { recursive: true, mode: 0o711 })
  if ((await statfs(paths.containerd.root)).type !== overlayMagic) return 'overlayfs'
  log.warn('The data directory is on an overlay file system: images are copied for every container, which is slower', {
    directory: paths.containerd.root,
  })
  return 'native'
}

/** Where the machine has the CNI plugins: Debian's place, or the one of the plugins' own releases. */
async function cniPlugins(): Promise<string> {
  const places = ['/usr/lib/cni', '/opt/cni/bin']
  for (const place of places) {
    const there = await access(`${place}/bridge`).then(
      () => true,
      () => false,
    )
    if (there) return place
  }
  throw new Error(`no CNI plugins in ${places.join(' or ')}; install the package containernetworking-plugins`)
}

async function readOrEmpty(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
