import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { silent } from '../../src/base/log.ts'
import type { Client } from '../../src/client/client.ts'
import { createInformers } from '../../src/client/informer.ts'
import { runSimulatedNodes } from '../../src/kubelet/simulated/nodes.ts'
import { administratorClient, readAdministrator } from '../../src/main/cluster.ts'
import { freePort } from '../../src/main/freePort.ts'
import type { ServerProcess } from '../e2e/server.ts'
import { complaints } from './complaints.ts'

/** An API server with upstream's controller manager and scheduler, and nodes without containers. */
export interface Side {
  readonly client: Client
  /** Ends all but the server. What each component complained of: kind of complaint to how often it came. */
  stop(): Promise<Readonly<Record<string, ReadonlyMap<string, number>>>>
}

export interface Keys {
  readonly rootCa: string
  /** PEM file with the key that service account tokens are signed with. */
  readonly tokenKey: string
}

export const nodeNames = ['node-a', 'node-b', 'node-c', 'node-d']

/** Starts the components of `programs` on a server, in processes of their own. */
export async function startSide(programs: string, server: ServerProcess, keys: Keys): Promise<Side> {
  const directory = await mkdtemp(join(tmpdir(), 'caravel-churn-'))
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, server.kubeconfig, { mode: 0o600 })
  const start = async (name: string, ...args: string[]) => {
    const log = join(directory, `${name}.log`)
    const output = openSync(log, 'a')
    const access = ['', 'authentication-', 'authorization-'].map(each => `--${each}kubeconfig=${kubeconfig}`)
    const port = `--secure-port=${await freePort('127.0.0.1')}`
    const child = spawn(join(programs, name), [...access, '--bind-address=127.0.0.1', port, ...args], {
      stdio: ['ignore', output, output],
      cwd: directory,
    })
    return { name, child, log }
  }
  const components = await Promise.all([
    start(
      'kube-controller-manager',
      `--root-ca-file=${keys.rootCa}`,
      `--service-account-private-key-file=${keys.tokenKey}`,
      '--use-service-account-credentials=true',
      '--allocate-node-cidrs=true',
      '--cluster-cidr=10.244.0.0/16',
      '--service-cluster-ip-range=10.96.0.0/16',
      `--cert-dir=${directory}`,
    ),
    start('kube-scheduler', `--cert-dir=${directory}`),
  ])
  const found = await readAdministrator(kubeconfig)
  if (!found) throw new Error(`${kubeconfig} is gone`)
  const client = administratorClient(found)
  const life = new AbortController()
  const parts = { client, clock: systemClock, log: silent, signal: life.signal }
  const informers = createInformers(parts)
  const simulated = runSimulatedNodes({ ...parts, informers }, { names: nodeNames })
  return {
    client,
    async stop() {
      life.abort()
      await simulated
      await informers.stopped
      const told = await Promise.all(
        components.map(async ({ name, child, log }) => {
          if (child.exitCode !== null) throw new Error(`${name} ended by itself with ${child.exitCode}: see ${log}`)
          const ended = once(child, 'exit')
          child.kill('SIGTERM')
          await ended
          return [name, complaints(await readFile(log, 'utf8'))] as const
        }),
      )
      await client.transport.close()
      if (!process.env.KEEP) await rm(directory, { recursive: true, force: true })
      else console.log(`logs are kept in ${directory}`)
      return Object.fromEntries(told)
    },
  }
}
