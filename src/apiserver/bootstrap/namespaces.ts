import { namespaces } from '../../api/index.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'

/** Namespaces that every cluster has; upstream's `systemnamespaces` controller and the default one. */
export const systemNamespaces = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const

/** Makes the namespaces that are missing. */
export async function ensureNamespaces(deps: BootstrapDeps): Promise<void> {
  await Promise.all(
    systemNamespaces.map(name => ensure(deps, namespaces, { metadata: { name }, spec: {}, status: {} })),
  )
}
