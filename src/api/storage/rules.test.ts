import assert from 'node:assert/strict'
import { test } from 'node:test'
import { write } from '../../testing/writes.ts'
import type { KubeObject, Resource } from '../index.ts'
import { csiDrivers } from './csiDriver.ts'
import { csiNodes } from './csiNode.ts'
import { csiStorageCapacities } from './csiStorageCapacity.ts'
import { storageClasses } from './storageClass.ts'
import { volumeAttachments } from './volumeAttachment.ts'
import { volumeAttributesClasses } from './volumeAttributesClass.ts'

const metadata = { name: 'a' }
const subdomain =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const qualified =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const many = Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`k${i}`, '']))

test('classes, drivers and attachments are checked as a whole', () => {
  const cases: [resource: Resource, manifest: object, errors: string[]][] = [
    [storageClasses, { provisioner: 'acme.io/Disk' }, []],
    [storageClasses, {}, ['provisioner: Required value']],
    [storageClasses, { provisioner: 'a b' }, [`provisioner: Invalid value: "a b": ${qualified}`]],
    [storageClasses, { provisioner: 'a', parameters: many }, ['parameters: Too long: may not be more than 512 bytes']],
    [
      storageClasses,
      { provisioner: 'a', parameters: { '': 'x'.repeat(256 * 1024 + 1) } },
      [
        'parameters: Invalid value: "": field can not be empty.',
        'parameters: Too long: may not be more than 262144 bytes',
      ],
    ],
    [
      storageClasses,
      { provisioner: 'a', reclaimPolicy: 'Recycle', volumeBindingMode: 'Soon' },
      [
        'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
        'volumeBindingMode: Unsupported value: "Soon": supported values: "Immediate", "WaitForFirstConsumer"',
      ],
    ],
    [
      storageClasses,
      {
        provisioner: 'a',
        allowedTopologies: [
          { matchLabelExpressions: [{ key: 'zone', values: ['1', '2'] }] },
          { matchLabelExpressions: [{ key: 'zone', values: ['2', '1', '1'] }] },
          {
            matchLabelExpressions: [
              { key: 'zone', values: [] },
              { key: 'zone', values: ['3'] },
            ],
          },
        ],
      },
      [
        'allowedTopologies[1].matchLabelExpressions[0].values[2]: Duplicate value: "1"',
        'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
        'allowedTopologies[2].matchLabelExpressions[0].values: Required value',
        'allowedTopologies[2].matchLabelExpressions[1].key: Duplicate value: "zone"',
      ],
    ],
    [volumeAttributesClasses, { driverName: 'd', parameters: { a: 'b' } }, []],
    [
      volumeAttributesClasses,
      {},
      ['driverName: Required value', 'parameters: Required value: must contain at least one key/value pair'],
    ],
    [csiDrivers, { spec: {} }, []],
    [
      csiDrivers,
      {
        spec: {
          fsGroupPolicy: 'Never',
          volumeLifecycleModes: ['Persistent', 'Long'],
          tokenRequests: [
            { audience: 'a', expirationSeconds: 599 },
            { audience: 'a' },
            { audience: 'b', expirationSeconds: 2 ** 32 + 1 },
          ],
          nodeAllocatableUpdatePeriodSeconds: 9,
        },
      },
      [
        'spec.fsGroupPolicy: Unsupported value: "Never": supported values: "File", "None", "ReadWriteOnceWithFSType"',
        'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
        'spec.tokenRequests[1].audience: Duplicate value: "a"',
        'spec.tokenRequests[2].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
        'spec.volumeLifecycleModes: Unsupported value: "Long": supported values: "Ephemeral", "Persistent"',
        'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
      ],
    ],
    [
      csiDrivers,
      { spec: { serviceAccountTokenInSecrets: false } },
      [
        'spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ],
    ],
    [
      csiNodes,
      {
        spec: {
          drivers: [
            { name: 'd', nodeID: '', topologyKeys: ['a', 'a', ''], allocatable: { count: -1 } },
            { name: 'd', nodeID: 'n'.repeat(257), topologyKeys: [] },
          ],
        },
      },
      [
        'spec.drivers[0].nodeID: Required value',
        'spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0',
        'spec.drivers[0]: Duplicate value: "a"',
        'spec.drivers[0]: Required value',
        'spec.drivers[0]: Invalid value: "": name part must be non-empty',
        `spec.drivers[0]: Invalid value: "": ${qualified}`,
        `spec.drivers[1].nodeID: Invalid value: "${'n'.repeat(257)}": must be 256 characters or less`,
        'spec.drivers[1].name: Duplicate value: "d"',
      ],
    ],
    [csiStorageCapacities, { storageClassName: 'a', capacity: '1Gi' }, []],
    [
      csiStorageCapacities,
      { storageClassName: '', capacity: '-1', nodeTopology: { matchExpressions: [{ key: 'a', operator: 'Is' }] } },
      [
        'nodeTopology.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
        `storageClassName: Invalid value: "": ${subdomain}`,
        'capacity: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [volumeAttachments, { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } } }, []],
    [
      volumeAttachments,
      { spec: { attacher: 'a'.repeat(64), nodeName: '', source: {} } },
      [
        'spec.attacher: Too long: may not be more than 63 bytes',
        'spec.source: Required value: must specify exactly one of inlineVolumeSpec and persistentVolumeName',
        `spec.nodeName: Invalid value: "": ${subdomain}`,
      ],
    ],
    [
      volumeAttachments,
      {
        spec: {
          attacher: 'a',
          nodeName: 'n',
          source: {
            inlineVolumeSpec: {
              accessModes: ['ReadWriteOnce'],
              capacity: { storage: '1' },
              persistentVolumeReclaimPolicy: 'Delete',
              storageClassName: 's',
              volumeMode: 'Block',
              hostPath: { path: '/a' },
            },
          },
        },
      },
      [
        'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.csi: Required value: has to be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.persistentVolumeReclaimPolicy: Forbidden: may only be Retain in the context of inline volumes',
        'spec.source.inlineVolumeSpec.storageClassName: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes',
      ],
    ],
  ]
  for (const [resource, manifest, errors] of cases)
    assert.deepEqual(
      write<KubeObject>(resource, { metadata, ...manifest }).errors,
      errors,
      `${resource.kind} ${JSON.stringify(manifest).slice(0, 200)}`,
    )
})

test('what a class or driver is stays as it is', () => {
  const cases: [resource: Resource, before: object, after: object, errors: string[]][] = [
    [
      storageClasses,
      { provisioner: 'a' },
      { provisioner: 'b', parameters: { a: 'b' }, reclaimPolicy: 'Retain', volumeBindingMode: 'WaitForFirstConsumer' },
      [
        'parameters: Invalid value: {"a":"b"}: field is immutable',
        'provisioner: Invalid value: "b": field is immutable',
        'reclaimPolicy: Invalid value: "Retain": field is immutable',
        'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
      ],
    ],
    [storageClasses, { provisioner: 'a' }, { provisioner: 'a', allowVolumeExpansion: true, mountOptions: ['ro'] }, []],
    [
      volumeAttributesClasses,
      { driverName: 'd', parameters: { a: 'b' } },
      { driverName: 'e', parameters: { a: 'c' } },
      [
        'driverName: Forbidden: updates to driverName are forbidden.',
        'parameters: Forbidden: updates to parameters are forbidden.',
      ],
    ],
    [
      csiDrivers,
      { spec: {} },
      { spec: { attachRequired: false, volumeLifecycleModes: ['Ephemeral'], podInfoOnMount: true } },
      [
        'spec.attachedRequired: Invalid value: false: field is immutable',
        'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
      ],
    ],
    [
      csiNodes,
      { spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: [], allocatable: { count: 1 } }] } },
      { spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: [], allocatable: { count: 2 } }] } },
      [],
    ],
    [
      csiNodes,
      { spec: { drivers: [{ name: 'd', nodeID: 'n', topologyKeys: [] }] } },
      { spec: { drivers: [{ name: 'd', nodeID: 'm', topologyKeys: [] }] } },
      ['spec.drivers: Invalid value: {"name":"d","nodeID":"m","topologyKeys":[]}: field is immutable'],
    ],
    [
      csiStorageCapacities,
      { storageClassName: 'a' },
      { storageClassName: 'b', nodeTopology: { matchLabels: { a: 'b' } }, capacity: '1' },
      [
        'nodeTopology: Invalid value: {"matchLabels":{"a":"b"}}: field is immutable',
        'storageClassName: Invalid value: "b": field is immutable',
      ],
    ],
    [
      volumeAttachments,
      { spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } } },
      { spec: { attacher: 'a', nodeName: 'm', source: { persistentVolumeName: 'v' } } },
      [
        'spec: Invalid value: {"attacher":"a","nodeName":"m","source":{"persistentVolumeName":"v"}}: field is immutable',
      ],
    ],
  ]
  for (const [resource, before, after, errors] of cases) {
    const old = write<KubeObject>(resource, { metadata, ...before }).object
    assert.deepEqual(write<KubeObject>(resource, { metadata, ...after }, old).errors, errors, resource.kind)
  }
})

