import type { IPAddress, ServiceCIDR } from '../../api/index.ts'
import { around, isOfAllocator, rangesOf, withAddress } from '../../api/networking/serviceRanges.ts'

export const finalizer = 'networking.k8s.io/service-cidr-finalizer'

/** Milliseconds from a deletion to its end: by then no API server gives away addresses of the range any more. */
const grace = 10_000

/** Whether services can get addresses of a range, as its condition Ready says it. */
export interface Readiness {
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

/** What is to be done about a ServiceCIDR: all that is there. */
export interface Plan {
  /** What is to be done about the finalizer that holds it. */
  readonly finalizer?: 'add' | 'remove'
  readonly ready?: Readiness
  /** Milliseconds until there is something to do. */
  readonly again?: number
}

const ready: Readiness = { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }
const terminating: Readiness = {
  status: 'False',
  reason: 'Terminating',
  message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
}

/**
 * A range is ready once it is held by the finalizer. One that is deleted waits until no address is left that only it has,
 * and for the API servers to hear of it. Upstream's `pkg/controller/servicecidrs`.
 */
export function plan(
  one: ServiceCIDR,
  all: readonly ServiceCIDR[],
  addresses: () => readonly IPAddress[],
  now: number,
): Plan {
  const { deletionTimestamp, finalizers = [] } = one.metadata
  const held = finalizers.includes(finalizer)
  if (deletionTimestamp === undefined) return { ...(held ? {} : { finalizer: 'add' }), ...changed(one, ready) }
  if (orphans(one, all, addresses)) return changed(one, terminating)
  const left = grace - (now - Date.parse(deletionTimestamp))
  if (left > 0) return { again: left }
  return held ? { finalizer: 'remove' } : {}
}

function changed({ status }: ServiceCIDR, wanted: Readiness): Plan {
  const found = status.conditions?.find(({ type }) => type === 'Ready')
  const same =
    found?.status === wanted.status && (found.reason ?? '') === wanted.reason && found.message === wanted.message
  return same ? {} : { ready: wanted }
}

/** Whether addresses of services would be in no range any more. */
function orphans(one: ServiceCIDR, all: readonly ServiceCIDR[], addresses: () => readonly IPAddress[]): boolean {
  const isOnly = (found: readonly ServiceCIDR[]) => found.length === 1 && found[0]?.metadata.name === one.metadata.name
  const alone = rangesOf(one).some(range => around(all, range).length === 0 || isOnly(around(all, range)))
  if (!alone) return false
  return addresses().some(each => isOfAllocator(each) && isOnly(withAddress(all, each.metadata.name ?? '')))
}
