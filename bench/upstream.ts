import { type ChildProcess, spawn } from 'node:child_process'
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../src/main/freePort.ts'
import { kubeconfig } from '../src/net/kubeconfig.ts'
import { issue, makeCa } from '../src/net/x509/index.ts'
import type { ServerProcess } from '../test/e2e/server.ts'

/** An upstream control plane: etcd and one API server. */
export interface Upstream extends ServerProcess {
  readonly etcdPid: number
}

/** Where upstream's programs lie, by the environment; undefined when they can't be had. */
export function upstreamPrograms(): { readonly etcd: string; readonly apiserver: string } | undefined {
  const directory = process.env.UPSTREAM
  if (!directory) return undefined
  const programs = { etcd: join(directory, 'etcd'), apiserver: join(directory, 'kube-apiserver') }
  for (const program of Object.values(programs))
    if (!existsSync(program)) throw new Error(`UPSTREAM=${directory} holds no ${program}`)
  return programs
}

/** Starts etcd and kube-apiserver on loopback, with certificates of their own; resolves when /readyz is ok. */
export async function startUpstream(programs: NonNullable<ReturnType<typeof upstreamPrograms>>): Promise<Upstream> {
  const host = '127.0.0.1'
  const dataDir = await mkdtemp(join(tmpdir(), 'caravel-upstream-'))
  const file = (name: string) => join(dataDir, name)
  const [client, peer, port] = [await freePort(host), await freePort(host), await freePort(host)]
  const valid = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 }
  const subject = { commonName: 'bench-ca' }
  const ca = await makeCa({ subject, ...valid })
  const issuer = { subject, key: createPrivateKey(ca.key) }
  const serving = await issue(
    { subject: { commonName: 'apiserver' }, usage: 'server', addresses: ['127.0.0.1'], ...valid },
    issuer,
  )
  const admin = await issue(
    { subject: { commonName: 'admin', organizations: ['system:masters'] }, usage: 'client', ...valid },
    issuer,
  )
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const url = `https://127.0.0.1:${port}`
  const config = kubeconfig({ server: url, ca: ca.cert, name: 'bench', cert: admin.cert, key: admin.key })
  await Promise.all([
    writeFile(file('ca.crt'), ca.cert),
    writeFile(file('tls.crt'), serving.cert),
    writeFile(file('tls.key'), serving.key, { mode: 0o600 }),
    writeFile(file('sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 }),
    writeFile(file('sa.pub'), createPublicKey(privateKey).export({ type: 'spki', format: 'pem' })),
    writeFile(file('admin.kubeconfig'), config, { mode: 0o600 }),
  ])
  const run = (program: string, log: string, args: readonly string[]) => {
    const output = openSync(file(log), 'a')
    return spawn(program, args, { stdio: ['ignore', output, output], cwd: dataDir })
  }
  const etcd = run(programs.etcd, 'etcd.log', [
    `--data-dir=${file('etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
  ])
  const apiserver = run(programs.apiserver, 'apiserver.log', [
    `--etcd-servers=http://127.0.0.1:${client}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=192.0.2.1',
    `--secure-port=${port}`,
    `--cert-dir=${dataDir}`,
    `--tls-cert-file=${file('tls.crt')}`,
    `--tls-private-key-file=${file('tls.key')}`,
    `--client-ca-file=${file('ca.crt')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('sa.pub')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    '--authorization-mode=Node,RBAC',
    // There is no controller here that makes accounts for namespaces.
    '--disable-admission-plugins=ServiceAccount',
  ])
  const stop = async () => {
    for (const child of [apiserver, etcd]) await end(child)
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await ready(url, ca.cert, apiserver)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, kubeconfig: config, dataDir, pid: apiserver.pid ?? 0, etcdPid: etcd.pid ?? 0, stop }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}

async function ready(url: string, ca: string, apiserver: ChildProcess): Promise<void> {
  const asked = () =>
    new Promise<boolean>(resolve =>
      get(`${url}/readyz`, { ca }, response => {
        response.resume()
        resolve(response.statusCode === 200)
      }).on('error', () => resolve(false)),
    )
  for (const until = performance.now() + 120_000; performance.now() < until; await sleep(20)) {
    if (apiserver.exitCode !== null) throw new Error(`kube-apiserver ended with ${apiserver.exitCode}`)
    if (await asked()) return
  }
  throw new Error('kube-apiserver was not ready within two minutes')
}
