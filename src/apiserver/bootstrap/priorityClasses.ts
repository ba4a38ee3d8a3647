import { type PriorityClass, priorityClasses } from '../../api/index.ts'
import { type BootstrapDeps, ensure } from './ensure.ts'

/** Priority classes that every cluster has, and that nobody can change the value of. */
export const systemPriorityClasses: readonly PriorityClass[] = [
  {
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
    description: 'Used for system critical pods that must not be moved from their current node.',
    preemptionPolicy: 'PreemptLowerPriority',
  },
  {
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    preemptionPolicy: 'PreemptLowerPriority',
  },
]

/** Makes the priority classes that are missing, and puts back their values. */
export async function ensurePriorityClasses(deps: BootstrapDeps): Promise<void> {
  await Promise.all(
    systemPriorityClasses.map(wanted =>
      ensure(deps, priorityClasses, wanted, stored =>
        stored.value === wanted.value ? stored : { ...wanted, metadata: stored.metadata },
      ),
    ),
  )
}
