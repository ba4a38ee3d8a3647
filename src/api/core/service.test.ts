import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { type Service, services } from './service.ts'

const manifest = (spec: object, more: object = {}) => ({
  metadata: { name: 'web', namespace: 'default', ...more },
  spec: { ports: [{ port: 80 }], ...spec },
})
const created = (spec: object): Service => {
  const { object, errors } = write(services, manifest(spec))
  assert.deepEqual(errors, [])
  return object
}

test('defaults of a Service follow from its type', () => {
  const cases: [spec: object, defaulted: object][] = [
    [
      {},
      {
        ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      },
    ],
    [
      { type: 'NodePort', sessionAffinity: 'ClientIP', ports: [{ port: 80, targetPort: 'http' }] },
      {
        ports: [{ protocol: 'TCP', port: 80, targetPort: 'http' }],
        type: 'NodePort',
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
        externalTrafficPolicy: 'Cluster',
        internalTrafficPolicy: 'Cluster',
      },
    ],
    [
      { type: 'LoadBalancer' },
      {
        ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
        type: 'LoadBalancer',
        sessionAffinity: 'None',
        externalTrafficPolicy: 'Cluster',
        allocateLoadBalancerNodePorts: true,
        internalTrafficPolicy: 'Cluster',
      },
    ],
    [
      { type: 'ExternalName', externalName: 'example.com', ports: undefined },
      { externalName: 'example.com', type: 'ExternalName', sessionAffinity: 'None' },
    ],
    [
      { clusterIP: 'None' },
      {
        ports: [{ protocol: 'TCP', port: 80, targetPort: 80 }],
        clusterIP: 'None',
        clusterIPs: ['None'],
        type: 'ClusterIP',
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
      },
    ],
  ]
  for (const [spec, defaulted] of cases) assert.deepEqual({ ...created(spec).spec }, defaulted, JSON.stringify(spec))
})

test('a Service that makes no sense is refused with the field and the reason', () => {
  const cases: [spec: object, errors: string[]][] = [
    [{ ports: [] }, ['spec.ports: Required value']],
    [
      { ports: [{ port: 80 }, { port: 81 }] },
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      {
        ports: [
          { name: 'a', port: 80 },
          { name: 'a', port: 80 },
        ],
      },
      ['spec.ports[1].name: Duplicate value: "a"', 'spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}'],
    ],
    [
      { ports: [{ port: 0 }] },
      [
        'spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive',
      ],
    ],
    [
      { ports: [{ port: 80, nodePort: 30000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      { type: 'Magic' },
      [
        'spec.type: Unsupported value: "Magic": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
      ],
    ],
    [{ clusterIP: '10.0.0.01' }, ['spec.clusterIPs[0]: Invalid value: "10.0.0.01": must not have leading 0s']],
    [
      { clusterIP: '10.0.0.1', clusterIPs: ['10.0.0.2'] },
      ['spec.clusterIPs: Invalid value: ["10.0.0.2"]: first value must match `clusterIP`'],
    ],
    [
      { type: 'NodePort', clusterIP: 'None' },
      ['spec.clusterIPs[0]: Invalid value: "None": may not be set to \'None\' for NodePort services'],
    ],
    [{ type: 'ExternalName' }, ['spec.externalName: Required value']],
    [
      { externalTrafficPolicy: 'Local' },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      { externalIPs: ['127.0.0.1'] },
      ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)'],
    ],
    [
      { ipFamilies: ['IPv6'], clusterIP: '10.0.0.1' },
      ['spec.clusterIPs[0]: Invalid value: "10.0.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    [
      { loadBalancerClass: 'x.io/y' },
      ["spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"],
    ],
    [
      { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
      [
        'spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 0: must be greater than 0 and less than 86400',
      ],
    ],
    [
      { trafficDistribution: 'Near' },
      [
        'spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", "PreferSameZone"',
      ],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(services, manifest(spec)).errors, errors, JSON.stringify(spec))
})

test('an update keeps what was allocated and never changes the first address', () => {
  const stored: Service = created({ type: 'NodePort', clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30080 }] })
  const update = (spec: object) => write(services, manifest(spec, { resourceVersion: '1' }), stored)
  const same = update({ type: 'NodePort' })
  assert.deepEqual(
    [same.errors, same.object.spec.clusterIP, same.object.spec.clusterIPs, same.object.spec.ports?.[0]?.nodePort],
    [[], '10.96.0.7', ['10.96.0.7'], 30080],
  )
  assert.deepEqual(update({ type: 'NodePort', clusterIP: '10.96.0.8' }).errors, [
    'spec.clusterIPs[0]: Invalid value: ["10.96.0.8"]: may not change once set',
  ])
  const plain = update({
    type: 'ClusterIP',
    clusterIP: '10.96.0.7',
    ports: [{ port: 80, nodePort: 30080 }],
    externalTrafficPolicy: 'Cluster',
  })
  assert.deepEqual(
    [plain.errors, plain.object.spec.ports, plain.object.spec.externalTrafficPolicy],
    [[], [{ protocol: 'TCP', port: 80, targetPort: 80 }], undefined],
  )
  const name = update({
    type: 'ExternalName',
    externalName: 'example.com',
    clusterIP: '10.96.0.7',
    clusterIPs: ['10.96.0.7'],
  })
  assert.deepEqual([name.errors, name.object.spec.clusterIP, name.object.spec.clusterIPs], [[], undefined, undefined])
})

test('a Service is shown as kubectl shows it', () => {
  const cases: [
    spec: object,
    status: object,
    cells: [type: string, clusterIP: string, externalIP: string, ports: string, selector: string],
  ][] = [
    [
      { clusterIP: '10.0.0.1', selector: { b: '2', a: '1' } },
      {},
      ['ClusterIP', '10.0.0.1', '<none>', '80/TCP', 'a=1,b=2'],
    ],
    [
      {
        type: 'NodePort',
        clusterIP: '10.0.0.1',
        ports: [
          { name: 'a', port: 80, nodePort: 30080 },
          { name: 'b', port: 53, protocol: 'UDP' },
        ],
      },
      {},
      ['NodePort', '10.0.0.1', '<none>', '80:30080/TCP,53/UDP', '<none>'],
    ],
    [
      { type: 'LoadBalancer', clusterIP: '10.0.0.1' },
      {},
      ['LoadBalancer', '10.0.0.1', '<pending>', '80/TCP', '<none>'],
    ],
    [
      { type: 'LoadBalancer', clusterIP: '10.0.0.1' },
      { loadBalancer: { ingress: [{ hostname: 'a-rather-long-name.example.com' }] } },
      ['LoadBalancer', '10.0.0.1', 'a-rather-long...', '80/TCP', '<none>'],
    ],
    [
      { type: 'ExternalName', externalName: 'example.com', ports: undefined },
      {},
      ['ExternalName', '<none>', 'example.com', '<none>', '<none>'],
    ],
  ]
  for (const [spec, status, [type, clusterIP, externalIP, ports, selector]] of cases) {
    const object: Service = { ...created(spec), status: { loadBalancer: {}, ...status } }
    assert.deepEqual(cells(services, object), {
      Name: 'web',
      Type: type,
      'Cluster-IP': clusterIP,
      'External-IP': externalIP,
      'Port(s)': ports,
      Age: '<unknown>',
      Selector: selector,
    })
  }
})
