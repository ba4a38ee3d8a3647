import type { Service } from '../../../api/index.ts'
import type { PortTrouble } from '../meters.ts'
import { type PortRange, rangeText } from '../portBits.ts'

/** How often in a row a port must be seen that no service has, before it is free again: services under way have theirs. */
const rounds = 3

export interface PortRepair {
  /** The ports that are to be taken. */
  readonly taken: ReadonlySet<number>
  /** Ports that no service has, and how many rounds they have left. */
  readonly leaks: ReadonlyMap<number, number>
  readonly told: readonly PortNotice[]
}

/** What was found wrong about a port, and whom to tell. */
export interface PortNotice {
  readonly type: PortTrouble
  readonly port: number
  readonly service?: Service
  readonly reason?: string
  readonly message?: string
}

/**
 * What is to be done about the node ports that are noted as taken, by the services there are: missing ones are taken,
 * leaked ones free after three rounds. Upstream's `portallocator/controller.Repair`.
 */
export function planPortRepair(
  noted: ReadonlySet<number>,
  services: readonly Service[],
  range: PortRange,
  before: ReadonlyMap<number, number>,
): PortRepair {
  const taken = new Set<number>()
  const leaks = new Map<number, number>()
  const told: PortNotice[] = []
  for (const service of services) {
    const warn = (type: PortTrouble, port: number, reason: string, words: string) =>
      told.push({ type, port, service, reason, message: `Port ${port} ${words}` })
    for (const port of portsIn(service)) {
      if (port < range.from || port > range.to) {
        const words = `is not within the port range ${rangeText(range)}; please recreate service`
        warn('outOfRange', port, 'PortOutOfRange', words)
      } else if (taken.has(port))
        warn('duplicate', port, 'PortAlreadyAllocated', 'was assigned to multiple services; please recreate service')
      else {
        taken.add(port)
        if (!noted.has(port)) warn('repair', port, 'PortNotAllocated', 'is not allocated; repairing')
      }
    }
  }
  for (const port of noted) {
    if (taken.has(port)) continue
    const left = before.get(port) ?? rounds - 1
    if (left > 0) {
      leaks.set(port, left - 1)
      taken.add(port)
    } else told.push({ type: 'leak', port })
  }
  return { taken, leaks, told }
}

/** The node ports of a service: one that ports of different protocols share counts once, one of the same twice. */
export function portsIn({ spec }: Service): number[] {
  const found: number[] = []
  const seen = new Map<number, Set<string>>()
  for (const { nodePort = 0, protocol = 'TCP' } of spec.ports ?? []) {
    if (nodePort === 0) continue
    const protocols = seen.get(nodePort)
    if (!protocols || protocols.has(protocol)) found.push(nodePort)
    seen.set(nodePort, (protocols ?? new Set()).add(protocol))
  }
  const health = spec.healthCheckNodePort ?? 0
  const protocols = seen.get(health)
  if (health !== 0 && (!protocols || protocols.has('TCP'))) found.push(health)
  return found
}
