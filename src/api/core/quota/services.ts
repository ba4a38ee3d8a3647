import type { Service } from '../service.ts'
import { countName } from './counts.ts'
import type { Evaluator } from './evaluator.ts'

const counted = countName('', 'services')
const names = new Set([counted, 'services', 'services.nodeports', 'services.loadbalancers'])

function nodePorts({ spec }: Service): number {
  const { ports = [] } = spec
  if (spec.type === 'NodePort') return ports.length
  if (spec.type !== 'LoadBalancer') return 0
  return spec.allocateLoadBalancerNodePorts === false ? ports.filter(({ nodePort }) => nodePort).length : ports.length
}

/** Services, their node ports and load balancers. */
export const serviceEvaluator: Evaluator = {
  handles: ({ subresource }) => subresource === '',
  counts: name => names.has(name),
  usage(object) {
    const service = object as Service
    return {
      [counted]: '1',
      services: '1',
      'services.nodeports': `${nodePorts(service)}`,
      'services.loadbalancers': service.spec.type === 'LoadBalancer' ? '1' : '0',
    }
  },
}
