import { needsHealthCheck, needsNodePort } from '../../api/core/service/shape.ts'
import type { Service } from '../../api/index.ts'
import { internalError } from '../../api/meta/statusError.ts'
import { invalid } from '../../schema/rules/errors.ts'
import { at } from '../../schema/rules/path.ts'
import type { FieldError } from '../../schema/types.ts'
import type { PortRange } from './ranges.ts'

/** Gives a service the node ports it needs and takes those it asks for. Ports of the same number share one. */
export function allocateNodePorts(
  service: Service,
  old: Service | undefined,
  owner: string,
  range: PortRange,
): FieldError[] {
  const { spec } = service
  if (!needsNodePort(service)) return []
  const automatic = spec.type === 'NodePort' || spec.allocateLoadBalancerNodePorts !== false
  const had = new Set(old?.spec.ports?.map(port => port.nodePort))
  const byPort = new Map<number, number>()
  for (const [i, port] of (spec.ports ?? []).entries()) {
    if (!port.nodePort && !automatic) continue
    const wanted = port.nodePort || byPort.get(port.port) || requested(service, port.port)
    if (wanted && byPort.get(port.port) !== wanted && !had.has(wanted)) {
      const why = range.take(wanted, owner)
      if (why) return [invalid(at('spec', 'ports').index(i).child('nodePort'), wanted, why)]
    }
    const given = wanted ?? range.next(owner)
    if (given === undefined) throw internalError(new Error('failed to allocate a nodePort: range is full'))
    port.nodePort = given
    byPort.set(port.port, given)
  }
  return []
}

const requested = ({ spec }: Service, port: number) =>
  spec.ports?.find(each => each.port === port && each.nodePort)?.nodePort

/** Gives a service the port that load balancers ask for its health at. */
export function allocateHealthPort(service: Service, old: Service | undefined, owner: string, range: PortRange): void {
  if (!needsHealthCheck(service) || (old && needsHealthCheck(old))) return
  const { spec } = service
  if (spec.healthCheckNodePort) {
    const why = range.take(spec.healthCheckNodePort, owner)
    if (!why) return
    throw internalError(
      new Error(`failed to allocate requested HealthCheck NodePort ${spec.healthCheckNodePort}: ${why}`),
    )
  }
  const given = range.next(owner)
  if (given === undefined) throw internalError(new Error('failed to allocate a HealthCheck NodePort 0: range is full'))
  spec.healthCheckNodePort = given
}
