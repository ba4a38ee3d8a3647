import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { checkRules } from '../../schema/rules/walk.ts'
import { cells, write } from '../../testing/writes.ts'
import { PersistentVolumeClaim, persistentVolumeClaims } from './persistentVolumeClaim.ts'

const claim = (spec: object, metadata: object = {}) => ({
  metadata: { name: 'c', namespace: 'n', ...metadata },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '2Gi' } }, ...spec },
})
const size = (storage: string) => ({ resources: { requests: { storage } } })
const made = (spec: object, status: object = {}, metadata?: object): PersistentVolumeClaim => {
  const { object } = write(persistentVolumeClaims, claim(spec, metadata))
  return { ...object, status: { ...object.status, ...status } }
}

test('a claim says how much it wants, and how it will be mounted', () => {
  const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 's' }
  const cases: [spec: object, errors: string[]][] = [
    [{}, []],
    [{ storageClassName: '' }, []],
    [
      { accessModes: [], resources: {}, storageClassName: 'A_', volumeAttributesClassName: 'b.' },
      [
        'spec.accessModes: Required value: at least 1 access mode is required',
        'spec.resources[storage]: Required value',
        `spec.storageClassName: Invalid value: "A_": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
        `spec.volumeAttributesClassName: Invalid value: "b.": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      ],
    ],
    [size('0'), ['spec.resources[storage]: Invalid value: "0": must be greater than zero']],
    [
      { dataSource: snapshot, dataSourceRef: { ...snapshot, name: 't' } },
      ['spec: Invalid value: "spec.dataSource": must match dataSourceRef'],
    ],
    [
      { dataSourceRef: { kind: 'Thing', name: '' } },
      ['spec.dataSource', 'spec.dataSourceRef'].flatMap(path => [
        `${path}.name: Required value`,
        `${path}: Invalid value: "Thing": must be 'PersistentVolumeClaim' when referencing the default apiGroup`,
      ]),
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(persistentVolumeClaims, claim(spec)).errors, errors, JSON.stringify(spec))
})

test('a source is named in both fields', () => {
  const source = { kind: 'PersistentVolumeClaim', name: 'a' }
  const other = { apiGroup: 'acme.io', kind: 'Image', name: 'a' }
  const cases: [given: object, dataSource: object | undefined, dataSourceRef: object | undefined][] = [
    [{ dataSource: source }, source, source],
    [{ dataSourceRef: other }, other, other],
    // Clients before dataSourceRef could name only claims and snapshots; the rest was left out without a word.
    [{ dataSource: other }, undefined, undefined],
    // Sources in other namespaces are still behind a gate.
    [{ dataSourceRef: { ...source, namespace: 'b' } }, undefined, undefined],
    [{}, undefined, undefined],
  ]
  for (const [given, dataSource, dataSourceRef] of cases) {
    const { spec } = write(persistentVolumeClaims, claim(given)).object
    assert.deepEqual([spec.dataSource, spec.dataSourceRef], [dataSource, dataSourceRef], JSON.stringify(given))
  }
  const old = made({ dataSourceRef: other })
  assert.deepEqual(write(persistentVolumeClaims, claim({ dataSource: other }), old).object.spec, old.spec)
})

const shut = 'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

