import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Pod } from '../../api/core/pod/pod.ts'
import type { Deployment } from '../../api/index.ts'
import { services } from '../../api/index.ts'
import type { Client } from '../../client/client.ts'
import { dataDirectory } from '../cluster.ts'
import type { Carry } from '../commandLine.ts'
import { create } from '../demo/create.ts'
import { fetchPage, titleOf } from '../demo/page.ts'
import { rolledOut } from '../demo/rollout.ts'
import { home } from '../program.ts'
import { createProgress, type Progress } from '../progress.ts'
import { bringUp, nodeNameOf, type UpCluster } from '../up.ts'
import { untilSignal } from './signals.ts'
import { remarks } from './up.ts'

const namespace = 'default'
const manifest = join('examples', 'nginx-rc.yaml')
const patience = { rollout: 300_000, page: 15_000 }

export const demo: Carry<'demo'> = async ({ dataDir, apiPort, kubeconfig }) => {
  const progress = createProgress(process.stdout)
  const signal = untilSignal()
  const began = performance.now()
  const cluster = await bringUp({ dataDir: dataDirectory(dataDir), apiPort, kubeconfig }, progress, signal)
  const { client } = cluster
  try {
    for (const line of remarks(cluster)) progress.note(line)
    const deployment = await deploy(client, progress)
    const pods = await roll(cluster, deployment, progress, signal)
    progress.note(`  That is ${((performance.now() - began) / 1000).toFixed(1)} s from the start.`)
    const { clusterIP, nodePort } = await expose(client, deployment, progress)
    const urls = cluster.simulated ? [] : await fetchPages(pods, clusterIP, nodePort, progress, signal)
    process.stdout.write(`\n${[...summary(cluster, pods, urls), '', ...next(cluster, urls, dataDir)].join('\n')}\n`)
    return 0
  } finally {
    await client.transport.close()
  }
}

async function deploy(client: Client, progress: Progress): Promise<Deployment> {
  progress.now(`creating what ${manifest} describes`)
  const object = parse(await readFile(join(home, manifest), 'utf8')) as Deployment
  const { fresh, warnings } = await create(client.transport, object, namespace)
  progress.done(
    fresh
      ? `Created ${object.kind} ${object.metadata.name} of ${manifest} (${object.apiVersion})`
      : `${object.kind} ${object.metadata.name} is there already`,
  )
  for (const warning of warnings) progress.note(`  Warning: ${warning}`)
  return object
}

async function roll(
  { client, containersSince: since }: UpCluster,
  { metadata, spec }: Deployment,
  progress: Progress,
  signal: AbortSignal,
): Promise<Pod[]> {
  const about = { namespace, name: metadata.name ?? '', app: spec.selector?.matchLabels?.['k8s-app'] ?? '', since }
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patience.rollout)])
  progress.now('waiting for its pods')
  const pods = await rolledOut(client, about, limited, text => progress.now(text))
  progress.done(`${pods.length} of ${pods.length} pods are ready`)
  return pods
}

/** As `kubectl expose deployment nginx --type=NodePort --port=80` does. */
async function expose(
  client: Client,
  { metadata, spec }: Deployment,
  progress: Progress,
): Promise<{ clusterIP: string; nodePort: number }> {
  const name = metadata.name ?? ''
  const { fresh } = await create(
    client.transport,
    {
      apiVersion: services.apiVersion,
      kind: services.kind,
      metadata: { name, labels: metadata.labels },
      spec: {
        type: 'NodePort',
        selector: spec.selector?.matchLabels,
        ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
      },
    } as never,
    namespace,
  )
  const service = await client.of(services).get(name, { namespace })
  const nodePort = service.spec.ports?.[0]?.nodePort ?? 0
  const { clusterIP = '' } = service.spec
  progress.done(
    `${fresh ? 'Exposed it as' : 'There is'} Service ${name}: ${clusterIP} in the cluster, port ${nodePort} of every node`,
  )
  return { clusterIP, nodePort }
}

async function fetchPages(
  pods: readonly Pod[],
  clusterIP: string,
  nodePort: number,
  progress: Progress,
  signal: AbortSignal,
): Promise<string[]> {
  const urls = [`http://${clusterIP}/`, `http://${pods[0]?.status.hostIP}:${nodePort}/`]
  const limited = AbortSignal.any([signal, AbortSignal.timeout(patience.page)])
  for (const url of urls) {
    progress.now(`fetching ${url}`)
    progress.done(`Fetched ${url}: "${titleOf(await fetchPage(url, limited))}"`)
  }
  return urls
}

function summary(
  { simulated, server, kubeconfig }: UpCluster,
  pods: readonly Pod[],
  urls: readonly string[],
): string[] {
  const where = simulated ? 'simulated nodes' : `node ${nodeNameOf()}`
  return [
    `A Kubernetes cluster runs on this machine, API at ${server}, and goes on running in the background.`,
    `On ${where} there ${pods.length === 1 ? 'is 1 pod' : `are ${pods.length} pods`} of nginx:`,
    ...pods.map(
      ({ metadata, status, spec }) =>
        `  ${metadata.name}  ${status.podIP ?? ''}${simulated ? `  ${spec.nodeName}` : ''}`,
    ),
    ...(urls[1] ? [`Their page is at ${urls[1]}`] : []),
    `The context caravel is in ${kubeconfig}.`,
  ]
}

function next({ simulated }: UpCluster, urls: readonly string[], dataDir: string | undefined): string[] {
  const caravel = join(home, 'bin', 'caravel')
  const where = dataDir ? ` --data-dir ${dataDir}` : ''
  return [
    'Next you may type:',
    '  kubectl --context caravel get pods -o wide',
    '  kubectl --context caravel scale deployment nginx --replicas 5',
    ...(urls[1] ? [`  curl ${urls[1]}`] : []),
    ...(simulated ? [] : ['  kubectl --context caravel logs deployment/nginx']),
    `  ${caravel} status${where}`,
    `  ${caravel} down${where}`,
  ]
}
