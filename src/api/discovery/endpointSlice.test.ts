import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { endpointSlices } from './endpointSlice.ts'

const slice = (endpoints: object[], more: object = {}) => ({
  metadata: { name: 's', namespace: 'default' },
  addressType: 'IPv4',
  endpoints,
  ports: [{ port: 80 }],
  ...more,
})

test('ports get a protocol and a name, and topology is not written any more', () => {
  const { object, errors } = write(endpointSlices, slice([{ addresses: ['10.0.0.1'], deprecatedTopology: { a: 'b' } }]))
  assert.deepEqual(errors, [])
  assert.deepEqual(
    [object.ports, object.endpoints],
    [[{ name: '', protocol: 'TCP', port: 80 }], [{ addresses: ['10.0.0.1'], conditions: {} }]],
  )
})

test('endpoints that make no sense are refused', () => {
  const cases: [manifest: object, errors: string[]][] = [
    [slice([{ addresses: [] }]), ['endpoints[0].addresses: Required value: must contain at least 1 address']],
    [
      slice([{ addresses: ['::1'] }]),
      [
        'endpoints[0].addresses: Invalid value: "::1": must be an IPv4 address',
        'endpoints[0].addresses[0]: Invalid value: "::1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      ],
    ],
    [
      slice([{ addresses: ['FD00::1'] }], { addressType: 'IPv6' }),
      ['endpoints[0].addresses[0]: Invalid value: "FD00::1": must be in canonical form ("fd00::1")'],
    ],
    [slice([], { ports: [{ port: 80 }, { port: 81 }] }), ['ports[1].name: Duplicate value: ""']],
    [
      slice([{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }]),
      ['endpoints[0].hints.forZones[1].name: Duplicate value: "a"'],
    ],
  ]
  for (const [manifest, errors] of cases)
    assert.deepEqual(write(endpointSlices, manifest).errors, errors, JSON.stringify(manifest))
})

test('the address type stays', () => {
  const old = write(endpointSlices, slice([])).object
  assert.deepEqual(write(endpointSlices, slice([], { addressType: 'IPv6' }), old).errors, [
    'addressType: Invalid value: "IPv6": field is immutable',
  ])
})

test('the first few ports and addresses are shown', () => {
  const { object } = write(
    endpointSlices,
    slice([
      { addresses: ['10.0.0.1'] },
      { addresses: ['10.0.0.2'] },
      { addresses: ['10.0.0.3'] },
      { addresses: ['10.0.0.4'] },
    ]),
  )
  assert.deepEqual(cells(endpointSlices, object), {
    Name: 's',
    AddressType: 'IPv4',
    Ports: '80',
    Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
    Age: '<unknown>',
  })
})
