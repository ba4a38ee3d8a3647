import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Client, createClient } from '../../src/client/client.ts'
import { httpsTransport } from '../../src/client/https.ts'

/** The upstream API server to test beside: `KUBE_APISERVER` names the program, v1.36. */
export const upstreamProgram: string | undefined = process.env.KUBE_APISERVER

/** Why tests beside an upstream server are skipped; undefined when they are not. */
export const missingUpstream = (): string | undefined =>
  upstreamProgram && existsSync(upstreamProgram)
    ? undefined
    : 'no upstream API server: name the program in KUBE_APISERVER'

export interface UpstreamServer {
  readonly client: Client
  stop(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

/** Starts an upstream API server on an etcd, with more flags; resolves when it is ready. */
export async function startUpstream(endpoints: readonly string[], ...flags: string[]): Promise<UpstreamServer> {
  const directory = await mkdtemp(join(tmpdir(), 'caravel-upstream-'))
  const file = (name: string) => join(directory, name)
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  await writeFile(file('sa.key'), key.export({ type: 'pkcs1', format: 'pem' }))
  await writeFile(file('tokens.csv'), 'swordfish,admin,admin,"system:masters"\n')
  const port = await freePort()
  const options = {
    'etcd-servers': endpoints.join(','),
    'secure-port': String(port),
    'bind-address': '127.0.0.1',
    'advertise-address': '10.0.0.9',
    'cert-dir': file('certs'),
    'service-account-issuer': 'https://kubernetes.default.svc',
    'service-account-key-file': file('sa.key'),
    'service-account-signing-key-file': file('sa.key'),
    'service-cluster-ip-range': '10.96.0.0/24',
    'authorization-mode': 'RBAC',
    'token-auth-file': file('tokens.csv'),
  }
  const args = [...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]), ...flags]
  const child = spawn(upstreamProgram ?? '', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-4000)
  })
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  const stop = async () => {
    child.kill('SIGKILL')
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  for (const until = Date.now() + 60_000; ; await wait(200)) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop()
      throw new Error(`the upstream server did not become ready: ${said}`)
    }
    try {
      const ca = await readFile(file('certs/apiserver.crt'), 'utf8')
      const transport = httpsTransport({ server: `https://127.0.0.1:${port}`, ca, token: 'swordfish' })
      const { object } = await transport.request({ method: 'GET', path: '/readyz' })
      if (object === 'ok') return { client: createClient(transport), stop: () => transport.close().then(stop) }
      await transport.close()
    } catch {
      // Not yet.
    }
  }
}
