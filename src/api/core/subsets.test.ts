import assert from 'node:assert/strict'
import { test } from 'node:test'
import { write } from '../../testing/writes.ts'
import { type EndpointSubset, endpoints } from './endpoints.ts'
import { repackSubsets } from './subsets.ts'

const port = (number: number, name = '') => ({ ...(name ? { name } : {}), port: number, protocol: 'TCP' as const })

test('endpoints are packed into as few subsets as possible, in order', () => {
  const cases: [title: string, subsets: EndpointSubset[], packed: EndpointSubset[]][] = [
    [
      'addresses with the same port share a subset',
      [
        { addresses: [{ ip: '10.0.0.2' }], ports: [port(80)] },
        { addresses: [{ ip: '10.0.0.1' }], ports: [port(80)] },
      ],
      [{ addresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }], ports: [port(80)] }],
    ],
    [
      'ports at the same addresses share a subset',
      [
        { addresses: [{ ip: '10.0.0.1' }], ports: [port(81, 'b')] },
        { addresses: [{ ip: '10.0.0.1' }], ports: [port(80, 'a')] },
      ],
      [{ addresses: [{ ip: '10.0.0.1' }], ports: [port(80, 'a'), port(81, 'b')] }],
    ],
    [
      'an address that is ready once is ready',
      [
        { notReadyAddresses: [{ ip: '10.0.0.1' }, { ip: '10.0.0.3' }], ports: [port(80)] },
        { addresses: [{ ip: '10.0.0.1' }], ports: [port(80)] },
      ],
      [{ addresses: [{ ip: '10.0.0.1' }], notReadyAddresses: [{ ip: '10.0.0.3' }], ports: [port(80)] }],
    ],
    ['no ports is fine', [{ addresses: [{ ip: '10.0.0.1' }] }], [{ addresses: [{ ip: '10.0.0.1' }] }]],
  ]
  for (const [title, subsets, packed] of cases) assert.deepEqual(repackSubsets(subsets), packed, title)
})

test('Endpoints that make no sense are refused', () => {
  const cases: [subset: object, errors: string[]][] = [
    [{ ports: [{ port: 80 }] }, ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']],
    [
      { addresses: [{ ip: '169.254.1.1' }], ports: [{ port: 70000 }] },
      [
        'subsets[0].addresses[0].ip: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
        'subsets[0].ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive',
      ],
    ],
  ]
  for (const [subset, errors] of cases)
    assert.deepEqual(
      write(endpoints, { metadata: { name: 'e', namespace: 'default' }, subsets: [subset] }).errors,
      errors,
    )
})