test('a claim is bound, given a class, and grows; all else stays', () => {
  const bound = { phase: 'Bound', capacity: { storage: '1Gi' } }
  const cases: [before: object, status: object, after: object, errors: string[]][] = [
    [{}, {}, { volumeName: 'v' }, []],
    [{ volumeName: 'v' }, {}, { volumeName: 'w' }, [`spec: Forbidden: ${shut}\n- volumeName: "v"\n+ volumeName: "w"`]],
    [{}, {}, { storageClassName: 'a' }, []],
    [
      { storageClassName: 'a' },
      {},
      { storageClassName: 'b' },
      [`spec: Forbidden: ${shut}\n- storageClassName: "a"\n+ storageClassName: "b"`],
    ],
    [
      {},
      {},
      size('3Gi'),
      [`spec: Forbidden: ${shut}\n- resources.requests.storage: "2Gi"\n+ resources.requests.storage: "3Gi"`],
    ],
    [{}, bound, size('3Gi'), []],
    [{}, bound, size('1500Mi'), []],
    [
      {},
      bound,
      size('1Gi'),
      ['spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'],
    ],
    [
      {},
      bound,
      { volumeMode: 'Block' },
      [
        `spec: Forbidden: ${shut}\n- volumeMode: "Filesystem"\n+ volumeMode: "Block"`,
        'volumeMode: Invalid value: "Block": field is immutable',
      ],
    ],
    [{ volumeAttributesClassName: 'a' }, bound, { volumeAttributesClassName: 'b' }, []],
    [
      { volumeAttributesClassName: 'a' },
      { ...bound, currentVolumeAttributesClassName: 'a' },
      {},
      [
        'spec.volumeAttributesClassName: Forbidden: update to nil is forbidden when status.currentVolumeAttributesClassName is not nil',
      ],
    ],
    [
      { volumeAttributesClassName: 'a' },
      { ...bound, currentVolumeAttributesClassName: 'a' },
      { volumeAttributesClassName: '' },
      [
        'spec.volumeAttributesClassName: Forbidden: update to empty string is forbidden when status.currentVolumeAttributesClassName is not nil',
      ],
    ],
  ]
  for (const [before, status, after, errors] of cases) {
    const old = made(before, status)
    assert.deepEqual(write(persistentVolumeClaims, claim(after), old).errors, errors, JSON.stringify(after))
  }
})

test('the class moves from the annotation to the field, and does not change', () => {
  const metadata = (name: string) => ({ annotations: { 'volume.beta.kubernetes.io/storage-class': name } })
  const old = made({}, {}, metadata('a'))
  const errors = (spec: object, meta: object) => write(persistentVolumeClaims, claim(spec, meta), old).errors
  assert.deepEqual(errors({ storageClassName: 'a' }, {}), [])
  assert.deepEqual(errors({ storageClassName: 'a' }, metadata('a')), [])
  assert.deepEqual(errors({}, metadata('b')), [
    'metadata.annotations.volume.beta.kubernetes.io/storage-class: Invalid value: "b": field is immutable',
  ])
  assert.deepEqual(errors({ storageClassName: 'b' }, metadata('a')), [
    `spec: Forbidden: ${shut}\n+ storageClassName: "b"`,
  ])
})

test('the status tells amounts and known states', () => {
  const status = persistentVolumeClaims.subresources?.status
  assert.ok(status?.form === 'view')
  const object = made(
    {},
    {
      capacity: { storage: '-1' },
      allocatedResources: { storage: '1', cpu: '1' },
      allocatedResourceStatuses: { storage: 'NodeResizePending', 'acme.io/a': 'No' },
    },
  )
  assert.deepEqual(checkRules(PersistentVolumeClaim, object), [])
  assert.deepEqual(status.rules?.(object as never, undefined).map(describeError), [
    'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
    'status.allocatedResourceStatuses: Unsupported value: "acme.io/a": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
    'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
  ])
})

test('a claim is warned of parts of bytes', () => {
  const { warnings } = write(
    persistentVolumeClaims,
    claim(size('1500m'), { annotations: { 'volume.beta.kubernetes.io/storage-class': 'a' } }),
  )
  assert.deepEqual(warnings, [
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
  ])
})

test('a row shows the volume once there is one', () => {
  const status = { phase: 'Bound', capacity: { storage: '3Gi' }, accessModes: ['ReadWriteOnce'] }
  const rows = [made({}), made({ volumeName: 'v', storageClassName: 's' }, status)].map(object => {
    const { Name: _, Age: __, ...rest } = cells(persistentVolumeClaims, object)
    return Object.values(rest)
  })
  assert.deepEqual(rows, [
    ['Pending', '', '', '', '', '<unset>', 'Filesystem'],
    ['Bound', 'v', '3Gi', 'RWO', 's', '<unset>', 'Filesystem'],
  ])
})
