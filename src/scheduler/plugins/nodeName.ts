import { fits, type SchedulerPlugin } from '../plugin.ts'

/** A pod that names its node runs there or nowhere. */
export const nodeName: SchedulerPlugin = {
  name: 'NodeName',
  wakes: ['node-added'],
  filter: ({ pod }, node) =>
    !pod.spec.nodeName || pod.spec.nodeName === node.name
      ? fits
      : [{ reason: "node(s) didn't match the requested node name", final: true }],
}
