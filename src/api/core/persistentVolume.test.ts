import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, testContext, write } from '../../testing/writes.ts'
import { type PersistentVolume, persistentVolumes } from './persistentVolume.ts'

const nfs = { server: 'a', path: '/b' }
const volume = (spec: object, metadata: object = {}) => ({
  metadata: { name: 'v', ...metadata },
  spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], nfs, ...spec },
})
const errorsOf = (spec: object, metadata?: object) => write(persistentVolumes, volume(spec, metadata)).errors

test('a volume says how much it holds, how it is mounted, and what it is', () => {
  const cases: [spec: object, errors: string[]][] = [
    [{}, []],
    [{ accessModes: [] }, ['spec.accessModes: Required value']],
    [
      { accessModes: ['ReadWriteOnce', 'ReadWriteOncePod', 'Mine'] },
      [
        'spec.accessModes: Unsupported value: "Mine": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
        'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
      ],
    ],
    [
      { capacity: {} },
      ['spec.capacity: Required value', 'spec.capacity: Unsupported value: {}: supported values: "storage"'],
    ],
    [
      { capacity: { storage: '-1', cpu: '1' } },
      [
        'spec.capacity: Unsupported value: {"storage":"-1","cpu":"1"}: supported values: "storage"',
        'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
        'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
      ],
    ],
    [
      { persistentVolumeReclaimPolicy: 'Keep', volumeMode: '' },
      [
        'spec.persistentVolumeReclaimPolicy: Unsupported value: "Keep": supported values: "Delete", "Recycle", "Retain"',
        'spec.volumeMode: Unsupported value: "": supported values: "Block", "Filesystem"',
      ],
    ],
    [{ nfs: undefined }, ['spec: Required value: must specify a volume type']],
    [
      { cephfs: { monitors: [] }, csi: { driver: 'd', volumeHandle: 'h' } },
      [
        'spec.cephFS: Forbidden: may not specify more than 1 volume type',
        'spec.csi: Forbidden: may not specify more than 1 volume type',
      ],
    ],
    [
      { nfs: undefined, hostPath: { path: '/.' }, persistentVolumeReclaimPolicy: 'Recycle' },
      ["spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'"],
    ],
    [
      { volumeAttributesClassName: '' },
      [
        'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
        'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
      ],
    ],
    [{ nodeAffinity: {} }, ['spec.nodeAffinity.required: Required value: must specify required node constraints']],
    [
      { nodeAffinity: { required: { nodeSelectorTerms: [] } } },
      ['spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term'],
    ],
  ]
  for (const [spec, errors] of cases) assert.deepEqual(errorsOf(spec), errors, JSON.stringify(spec))
})

