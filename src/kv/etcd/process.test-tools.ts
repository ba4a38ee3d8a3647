import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type ChannelTls, createChannel } from '../../net/grpc/channel.ts'
import { isCode } from '../../net/grpc/error.ts'
import { methods } from './methods.ts'

/** The etcd programs to test with: those that `ETCD` names, separated by colons, else the one on the path. */
export function etcdPrograms(): readonly { readonly path: string; readonly version: string }[] {
  return (process.env.ETCD ?? 'etcd').split(':').flatMap(path => {
    try {
      const version = /etcd Version: (\S+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1]
      return version ? [{ path, version }] : []
    } catch {
      return []
    }
  })
}

/** Why tests that need etcd are skipped; undefined when they are not. */
export const missing = (): string | undefined =>
  etcdPrograms().length > 0 ? undefined : 'no etcd: install etcd-server, or name the program in ETCD'

/** A member that can be ended and started again, with what it has on disk. */
export interface EtcdMember {
  readonly endpoint: string
  start(): Promise<void>
  /** As `kill -9`. */
  kill(): Promise<void>
  /** Stops without ending: as a machine that hangs. */
  pause(): void
  resume(): void
}

export interface EtcdCluster {
  readonly endpoints: readonly string[]
  readonly members: readonly EtcdMember[]
  /** Ends all and removes what they wrote. */
  stop(): Promise<void>
}

/** Ports that nobody listens on just now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer()
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      return server
    }),
  )
  const ports = servers.map(server => (server.address() as { port: number }).port)
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  return ports
}

/** Whether a member of this address answers, if only that nobody may ask it. */
async function answers(endpoint: string, tls: ChannelTls | undefined): Promise<boolean> {
  const channel = createChannel(endpoint.replace(/^https?:\/\//, ''), tls ? { tls } : {})
  try {
    await channel.unary(methods.range, { key: '\0', countOnly: true }, { timeout: 2000 })
    return true
  } catch (error) {
    return isCode(error, 'INVALID_ARGUMENT')
  } finally {
    channel.close()
  }
}

/**
 * Starts an etcd of so many members on loopback and waits until it answers. `extra`: more arguments for each. `tls`: what
 * clients show, where the arguments ask for it.
 */
export async function startEtcd(
  program: string,
  size = 1,
  extra: readonly string[] = [],
  tls?: ChannelTls,
): Promise<EtcdCluster> {
  const directory = await mkdtemp(join(tmpdir(), 'caravel-etcd-'))
  const ports = await freePorts(size * 2)
  const urlOf = (index: number) => `${tls && index < size ? 'https' : 'http'}://127.0.0.1:${ports[index]}`
  const initial = Array.from({ length: size }, (_, i) => `m${i}=${urlOf(size + i)}`).join(',')
  const members = Array.from({ length: size }, (_, i): EtcdMember => {
    let running: ChildProcess | undefined
    return {
      endpoint: urlOf(i),
      async start() {
        const args = {
          name: `m${i}`,
          'data-dir': join(directory, `m${i}`),
          'listen-client-urls': urlOf(i),
          'advertise-client-urls': urlOf(i),
          'listen-peer-urls': urlOf(size + i),
          'initial-advertise-peer-urls': urlOf(size + i),
          'initial-cluster': initial,
          'log-level': 'error',
          logger: 'zap',
        }
        running = spawn(program, [...Object.entries(args).flatMap(([name, value]) => [`--${name}`, value]), ...extra], {
          stdio: 'ignore',
        })
      },
      async kill() {
        const ending = running
        running = undefined
        if (!ending || ending.exitCode !== null) return
        const exited = new Promise(resolve => ending.once('exit', resolve))
        ending.kill('SIGKILL')
        await exited
      },
      pause: () => void running?.kill('SIGSTOP'),
      resume: () => void running?.kill('SIGCONT'),
    }
  })
  await Promise.all(members.map(member => member.start()))
  const stop = async () => {
    await Promise.all(members.map(member => member.kill()))
    await rm(directory, { recursive: true, force: true })
  }
  for (const { endpoint } of members) {
    for (const until = Date.now() + 20_000; !(await answers(endpoint, tls)); await wait(50)) {
      if (Date.now() < until) continue
      await stop()
      throw new Error(`${program} did not answer at ${endpoint} within 20 s`)
    }
  }
  return { endpoints: members.map(member => member.endpoint), members, stop }
}
