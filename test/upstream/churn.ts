import { setTimeout as pause } from 'node:timers/promises'
import {
  cronJobs,
  customResourceDefinitions,
  daemonSets,
  deployments,
  jobs,
  limitRanges,
  namespaces,
  nodes,
  podDisruptionBudgets,
  pods,
  replicationControllers,
  resourceQuotas,
  services,
  statefulSets,
} from '../../src/api/index.ts'
import { is } from '../../src/api/meta/statusError.ts'
import { integerBelow, type Random } from '../../src/base/random.ts'
import type { Client } from '../../src/client/client.ts'
import { nodeNames } from './side.ts'

const template = (app: string, more: object = {}) => ({
  metadata: { labels: { app } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '10m', memory: '8Mi' } } }],
    ...more,
  },
})

/** Everything a namespace can hold that the components care for. */
function population(namespace: string): (client: Client) => Promise<unknown>[] {
  const named = (name: string) => ({ metadata: { name, namespace } })
  const selector = (app: string) => ({ matchLabels: { app } })
  const job = { template: template('batch', { restartPolicy: 'Never' }), completions: 3, parallelism: 2 }
  return client => [
    client.of(resourceQuotas).create({ ...named('quota'), spec: { hard: { pods: '40', 'count/configmaps': '20' } } }),
    client.of(limitRanges).create({
      ...named('limits'),
      spec: { limits: [{ type: 'Container', default: { cpu: '100m' }, defaultRequest: { cpu: '5m' } }] },
    }),
    client.of(services).create({ ...named('web'), spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } }),
    client.of(services).create({ ...named('set'), spec: { clusterIP: 'None', selector: { app: 'set' } } }),
    client
      .of(deployments)
      .create({ ...named('web'), spec: { replicas: 3, selector: selector('web'), template: template('web') } }),
    client.of(podDisruptionBudgets).create({ ...named('web'), spec: { minAvailable: 1, selector: selector('web') } }),
    client.of(statefulSets).create({
      ...named('set'),
      spec: { serviceName: 'set', replicas: 2, selector: selector('set'), template: template('set') },
    }),
    client
      .of(daemonSets)
      .create({ ...named('agent'), spec: { selector: selector('agent'), template: template('agent') } }),
    client
      .of(replicationControllers)
      .create({ ...named('old'), spec: { replicas: 1, selector: { app: 'old' }, template: template('old') } }),
    client.of(jobs).create({ ...named('batch'), spec: { ...job, ttlSecondsAfterFinished: 20 } }),
    client.of(cronJobs).create({ ...named('tick'), spec: { schedule: '* * * * *', jobTemplate: { spec: job } } }),
  ]
}

/** One change to what is there. What is gone meanwhile, or was changed by somebody, is left. */
async function change(client: Client, namespace: string, random: Random, turn: number): Promise<void> {
  const where = { namespace }
  const merge = (patch: object) => ['merge', patch] as const
  const some = <T>(all: readonly T[]) => all[integerBelow(random, all.length)]
  const spec = { spec: { template: { metadata: { annotations: { turn: String(turn) } } } } }
  const acts = [
    () => client.of(deployments).patch('web', ...merge(spec), where),
    () => client.of(deployments).patch('web', ...merge({ spec: { replicas: integerBelow(random, 6) } }), where),
    () => client.of(statefulSets).patch('set', ...merge({ spec: { replicas: integerBelow(random, 4) } }), where),
    () => client.of(statefulSets).patch('set', ...merge(spec), where),
    () => client.of(daemonSets).patch('agent', ...merge(spec), where),
    () => client.of(replicationControllers).patch('old', ...merge({ spec: { replicas: turn % 3 } }), where),
    () => client.of(deployments).patch('web', ...merge({ spec: { paused: turn % 2 === 0 } }), where),
    async () => {
      const pod = some((await client.of(pods).list(where)).items)
      if (pod) await client.of(pods).delete(pod.metadata.name ?? '', where)
    },
    async () => {
      const node = some(nodeNames) ?? ''
      await client.of(nodes).patch(node, ...merge({ spec: { unschedulable: turn % 2 === 0 } }))
    },
    async () => {
      const taints = turn % 2 === 0 ? [{ key: 'churn', value: 'yes', effect: 'NoExecute' }] : null
      await client.of(nodes).patch(nodeNames[0] ?? '', ...merge({ spec: { taints } }))
    },
    () =>
      client.of(deployments).delete('web', { ...where, propagationPolicy: turn % 2 === 0 ? 'Foreground' : 'Orphan' }),
    () => client.of(jobs).delete('batch', { ...where, propagationPolicy: 'Background' }),
  ]
  await some(acts)?.().catch(error => {
    if (!is(error, 'NotFound') && !is(error, 'Conflict')) throw error
  })
}

async function definition(client: Client, turn: number): Promise<void> {
  const plural = `things${turn}`
  await client.of(customResourceDefinitions).create({
    metadata: { name: `${plural}.churn.example` },
    spec: {
      group: 'churn.example',
      scope: 'Namespaced',
      names: { plural, singular: `thing${turn}`, kind: `Thing${turn}`, listKind: `Thing${turn}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
    },
  })
  await pause(5000)
  await client.of(customResourceDefinitions).delete(`${plural}.churn.example`)
}

/** Keeps three namespaces full of change until the time is up; each lives for some time, then goes with all it holds. */
export async function churn(client: Client, random: Random, milliseconds: number): Promise<void> {
  const end = Date.now() + milliseconds
  let made = 0
  const life = async () => {
    while (Date.now() < end) {
      const turn = made++
      const namespace = `churn-${turn}`
      await client.of(namespaces).create({ metadata: { name: namespace } })
      await Promise.all(population(namespace)(client))
      for (let step = 0; step < 60 && Date.now() < end; step++) {
        await change(client, namespace, random, step)
        await pause(500)
      }
      await client.of(namespaces).delete(namespace)
    }
  }
  const definitions = async () => {
    for (let turn = 0; Date.now() < end; turn++) await definition(client, turn)
  }
  await Promise.all([life(), life(), life(), definitions()])
  while ((await client.of(namespaces).list()).items.some(({ metadata }) => metadata.name?.startsWith('churn-'))) {
    if (Date.now() > end + 120_000) throw new Error('namespaces were not gone two minutes after they were deleted')
    await pause(500)
  }
}
