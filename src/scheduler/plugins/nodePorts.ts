import { fits, type SchedulerPlugin } from '../plugin.ts'

/** A host port is given to one pod of a node. */
export const nodePorts: SchedulerPlugin = {
  name: 'NodePorts',
  wakes: ['node-added', 'pod-removed'],
  filter: (pod, node) =>
    pod.hostPorts.some(port => node.hasPort(port))
      ? [{ reason: "node(s) didn't have free ports for the requested pod ports" }]
      : fits,
}
