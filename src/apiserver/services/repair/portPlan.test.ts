import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '../../../api/index.ts'
import { planPortRepair, portsIn } from './portPlan.ts'

type Ports = readonly (readonly [nodePort: number, protocol?: string])[]
const service = (name: string, ports: Ports, healthCheckNodePort?: number) =>
  ({
    metadata: { name, namespace: 'default' },
    spec: {
      ports: ports.map(([nodePort, protocol = 'TCP']) => ({ port: 80, protocol, nodePort })),
      ...(healthCheckNodePort ? { healthCheckNodePort } : {}),
    },
  }) as unknown as Service
const range = { from: 30000, to: 30099 }
const noted = (...ports: number[]) => new Set(ports)

test('what services have stays, what is missing is taken, what cannot be is told of', () => {
  const services = [
    service('kept', [[30001]]),
    service('missing', [[30002]], 30003),
    service('twice', [[30001]]),
    service('elsewhere', [[40000]]),
    service('none', [[0]]),
  ]
  const { taken, leaks, told } = planPortRepair(noted(30001), services, range, new Map())
  assert.deepEqual([[...taken].sort(), leaks.size], [[30001, 30002, 30003], 0])
  assert.deepEqual(
    told.map(({ type, reason, message, service: of }) => [of?.metadata.name, type, reason, message]),
    [
      ['missing', 'repair', 'PortNotAllocated', 'Port 30002 is not allocated; repairing'],
      ['missing', 'repair', 'PortNotAllocated', 'Port 30003 is not allocated; repairing'],
      [
        'twice',
        'duplicate',
        'PortAlreadyAllocated',
        'Port 30001 was assigned to multiple services; please recreate service',
      ],
      [
        'elsewhere',
        'outOfRange',
        'PortOutOfRange',
        'Port 40000 is not within the port range 30000-30099; please recreate service',
      ],
    ],
  )
})

test('a port that no service has is free after three rounds, unless one has it meanwhile', () => {
  let taken: ReadonlySet<number> = noted(30001, 30002)
  let leaks: ReadonlyMap<number, number> = new Map()
  const round = (...services: Service[]) => {
    const plan = planPortRepair(taken, services, range, leaks)
    ;({ taken, leaks } = plan)
    return [[...taken].sort(), plan.told.map(({ type, port }) => `${type} ${port}`)]
  }
  assert.deepEqual(round(), [[30001, 30002], []])
  assert.deepEqual(round(service('late', [[30002]])), [[30001, 30002], []])
  assert.deepEqual(round(), [[30002], ['leak 30001']])
  assert.deepEqual(round(), [[30002], []])
  assert.deepEqual(round(), [[], ['leak 30002']])
})

test('ports of different protocols share a node port, those of one do not', () => {
  const cases: [Ports, health: number | undefined, number[]][] = [
    [[[30001], [30001, 'UDP']], undefined, [30001]],
    [[[30001], [30001]], undefined, [30001, 30001]],
    [[[30001, 'UDP']], 30001, [30001]],
    [[[30001]], 30001, [30001, 30001]],
    [[], 30001, [30001]],
  ]
  for (const [ports, health, found] of cases) assert.deepEqual(portsIn(service('a', ports, health)), found)
})
