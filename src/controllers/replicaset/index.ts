import { ReplicaSetStatus, replicaSets } from '../../api/apps/replicaSet.ts'
import { ReplicationControllerStatus, replicationControllers } from '../../api/core/replicationController.ts'
import type { ControllerModule } from '../controller.ts'
import { replicaController } from './controller.ts'

/** Pods of a ReplicaSet. */
export const replicaset: ControllerModule = {
  name: 'replicaset-controller',
  account: 'replicaset-controller',
  create: context =>
    replicaController(
      {
        name: 'replicaset',
        resource: replicaSets,
        replicas: set => set.spec.replicas ?? 1,
        minReadySeconds: set => set.spec.minReadySeconds ?? 0,
        selector: set => set.spec.selector ?? {},
        template: set => set.spec.template,
        status: set => set.status,
        statusType: ReplicaSetStatus,
        countsGoing: true,
      },
      context,
    ),
}

/** Pods of a ReplicationController: the same, with a plain map for a selector. */
export const replication: ControllerModule = {
  name: 'replication-controller',
  account: 'replication-controller',
  create: context =>
    replicaController(
      {
        name: 'replication',
        resource: replicationControllers,
        replicas: controller => controller.spec.replicas ?? 1,
        minReadySeconds: controller => controller.spec.minReadySeconds ?? 0,
        selector: controller => ({ matchLabels: controller.spec.selector ?? {} }),
        template: controller => controller.spec.template ?? { metadata: {}, spec: { containers: [] } },
        status: controller => controller.status,
        statusType: ReplicationControllerStatus,
        countsGoing: false,
      },
      context,
    ),
}
