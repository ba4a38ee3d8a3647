import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { project } from './kubectl.ts'

/** `caravel server` in a process of its own, on loopback. */
export interface ServerProcess {
  readonly url: string
  readonly kubeconfig: string
  readonly dataDir: string
  readonly pid: number
  /** Ends it and removes what it stored. */
  stop(): Promise<void>
}

/** Starts a control plane with simulated nodes; resolves when it is ready. */
export async function startServer(...flags: string[]): Promise<ServerProcess> {
  const dataDir = await mkdtemp(join(tmpdir(), 'caravel-e2e-'))
  const args = ['server', '--data-dir', dataDir, '--bind-address', '127.0.0.1', '--port', '0', ...flags]
  const child = spawn(join(project, 'bin/caravel'), args, {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const ended = once(child, 'close')
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM')
    await ended
    await rm(dataDir, { recursive: true, force: true })
  }
  const ready = new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said += text
        const url = /is ready at (https:\S+);/.exec(said)?.[1]
        if (url) resolve(url)
      })
    ended.then(([code]) => reject(new Error(`caravel server ended with ${code}: ${said}`)), reject)
  })
  try {
    const url = await ready
    const kubeconfig = await readFile(join(dataDir, 'admin.kubeconfig'), 'utf8')
    return { url, kubeconfig, dataDir, pid: child.pid ?? 0, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
