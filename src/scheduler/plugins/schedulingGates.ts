import type { SchedulerPlugin } from '../plugin.ts'

/** A gated pod waits until whoever put the gates there takes them off. */
export const schedulingGates: SchedulerPlugin = {
  name: 'SchedulingGates',
  wakes: ['pod-changed'],
  gate(pod) {
    const gates = (pod.spec.schedulingGates ?? []).map(gate => gate.name)
    return gates.length > 0 ? `waiting for scheduling gates: [${gates.join(' ')}]` : undefined
  },
}
