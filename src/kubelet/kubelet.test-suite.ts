import { createPrivateKey } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import type { Pod } from '../api/core/pod/pod.ts'
import { pods } from '../api/core/pod/resource.ts'
import { systemClock } from '../base/clock.ts'
import type { LogFields, Logger } from '../base/log.ts'
import { type Client, createClient } from '../client/client.ts'
import { issue, makeCa } from '../net/x509/certificate.ts'
import type { Draft } from '../schema/types.ts'
import { type Cluster, startCluster, eventually as waitFor } from '../testing/index.ts'
import { startTestContainerd, type TestContainerd } from './containerd.test-suite.ts'
import { createCgroups } from './resources/cgroup.ts'
import { type Kubelet, startKubelet } from './start.ts'
import { systemMounter } from './volumes/mounter.ts'

/** A cluster in process with one real node: containerd, kubelet and all. */
export interface RealNode {
  readonly cluster: Cluster
  readonly client: Client
  readonly containerd: TestContainerd
  readonly name: string
  readonly tls: { readonly cert: string; readonly key: string; readonly ca: string }
  kubelet(): Kubelet
  /** Ends the kubelet and starts another, as after a crash of the process. */
  restartKubelet(): Promise<void>
  /** Makes a pod on the node, in `default`. */
  run(name: string, spec: Draft<Pod['spec']>, metadata?: Draft<Pod['metadata']>): Promise<Pod>
  pod(name: string): Promise<Pod>
  /** As `eventually`; what the parts logged last is told with the failure. */
  eventually: typeof waitFor
  /** Waits until the pod is as wanted. */
  until(name: string, wanted: (pod: Pod) => boolean, patience?: number): Promise<Pod>
  /** Deletes it at once and waits until it is gone. */
  remove(name: string, graceSeconds?: number): Promise<void>
  /** GET on the kubelet's API, as the API server. */
  get(path: string): Promise<{ status: number; body: string }>
  stop(): Promise<void>
}

export const busybox = 'busybox:latest'

/** Keeps the last lines, to tell them when something fails. */
function keepLines(): { readonly log: Logger; last(): string } {
  const lines: string[] = []
  const note = (message: string, fields: LogFields = {}) => {
    const text = Object.entries(fields).map(
      ([name, value]) => `${name}=${value instanceof Object ? String(value) : value}`,
    )
    lines.push([new Date().toISOString(), message, ...text].join(' '))
    if (lines.length > 40) lines.shift()
  }
  const log: Logger = { debug: note, info: note, warn: note, error: note, child: () => log }
  return { log, last: () => lines.join('\n') }
}

export async function startRealNode(subnet: string): Promise<RealNode> {
  const { log, last } = keepLines()
  const eventually: typeof waitFor = (check, patience) =>
    waitFor(check, patience).catch(error => {
      throw new Error(`${error.message}; logged last:\n${last()}`, { cause: error })
    })
  const name = 'real-1'
  const cgroupRoot = `/caravel-test-${process.pid}`
  const [cluster, containerd] = await Promise.all([startCluster({ nodes: 0, log }), startTestContainerd(subnet)])
  const valid = { notBefore: Date.now() - 60_000, notAfter: Date.now() + 3_600_000 }
  const authority = { commonName: 'test-ca' }
  const ca = await makeCa({ subject: authority, ...valid })
  const issuer = { subject: authority, key: createPrivateKey(ca.key) }
  const serving = await issue(
    { subject: { commonName: `system:node:${name}` }, usage: 'server', addresses: ['127.0.0.1'], ...valid },
    issuer,
  )
  const asking = { commonName: 'kube-apiserver-kubelet-client', organizations: ['system:masters'] }
  const asked = await issue({ subject: asking, usage: 'client', ...valid }, issuer)
  const root = join(containerd.directory, 'kubelet')
  mkdirSync(root)
  const start = () =>
    startKubelet(
      {
        client: createClient(
          cluster.connect({ name: `system:node:${name}`, groups: ['system:nodes', 'system:authenticated'] }),
        ),
        clock: systemClock,
        log,
        signal: new AbortController().signal,
      },
      {
        nodeName: name,
        rootDir: root,
        runtimeEndpoint: containerd.socket,
        podLogsDir: join(containerd.directory, 'logs'),
        cgroupRoot,
        nodeIPs: ['127.0.0.1'],
        port: 0,
        tls: { ...serving, clientCa: ca.cert },
        clusterDNS: ['10.96.0.10'],
        clusterDomain: 'cluster.local',
        version: 'v1.36.0',
        preloaded: () => true,
      },
    )
  let kubelet = await start()
  const api = cluster.client.of(pods)
  const pod = (of: string) => api.get(of, { namespace: 'default' })
  const node: RealNode = {
    cluster,
    client: cluster.client,
    containerd,
    name,
    tls: { ...asked, ca: ca.cert },
    kubelet: () => kubelet,
    async restartKubelet() {
      await kubelet.stop()
      kubelet = await start()
    },
    run: (podName, spec, metadata = {}) =>
      api.create({
        metadata: { ...metadata, name: podName, namespace: 'default' },
        spec: { terminationGracePeriodSeconds: 1, automountServiceAccountToken: false, ...spec, nodeName: name },
      }),
    pod,
    eventually,
    until: (of, wanted, patience) =>
      eventually(async () => {
        const found = await pod(of)
        if (wanted(found)) return found
        throw new Error(`pod is ${JSON.stringify(found.status)}`)
      }, patience),
    async remove(of, graceSeconds = 1) {
      await api.delete(of, { namespace: 'default', gracePeriodSeconds: graceSeconds })
      await eventually(
        () =>
          pod(of).then(
            () => false,
            () => true,
          ),
        40_000,
      )
    },
    get: path =>
      new Promise((resolve, reject) => {
        const { cert, key, ca } = node.tls
        request({ host: '127.0.0.1', port: kubelet.port, path, cert, key, ca, rejectUnauthorized: true }, response => {
          let body = ''
          response
            .on('data', chunk => (body += chunk))
            .on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        })
          .on('error', reject)
          .end()
      }),
    async stop() {
      // Each step runs whatever became of the one before it, or the test's process would never end.
      await using ends = new AsyncDisposableStack()
      ends.defer(() => cluster.stop())
      ends.defer(async () => createCgroups(await systemMounter.list()).remove(cgroupRoot))
      ends.defer(() => containerd.stop())
      ends.defer(() => kubelet.stop())
    },
  }
  return node
}
