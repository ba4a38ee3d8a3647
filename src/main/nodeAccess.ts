import { clusterRoleBindings, clusterRoles } from '../api/index.ts'
import { is } from '../api/meta/statusError.ts'
import type { Client } from '../client/client.ts'

const name = 'caravel:node'

/**
 * Lets nodes read what their service proxy, DNS and routes follow from. Upstream's kube-proxy and CoreDNS have accounts of
 * their own; here they are parts of the agent and share its identity.
 */
export async function ensureNodeAccess(client: Client): Promise<void> {
  const verbs = ['list', 'watch']
  await Promise.all([
    make(
      client.of(clusterRoles).create({
        metadata: { name },
        rules: [
          { verbs, apiGroups: [''], resources: ['services', 'namespaces', 'nodes'] },
          { verbs, apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
        ],
      }),
    ),
    make(
      client.of(clusterRoleBindings).create({
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
        subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:nodes' }],
      }),
    ),
  ])
}

async function make(work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    // What an administrator made of it since stays.
    if (!is(error, 'AlreadyExists')) throw error
  }
}