test('each kind of storage has its rules', () => {
  const cases: [source: object, errors: string[]][] = [
    [
      { local: { path: '' } },
      ['spec.local.path: Required value', 'spec.nodeAffinity: Required value: Local volume requires node affinity'],
    ],
    [
      { local: { path: '/a/../b' } },
      [
        'spec.local.path: Invalid value: "/a/../b": must not contain \'..\'',
        'spec.nodeAffinity: Required value: Local volume requires node affinity',
      ],
    ],
    [
      {
        csi: {
          driver: '',
          volumeHandle: '',
          nodePublishSecretRef: {},
          controllerExpandSecretRef: { name: 'a', namespace: 'b' },
        },
      },
      [
        'spec.csi.driver: Required value',
        'spec.csi.volumeHandle: Required value',
        'spec.csi.nodePublishSecretRef.name: Required value',
        'spec.csi.nodePublishSecretRef.namespace: Required value',
      ],
    ],
    [
      { gcePersistentDisk: { pdName: '', partition: 256 } },
      [
        'spec.persistentDisk.pdName: Required value',
        'spec.persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
      ],
    ],
    [
      { glusterfs: { endpoints: 'e', path: 'p', endpointsNamespace: '' } },
      [
        'spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name',
      ],
    ],
    [
      { azureFile: { secretName: 's', shareName: 'n', secretNamespace: '' } },
      ['spec.azureFile.secretNamespace: Required value'],
    ],
    [{ cinder: { volumeID: 'i', secretRef: { name: 's' } } }, ['spec.cinder.secretRef.namespace: Required value']],
    [
      { storageos: { volumeName: 'i', secretRef: { namespace: 's' } } },
      ['spec.storageos.secretRef.name: Required value'],
    ],
    [
      { iscsi: { targetPortal: 'p', iqn: 'x', lun: 256, initiatorName: 'iqn.2001-04.com.example:storage' } },
      [
        'spec.iscsi.iqn: Invalid value: "x": must be valid format',
        'spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      ],
    ],
    [{ hostPath: { path: '' } }, ['spec.hostPath.path: Required value']],
    [{ rbd: { monitors: [], image: '' } }, ['spec.rbd.monitors: Required value', 'spec.rbd.image: Required value']],
  ]
  for (const [source, errors] of cases)
    assert.deepEqual(errorsOf({ nfs: undefined, ...source }), errors, JSON.stringify(source))
})

test('mount options come by annotation only where they always did', () => {
  const annotations = { 'volume.beta.kubernetes.io/mount-options': 'ro' }
  assert.deepEqual(errorsOf({}, { annotations }), [])
  assert.deepEqual(errorsOf({ nfs: undefined, hostPath: { path: '/a' } }, { annotations }), [
    'metadata.annotations.volume.beta.kubernetes.io/mount-options: Forbidden: may not specify mount options for this volume type',
  ])
})

test('a new volume is pending, with the defaults of its kind of storage', () => {
  const { object } = write(
    persistentVolumes,
    volume({ nfs: undefined, rbd: { monitors: ['m'], image: 'i' } }, { resourceVersion: '1' }),
  )
  assert.deepEqual(object.status, { phase: 'Pending', lastPhaseTransitionTime: testContext.timestamp })
  assert.deepEqual(object.spec.rbd, {
    monitors: ['m'],
    image: 'i',
    pool: 'rbd',
    user: 'admin',
    keyring: '/etc/ceph/keyring',
  })
  assert.deepEqual([object.spec.persistentVolumeReclaimPolicy, object.spec.volumeMode], ['Retain', 'Filesystem'])
})

test('what a volume is does not change', () => {
  const affinity = (key: string) => ({
    required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: ['a'] }] }] },
  })
  const csi = { driver: 'd', volumeHandle: 'h' }
  const cases: [before: object, after: object, errors: string[]][] = [
    [{}, { capacity: { storage: '2Gi' } }, []],
    [
      {},
      { nfs: { server: 'x', path: '/b' } },
      [
        'spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation\n- nfs.server: "a"\n+ nfs.server: "x"',
      ],
    ],
    [{}, { volumeMode: 'Block' }, ['volumeMode: Invalid value: "Block": field is immutable']],
    [
      { nfs: undefined, csi },
      { nfs: undefined, csi: { ...csi, controllerExpandSecretRef: { name: 'a', namespace: 'b' } } },
      [],
    ],
    [
      { nodeAffinity: affinity('failure-domain.beta.kubernetes.io/zone') },
      { nodeAffinity: affinity('topology.kubernetes.io/zone') },
      [],
    ],
    [
      { nfs: undefined, csi, volumeAttributesClassName: 'a' },
      { nfs: undefined, csi },
      ['spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden'],
    ],
  ]
  for (const [before, after, errors] of cases) {
    const old = write(persistentVolumes, volume(before)).object
    assert.deepEqual(write(persistentVolumes, volume(after), old).errors, errors, JSON.stringify(after))
  }
  const old = write(persistentVolumes, volume({ nodeAffinity: affinity('a') })).object
  assert.equal(write(persistentVolumes, volume({ nodeAffinity: affinity('b') }), old).errors.length, 1)
})

test('the status notes when its phase changes', () => {
  const status = persistentVolumes.subresources?.status
  assert.ok(status?.form === 'view')
  const old = write(persistentVolumes, volume({})).object
  const context = { ...testContext, timestamp: '2026-02-01T00:00:00Z' }
  const after = (phase: string, lastPhaseTransitionTime?: string) => {
    const object: PersistentVolume = {
      ...old,
      spec: { accessModes: [] } as unknown as PersistentVolume['spec'],
      status: { phase, ...(lastPhaseTransitionTime ? { lastPhaseTransitionTime } : {}) },
    }
    status.update?.(object as never, old as never, context)
    assert.deepEqual(object.spec, old.spec)
    return object.status.lastPhaseTransitionTime
  }
  assert.deepEqual(
    [after('Pending'), after('Bound'), after('Bound', testContext.timestamp), after('Bound', '2026-03-01T00:00:00Z')],
    [testContext.timestamp, context.timestamp, context.timestamp, '2026-03-01T00:00:00Z'],
  )
})

test('a volume is warned of what is no longer there', () => {
  const { warnings } = write(
    persistentVolumes,
    volume(
      {
        nfs: undefined,
        rbd: { monitors: ['m'], image: 'i' },
        persistentVolumeReclaimPolicy: 'Recycle',
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'beta.kubernetes.io/os', operator: 'Exists' }] }],
          },
        },
      },
      { annotations: { 'volume.beta.kubernetes.io/storage-class': 'a' } },
    ),
  )
  assert.deepEqual(warnings, [
    'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
    'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
    'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
  ])
})

test('a row shows size, modes and claim', () => {
  const { object } = write(
    persistentVolumes,
    volume({ accessModes: ['ReadWriteMany', 'ReadWriteOnce'], claimRef: { namespace: 'n', name: 'c' } }),
  )
  assert.deepEqual(cells(persistentVolumes, object), {
    Name: 'v',
    Capacity: '1Gi',
    'Access Modes': 'RWO,RWX',
    'Reclaim Policy': 'Retain',
    Status: 'Pending',
    Claim: 'n/c',
    StorageClass: '',
    VolumeAttributesClass: '<unset>',
    Reason: '',
    Age: '<unknown>',
    VolumeMode: 'Filesystem',
  })
})