test('a driver gets the defaults, without what is behind a gate', () => {
  const { object, warnings } = write(csiDrivers, {
    metadata,
    spec: { preventPodSchedulingIfMissing: true, tokenRequests: [{ audience: '' }] },
  })
  assert.deepEqual(object.spec, {
    attachRequired: true,
    podInfoOnMount: false,
    volumeLifecycleModes: ['Persistent'],
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    tokenRequests: [{ audience: '' }],
    requiresRepublish: false,
    seLinuxMount: false,
  })
  assert.deepEqual(warnings, [
    'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes',
  ])
})

test('labels from the time of beta are warned of', () => {
  const key = 'failure-domain.beta.kubernetes.io/zone'
  const told = 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead'
  assert.deepEqual(
    write(storageClasses, {
      metadata,
      provisioner: 'a',
      allowedTopologies: [{ matchLabelExpressions: [{ key, values: ['1'] }] }],
    }).warnings,
    [`allowedTopologies[0].matchLabelExpressions[0].key: ${told}`],
  )
  assert.deepEqual(
    write(csiStorageCapacities, {
      metadata,
      storageClassName: 'a',
      nodeTopology: { matchLabels: { [key]: '1' }, matchExpressions: [{ key, operator: 'Exists' }] },
    }).warnings,
    [`nodeTopology.matchExpressions[0].key: ${key} is ${told}`, `nodeTopology.matchLabels.${key}: ${told}`],
  )
})

test('only whoever attaches says what came of it', () => {
  const status = volumeAttachments.subresources?.status
  assert.ok(status?.form === 'view')
  const object = write(volumeAttachments, {
    metadata,
    spec: { attacher: 'a', nodeName: 'n', source: { persistentVolumeName: 'v' } },
    status: { attached: true },
  }).object
  assert.deepEqual(object.status, { attached: false })
  const attached = { ...object, status: { attached: false, attachError: { message: 'x'.repeat(1025), errorCode: -1 } } }
  assert.deepEqual(
    status.rules?.(attached as never, undefined).map(({ field, detail }) => `${field}: ${detail}`),
    [
      'status.attachError.message: may not be more than 262144 bytes',
      'status.attachError.errorCode: must be between 0 and 2147483647, inclusive',
    ],
  )
})
