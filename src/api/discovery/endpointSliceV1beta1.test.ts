import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { hostnameLabel, zoneLabel } from '../meta/labels.ts'
import type { Endpoint } from './endpointSlice.ts'
import { endpointSliceV1beta1 } from './endpointSliceV1beta1.ts'

test('places are labels in v1beta1, and fields in v1', () => {
  const addresses = ['10.0.0.1']
  const cases: [beta: object, stored: Partial<Endpoint>][] = [
    [{}, {}],
    [{ topology: { [zoneLabel]: 'z' } }, { zone: 'z' }],
    [
      { nodeName: 'n', topology: { [hostnameLabel]: 'n', [zoneLabel]: 'z' } },
      { nodeName: 'n', zone: 'z' },
    ],
    [
      { nodeName: 'n', topology: { [hostnameLabel]: 'other', a: 'b' } },
      { nodeName: 'n', deprecatedTopology: { [hostnameLabel]: 'other', a: 'b' } },
    ],
  ]
  for (const [beta, stored] of cases) {
    const raw = {
      apiVersion: 'discovery.k8s.io/v1beta1',
      kind: 'EndpointSlice',
      metadata: { name: 's' },
      addressType: 'IPv4',
      endpoints: [{ addresses, conditions: {}, ...beta }],
      ports: [],
    }
    const object = fromJson(endpointSliceV1beta1.type, raw)
    const up = endpointSliceV1beta1.up(object)
    assert.deepEqual(up.endpoints, [{ addresses, conditions: {}, ...stored }])
    assert.deepEqual(endpointSliceV1beta1.down(up), object)
  }
})
