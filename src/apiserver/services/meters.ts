import { type IPAddress, ipAddresses, serviceCIDRs } from '../../api/index.ts'
import { isOfAllocator, rangesOf } from '../../api/networking/serviceRanges.ts'
import { containsIP } from '../../base/cidr.ts'
import { parseIP } from '../../base/ip.ts'
import type { Metrics } from '../../base/metrics.ts'
import type { ObjectReader } from '../contract.ts'
import { addressRange } from './ranges.ts'

/** How a value was come by: asked for, or any. */
export type Scope = 'static' | 'dynamic'

/** What is told of addresses given to services, by upstream's names (`ipallocator/metrics.go`). */
export interface AddressMeter {
  given(cidr: string, scope: Scope, seconds: number): void
  refused(cidr: string, scope: Scope): void
}

/** Upper bounds of seconds, as Prometheus has them by default. */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

export function addressMeter(metrics: Metrics, objects: ObjectReader): AddressMeter {
  const prefix = 'kube_apiserver_clusterip_allocator_'
  const labels = ['cidr', 'scope']
  const allocated = metrics.gauge({
    name: `${prefix}allocated_ips`,
    help: 'Addresses that services have, by range.',
    labels: ['cidr'],
  })
  const available = metrics.gauge({
    name: `${prefix}available_ips`,
    help: 'Addresses that services can still get, by range.',
    labels: ['cidr'],
  })
  const total = metrics.counter({ name: `${prefix}allocation_total`, help: 'Addresses given to services.', labels })
  const errors = metrics.counter({
    name: `${prefix}allocation_errors_total`,
    help: 'Addresses that services asked for and did not get.',
    labels,
  })
  const seconds = metrics.histogram({
    name: `${prefix}allocation_duration_seconds`,
    help: 'How long it took to give a service an address.',
    labels: ['cidr'],
    buckets,
  })
  metrics.onScrape(() => {
    allocated.clear()
    available.clear()
    const ours = objects.list(ipAddresses).filter(isOfAllocator)
    const addresses = ours.flatMap((each: IPAddress) => parseIP(each.metadata.name ?? '') ?? [])
    for (const cidr of objects.list(serviceCIDRs).flatMap(rangesOf)) {
      const { text, size } = addressRange(cidr)
      const used = addresses.filter(address => containsIP(cidr, address)).length
      allocated.set(used, { cidr: text })
      available.set(Math.max(0, Number(size) - used), { cidr: text })
    }
  })
  return {
    given(cidr, scope, took) {
      total.add(1, { cidr, scope })
      seconds.observe(took, { cidr })
    },
    refused: (cidr, scope) => errors.add(1, { cidr, scope }),
  }
}

/** What is told of node ports, by upstream's names (`portallocator/metrics.go`, `controller/metrics.go`). */
export interface PortMeter {
  given(scope: Scope): void
  refused(scope: Scope): void
  /** So many ports are taken, so many free. */
  state(used: number, free: number): void
  /** What the repair found wrong. */
  wrong(type: PortTrouble): void
  repairFailed(): void
}

export type PortTrouble = 'leak' | 'repair' | 'full' | 'outOfRange' | 'duplicate' | 'unknown'

export function portMeter(metrics: Metrics): PortMeter {
  const prefix = 'kube_apiserver_nodeport_allocator_'
  const allocated = metrics.gauge({ name: `${prefix}allocated_ports`, help: 'Node ports that services have.' })
  const available = metrics.gauge({ name: `${prefix}available_ports`, help: 'Node ports that are free.' })
  const labels = ['scope']
  const total = metrics.counter({ name: `${prefix}allocation_total`, help: 'Node ports given to services.', labels })
  const errors = metrics.counter({
    name: `${prefix}allocation_errors_total`,
    help: 'Node ports that services asked for and did not get.',
    labels,
  })
  const troubles = metrics.counter({
    name: 'apiserver_nodeport_repair_port_errors_total',
    help: 'What was found wrong about node ports, by type: leak, repair, full, outOfRange, duplicate, unknown.',
    labels: ['type'],
  })
  const failures = metrics.counter({
    name: 'apiserver_nodeport_repair_reconcile_errors_total',
    help: 'Rounds of looking after node ports that failed.',
  })
  return {
    given: scope => total.add(1, { scope }),
    refused: scope => errors.add(1, { scope }),
    state(used, free) {
      allocated.set(used)
      available.set(free)
    },
    wrong: type => troubles.add(1, { type }),
    repairFailed: () => failures.add(),
  }
}
