import { mandatoryLevels, mandatorySchemas } from '../../api/flowcontrol/mandatory.ts'
import type { FlowRules, FlowSchemaLike, FlowSubject, PriorityLevelLike } from './model.ts'

/** Who an object belongs to: with `true` the server sets the spec right at each start, with `false` people look after it. */
export const autoUpdate = 'apf.kubernetes.io/autoupdate-spec'

type Level = PriorityLevelLike & { readonly metadata: { readonly name: string } }
type Schema = FlowSchemaLike & { readonly metadata: { readonly name: string } }

const groups = (...names: string[]): FlowSubject[] => names.map(name => ({ kind: 'Group', group: { name } }))
const users = (...names: string[]): FlowSubject[] => names.map(name => ({ kind: 'User', user: { name } }))
const kubeSystem: FlowSubject = { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: 'kube-system' } }
const everybody = groups('system:unauthenticated', 'system:authenticated')

const anything = (subjects: FlowSubject[]): FlowRules => ({
  subjects,
  resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*'] }],
  nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
})

const annotations = { [autoUpdate]: 'true' }

const level = (name: string, spec: PriorityLevelLike['spec']): Level =>
  ({ metadata: { name, annotations }, spec }) as Level

function limited(name: string, shares: number, lendable: number, queues?: number, handSize?: number): Level {
  return level(name, {
    type: 'Limited',
    limited: {
      nominalConcurrencyShares: shares,
      lendablePercent: lendable,
      limitResponse:
        queues && handSize
          ? { type: 'Queue', queuing: { queues, handSize, queueLengthLimit: 50 } }
          : { type: 'Reject' },
    },
  })
}

function schema(
  name: string,
  to: string,
  precedence: number,
  by: 'ByUser' | 'ByNamespace' | undefined,
  ...rules: FlowRules[]
): Schema {
  return {
    metadata: { name, annotations },
    spec: {
      priorityLevelConfiguration: { name: to },
      matchingPrecedence: precedence,
      ...(by ? { distinguisherMethod: { type: by } } : {}),
      rules,
    },
  } as Schema
}

const leases = (verbs: string[]) => ({
  verbs,
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  namespaces: ['*'],
})

/** Those without which no server runs: they are set right always (`flowcontrol/bootstrap`). */
export const mandatory: { readonly levels: readonly Level[]; readonly schemas: readonly Schema[] } = {
  levels: Object.entries(mandatoryLevels).map(([name, spec]) => level(name, spec as PriorityLevelLike['spec'])),
  schemas: Object.entries(mandatorySchemas).map(
    ([name, spec]) => ({ metadata: { name, annotations }, spec }) as Schema,
  ),
}

/** Those that fit most clusters: they are there from the beginning, and may be changed or removed. */
export const suggested: { readonly levels: readonly Level[]; readonly schemas: readonly Schema[] } = {
  levels: [
    limited('system', 30, 33, 64, 6),
    limited('node-high', 40, 25, 64, 6),
    limited('leader-election', 10, 0, 16, 4),
    limited('workload-high', 40, 50, 128, 6),
    limited('workload-low', 100, 90, 128, 6),
    limited('global-default', 20, 50, 128, 6),
  ],
  schemas: [
    schema('system-nodes', 'system', 500, 'ByUser', anything(groups('system:nodes'))),
    schema('system-node-high', 'node-high', 400, 'ByUser', {
      subjects: groups('system:nodes'),
      resourceRules: [
        { verbs: ['*'], apiGroups: [''], resources: ['nodes', 'nodes/status'], clusterScope: true, namespaces: ['*'] },
        leases(['*']),
      ],
    }),
    schema('probes', 'exempt', 2, undefined, {
      subjects: everybody,
      nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['/healthz', '/readyz', '/livez'] }],
    }),
    schema('system-leader-election', 'leader-election', 100, 'ByUser', {
      subjects: [...users('system:kube-controller-manager', 'system:kube-scheduler'), kubeSystem],
      resourceRules: [leases(['get', 'create', 'update'])],
    }),
    ...(['kube-controller-manager', 'kube-scheduler'] as const).map(name =>
      schema(name, 'workload-high', 800, 'ByNamespace', anything(users(`system:${name}`))),
    ),
    schema('kube-system-service-accounts', 'workload-high', 900, 'ByNamespace', anything([kubeSystem])),
    schema('service-accounts', 'workload-low', 9000, 'ByUser', anything(groups('system:serviceaccounts'))),
    schema('global-default', 'global-default', 9900, 'ByUser', anything(everybody)),
  ],
}
