import { configMaps, pods } from '../src/api/index.ts'
import { eventually } from '../src/testing/eventually.ts'
import { type ServerProcess, startServer } from '../test/e2e/server.ts'
import { fanOut } from './fanOut.ts'
import { administrator, type Load, load } from './load.ts'
import { residentMemory } from './process.ts'
import { quantile, report } from './report.ts'
import { startUpstream, upstreamPrograms } from './upstream.ts'

/**
 * Caravel (file store) and an upstream control plane (etcd and one API server), one after the other in each round, on
 * the same machine: the ratio is what counts. UPSTREAM names a directory with `etcd` and `kube-apiserver`.
 */
const namespace = 'default'
const path = `/api/v1/namespaces/${namespace}/configmaps`
const podPath = `/api/v1/namespaces/${namespace}/pods`
const protobuf = 'application/vnd.kubernetes.protobuf'
const configMap = (metadata: object) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: 'v'.repeat(400) } })
const podBody = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'p-', labels: { app: 'web', tier: 'front' } },
  spec: {
    schedulerName: 'nobody',
    automountServiceAccountToken: false,
    containers: [
      {
        name: 'web',
        image: 'nginx:1.27',
        ports: [{ containerPort: 80 }],
        env: [{ name: 'A', value: 'b' }],
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
      },
    ],
  },
})

const programs = upstreamPrograms()
if (!programs) {
  console.log('compare: UPSTREAM names no directory with etcd and kube-apiserver of Kubernetes v1.36')
  process.exit(0)
}

interface Side {
  readonly server: ServerProcess
  readonly token: string
  readonly name: string
  readonly memory: () => number
}

async function prepared(server: ServerProcess, memory: () => number): Promise<Side> {
  const { client, token } = await administrator(server)
  // Without controllers nobody makes the account that pods run as.
  await eventually(() =>
    client
      .of(configMaps)
      .list({ namespace })
      .then(() => true),
  )
  await load(server, token, { path, body: configMap({ generateName: 'c-', labels: { bench: 'yes' } }), requests: 1000 })
  await load(server, token, { path: podPath, body: podBody, requests: 1000 })
  const { items } = await client.of(configMaps).list({ namespace, labelSelector: 'bench' })
  await client.of(pods).list({ namespace })
  await client.transport.close()
  return { server, token, name: items[0]?.metadata.name ?? '', memory }
}

/** The better of two runs each, the sides taking turns, after one to warm up. */
async function sides(one: Side, other: Side, of: (side: Side) => Load): Promise<[number, number]> {
  const best: [number, number] = [0, 0]
  for (let round = 0; round < 3; round++)
    for (const [index, side] of [one, other].entries()) {
      const { perSecond } = await load(side.server, side.token, of(side))
      if (round > 0) best[index as 0 | 1] = Math.max(best[index as 0 | 1], perSecond)
    }
  return best
}

function compared(what: string, [ours, theirs]: readonly [number, number], unit: string, least: number): void {
  report(what, ours, unit)
  report(`${what}: upstream`, theirs, unit)
  report(`${what}: ratio`, ours / theirs, 'x', { atLeast: least })
}

const ours = await startServer('--simulated-nodes', '0')
const theirs = await startUpstream(programs)
try {
  const us = await prepared(ours, () => residentMemory(ours.pid))
  const them = await prepared(theirs, () => residentMemory(theirs.pid) + residentMemory(theirs.etcdPid))
  const compare = async (what: string, least: number, of: (side: Side) => Load) =>
    compared(what, await sides(us, them, of), '/s', least)
  await compare('GET of a ConfigMap', 3, ({ name }) => ({ path: `${path}/${name}`, requests: 10_000 }))
  const list = { requests: 200, connections: 4, streams: 1 }
  await compare('LIST of 1000 ConfigMaps', 5, () => ({ path, ...list }))
  await compare('LIST of 1000 pods, JSON', 5, () => ({ path: podPath, ...list }))
  await compare('LIST of 1000 pods, protobuf', 5, () => ({ path: podPath, ...list, accept: protobuf }))
  for (const writers of [1, 8]) {
    const what = `watch, 200 watchers, ${writers} writer${writers > 1 ? 's' : ''}`
    const rates: [number, number] = [0, 0]
    const late: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    // The better of three each, the sides taking turns, after one to warm up.
    for (let round = 0; round < 4; round++)
      for (const [index, { server, token }] of [us, them].entries()) {
        const side = index as 0 | 1
        const { perSecond, milliseconds } = await fanOut(server, token, 10, `w-${writers}-${round}`, writers)
        if (round === 0) continue
        rates[side] = Math.max(rates[side], perSecond)
        late[side] = Math.min(late[side], quantile(milliseconds, 0.99))
      }
    compared(what, rates, 'events/s', 3)
    report(`${what}, p99`, late[0], 'ms')
    report(`${what}, p99: upstream`, late[1], 'ms')
    report(`${what}, p99: part of upstream`, late[0] / late[1], 'x', { atMost: 0.5 })
  }
  await compare('create of a ConfigMap', 2.5, () => ({ path, body: configMap({ generateName: 'd-' }), requests: 5000 }))
  for (const { server, token } of [us, them]) {
    await load(server, token, { path, body: configMap({ generateName: 'm-' }), requests: 63_000 })
    await load(server, token, { path: podPath, body: podBody, requests: 19_000 })
  }
  report('resident memory, 100,000 objects', us.memory(), 'MB')
  report('resident memory, 100,000 objects: upstream', them.memory(), 'MB')
  report('resident memory, 100,000 objects: part of upstream', us.memory() / them.memory(), 'x', { atMost: 0.2 })
} finally {
  await Promise.all([ours.stop(), theirs.stop()])
}
