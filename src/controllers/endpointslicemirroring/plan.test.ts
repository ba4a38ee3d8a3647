import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoints } from '../../api/core/endpoints.ts'
import type { EndpointSlice } from '../../api/discovery/endpointSlice.ts'
import { isMirrored, plan } from './plan.ts'

const endpoints = (subsets: Endpoints['subsets'], metadata: object = {}): Endpoints => ({
  metadata: { name: 'db', namespace: 'shop', uid: 'e', ...metadata },
  subsets: subsets ?? [],
})
const subset = (ips: readonly string[], notReady: readonly string[] = [], port = 5432) => ({
  addresses: ips.map(ip => ({ ip })),
  notReadyAddresses: notReady.map(ip => ({ ip })),
  ports: [{ name: 'sql', port, protocol: 'TCP' as const }],
})
/** What the plan makes, as slices that are then there. */
let serial = 0
const written = (slices: ReturnType<typeof plan>['create']) =>
  slices.map(slice => ({ ...slice, metadata: { ...slice.metadata, name: `db-${++serial}` } })) as EndpointSlice[]
const shown = (slices: readonly unknown[]) =>
  (slices as EndpointSlice[]).map(
    ({ addressType, ports, endpoints }) =>
      `${addressType} ${ports?.[0]?.port}: ${endpoints.map(({ addresses, conditions }) => `${addresses[0]}${conditions?.ready ? '' : '?'}`)}`,
  )

const made: readonly [what: string, of: Endpoints, wanted: readonly string[]][] = [
  ['one slice for a subset', endpoints([subset(['10.0.0.1'], ['10.0.0.2'])]), ['IPv4 5432: 10.0.0.1,10.0.0.2?']],
  ['one for each family', endpoints([subset(['10.0.0.1', 'fd00::1'])]), ['IPv4 5432: 10.0.0.1', 'IPv6 5432: fd00::1']],
  [
    'one for each set of ports',
    endpoints([subset(['10.0.0.1']), subset(['10.0.0.2'], [], 1)]),
    ['IPv4 1: 10.0.0.2', 'IPv4 5432: 10.0.0.1'],
  ],
  ['none without addresses', endpoints([]), []],
]
for (const [what, of, wanted] of made)
  test(`mirroring makes ${what}`, () => assert.deepEqual(shown(plan(of, []).create).sort(), wanted))

test('a mirrored slice carries labels and annotations, and says whose it is', () => {
  const metadata = {
    labels: { app: 'db' },
    annotations: { note: 'x', 'endpoints.kubernetes.io/last-change-trigger-time': 'y' },
  }
  const [slice] = plan(endpoints([subset(['10.0.0.1'])], metadata), []).create
  assert.deepEqual(slice?.metadata, {
    generateName: 'db-',
    namespace: 'shop',
    labels: {
      app: 'db',
      'kubernetes.io/service-name': 'db',
      'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
    },
    annotations: { note: 'x' },
    ownerReferences: [
      { apiVersion: 'v1', kind: 'Endpoints', name: 'db', uid: 'e', controller: true, blockOwnerDeletion: true },
    ],
  })
})

test('what is mirrored already is left alone; a change is written into the slice that is there', () => {
  const before = endpoints([subset(['10.0.0.1', '10.0.0.2'])])
  const existing = written(plan(before, []).create)
  const same = plan(before, existing)
  assert.deepEqual([same.create, same.update, same.delete], [[], [], []])
  const changed = plan(endpoints([subset(['10.0.0.1', '10.0.0.3'])]), existing)
  assert.deepEqual([changed.create.length, shown(changed.update)], [0, ['IPv4 5432: 10.0.0.1,10.0.0.3']])
  const moved = plan(endpoints([subset(['10.0.0.1'], [], 1)]), existing)
  assert.deepEqual([moved.create.length, shown(moved.update), moved.delete.length], [0, ['IPv4 1: 10.0.0.1'], 0])
  const emptied = plan(endpoints([]), existing)
  assert.deepEqual([emptied.update.length, emptied.delete], [0, existing])
})

test('addresses that are none, and those beyond a thousand, are counted', () => {
  const many = Array.from({ length: 1002 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
  const { create, invalid, skipped } = plan(endpoints([subset([...many, 'nonsense'])]), [])
  assert.deepEqual([create[0]?.endpoints?.length, invalid, skipped], [1000, 1, 2])
})

const mirrored: readonly [metadata: object, wanted: boolean][] = [
  [{}, true],
  [{ labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, false],
  [{ labels: { 'endpointslice.kubernetes.io/skip-mirror': 'no' } }, true],
  [{ annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }, false],
]
for (const [metadata, wanted] of mirrored)
  test(`Endpoints with ${JSON.stringify(metadata)} are ${wanted ? '' : 'not '}mirrored`, () =>
    assert.equal(isMirrored(endpoints([], metadata)), wanted))
