import { needsHealthCheck, needsNodePort, nodePortsOf, wantsNodePorts } from '../../api/core/service/shape.ts'
import { type Service, services } from '../../api/index.ts'
import { failure, internalError, invalid as invalidObject } from '../../api/meta/statusError.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { Scope } from './meters.ts'

/** Where node ports are taken from. */
export interface Ports {
  /** Why it can't be had, in upstream's words. */
  take(port: number): string | undefined
  /** Undefined: there is none left. */
  next(): number | undefined
}

/** The node ports of a service as they are to be, which were taken for it, and which it needs no more. */
export interface PortPlan {
  /** In the order of the service's ports; 0 for none. */
  readonly nodePorts: readonly number[]
  readonly healthPort?: number | undefined
  readonly taken: readonly { readonly port: number; readonly scope: Scope }[]
  readonly released: readonly number[]
}

/**
 * Takes the node ports that a service needs and those it asks for. Throws what a refused request is answered with, or an
 * internal error when there are none left. Upstream's `txnAllocNodePorts` and `txnUpdateNodePorts`.
 */
export function planPorts(service: Service, old: Service | undefined, ports: Ports): PortPlan {
  const taken: { port: number; scope: Scope }[] = []
  const path = at('spec', 'ports')
  const refuse = (index: number, port: number, why: string) =>
    invalidObject(services, service.metadata.name ?? '', [invalid(path.index(index).child('nodePort'), port, why)])
  const from: PortSource = {
    take(port, index) {
      const why = ports.take(port)
      if (why !== undefined) throw refuse(index, port, why)
      taken.push({ port, scope: 'static' })
    },
    next() {
      const port = ports.next()
      if (port === undefined) throw internalError(new Error('failed to allocate a nodePort: range is full'))
      taken.push({ port, scope: 'dynamic' })
      return port
    },
  }
  const nodePorts = needsNodePort(service)
    ? old
      ? updated(service, old, from)
      : created(service, from)
    : (service.spec.ports ?? []).map(({ nodePort = 0 }) => nodePort)
  const healthPort = planHealthPort(service, old, ports, taken)
  return { nodePorts, healthPort, taken, released: old ? releasedBy(service, old, nodePorts) : [] }
}

interface PortSource {
  take(port: number, index: number): void
  next(): number
}

/** Of a new service, ports of the same number share a node port. */
function created(service: Service, from: PortSource): number[] {
  const all = service.spec.ports ?? []
  const shared = new Map<number, number>()
  return all.map(({ port, nodePort = 0 }, i) => {
    if (!nodePort && !wantsNodePorts(service)) return 0
    const known = shared.get(port)
    if (known !== undefined) {
      if (nodePort && nodePort !== known) from.take(nodePort, i)
      return nodePort || known
    }
    const asked = all.find(each => each.port === port && each.nodePort)?.nodePort
    if (asked) from.take(asked, i)
    const given = asked ?? from.next()
    shared.set(port, given)
    return given
  })
}

function updated(service: Service, old: Service, from: PortSource): number[] {
  const had = new Set(nodePortsOf(old))
  const seen = new Set<string>()
  return (service.spec.ports ?? []).map(({ nodePort = 0, protocol }, i) => {
    if (!nodePort && !wantsNodePorts(service)) return 0
    if (nodePort && !had.has(nodePort)) {
      from.take(nodePort, i)
      had.add(nodePort)
    }
    const given = nodePort || from.next()
    if (seen.has(`${protocol} ${given}`)) throw failure(500, '', `duplicate nodePort: {${protocol} ${given}}`)
    seen.add(`${protocol} ${given}`)
    return given
  })
}

/** The port that load balancers ask for the service's health at. */
function planHealthPort(
  service: Service,
  old: Service | undefined,
  ports: Ports,
  taken: { port: number; scope: Scope }[],
): number | undefined {
  const { healthCheckNodePort: asked } = service.spec
  if (!needsHealthCheck(service) || (old && needsHealthCheck(old))) return asked
  if (asked) {
    const why = ports.take(asked)
    if (why !== undefined)
      throw internalError(new Error(`failed to allocate requested HealthCheck NodePort ${asked}: ${why}`))
    taken.push({ port: asked, scope: 'static' })
    return asked
  }
  const port = ports.next()
  if (port === undefined) throw internalError(new Error('failed to allocate a HealthCheck NodePort 0: range is full'))
  taken.push({ port, scope: 'dynamic' })
  return port
}

function releasedBy(service: Service, old: Service, nodePorts: readonly number[]): number[] {
  const { healthCheckNodePort: health } = old.spec
  const kept = needsNodePort(service) ? nodePorts : []
  return [
    ...(needsNodePort(old) ? nodePortsOf(old).filter(port => !kept.includes(port)) : []),
    ...(needsHealthCheck(old) && !needsHealthCheck(service) && health ? [health] : []),
  ]
}

/** What of a service's ports on nodes is free once it is gone. */
export const portsOf = (service: Service): number[] => [
  ...nodePortsOf(service),
  ...(needsHealthCheck(service) && service.spec.healthCheckNodePort ? [service.spec.healthCheckNodePort] : []),
]

/** What a dry run takes ports from: unless it asks for some, it is told numbers beyond all that can be had. */
export function imagined(isTaken: (port: number) => boolean): Ports {
  const told: number[] = []
  const beyond = 32768
  return {
    take(port) {
      if (isTaken(port) || told.includes(port)) return 'provided port is already allocated'
      told.push(port)
      return undefined
    },
    next() {
      const port = (told.length > 0 ? Math.max(...told) : beyond) + 1
      told.push(port)
      return port
    },
  }
}
