import { clusterRoleBindings, clusterRoles, type PolicyRule, type Subject } from '../api/index.ts'
import { is } from '../api/meta/statusError.ts'
import type { Client } from '../client/client.ts'

interface Grant {
  readonly name: string
  readonly rules: PolicyRule[]
  readonly to: Subject
}

const reading = ['list', 'watch']

/** What nodes need beyond upstream's default roles. */
const grants: readonly Grant[] = [
  {
    // Upstream's kube-proxy and CoreDNS have accounts of their own; here they are parts of the agent.
    name: 'caravel:node',
    rules: [
      { verbs: reading, apiGroups: [''], resources: ['services', 'namespaces', 'nodes'] },
      { verbs: reading, apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
    ],
    to: { kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:nodes' },
  },
]

/** Makes the roles and bindings by which nodes join and work. What an administrator made of them since stays. */
export async function ensureNodeAccess(client: Client): Promise<void> {
  await Promise.all(
    grants.flatMap(({ name, rules, to }) => [
      make(client.of(clusterRoles).create({ metadata: { name }, rules })),
      make(
        client.of(clusterRoleBindings).create({
          metadata: { name },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
          subjects: [to],
        }),
      ),
    ]),
  )
}

async function make(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!is(error, 'AlreadyExists')) throw error
  }
}
