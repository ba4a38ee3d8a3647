import { services } from '../../../api/index.ts'
import type { RepairDeps } from './index.ts'
import { planPortRepair } from './portPlan.ts'

/** A repair of node ports that remembers, from one round to the next, which ports may have leaked. */
export function portRepair(deps: RepairDeps): () => Promise<void> {
  const { objects, ports, meter, events, log } = deps
  let leaks: ReadonlyMap<number, number> = new Map()
  return async () => {
    try {
      const plan = await ports.change(bits => {
        const made = planPortRepair(new Set(bits.taken()), objects.list(services), ports.range, leaks)
        for (const port of bits.taken()) if (!made.taken.has(port)) bits.free(port)
        for (const port of made.taken) bits.take(port)
        return made
      })
      for (const { type, port, service, reason = '', message = '' } of plan.told) {
        meter.wrong(type)
        if (service) events.ports.record(service, 'Warning', reason, message)
        else log.warn('a node port that no service has is free again', { port })
      }
      leaks = plan.leaks
    } catch (error) {
      meter.repairFailed()
      throw error
    }
  }
}
