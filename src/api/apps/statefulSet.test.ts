import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { describeError } from '../../schema/rules/errors.ts'
import type { FieldError } from '../../schema/types.ts'
import { cells, write } from '../../testing/writes.ts'
import { statefulSets } from './statefulSet.ts'

const labels = { app: 'db' }
const container = { name: 'c', image: 'i', volumeMounts: [{ name: 'data', mountPath: '/data' }] }
const template = { metadata: { labels }, spec: { containers: [container] } }
const claim = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
}
const manifest = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'db', namespace: 'default', ...metadata },
  spec: { serviceName: 'db', selector: { matchLabels: labels }, template, volumeClaimTemplates: [claim], ...spec },
})

test('a StatefulSet gets defaults, and its claims volumes of their own', () => {
  const { object, errors } = write(statefulSets, manifest())
  assert.deepEqual(errors, [])
  const { template: _, selector: __, volumeClaimTemplates, ...spec } = object.spec
  assert.deepEqual(spec, {
    replicas: 1,
    serviceName: 'db',
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  })
  const [first] = volumeClaimTemplates ?? []
  assert.deepEqual(
    [first?.apiVersion, first?.kind, first?.status, first?.spec.volumeMode],
    ['v1', 'PersistentVolumeClaim', { phase: 'Pending' }, 'Filesystem'],
  )
  const rollingUpdate = { partition: 1, maxUnavailable: 2 }
  const { updateStrategy } = write(statefulSets, manifest({ updateStrategy: { rollingUpdate } })).object.spec
  assert.deepEqual(updateStrategy.rollingUpdate, { partition: 1 })
})

test('a StatefulSet that makes no sense is refused with the field and the reason', () => {
  const cases: [spec: object, errors: string[]][] = [
    [
      { podManagementPolicy: 'Any' },
      [`spec.podManagementPolicy: Invalid value: "Any": must be 'OrderedReady' or 'Parallel'`],
    ],
    [
      { updateStrategy: { type: 'OnDelete', rollingUpdate: {} } },
      ["spec.updateStrategy.rollingUpdate: Invalid value: {}: only allowed for updateStrategy 'RollingUpdate'"],
    ],
    [
      { updateStrategy: { type: 'Magic' } },
      [`spec.updateStrategy: Invalid value: {"type":"Magic"}: must be 'RollingUpdate' or 'OnDelete'`],
    ],
    [
      { updateStrategy: { rollingUpdate: { partition: -1 } } },
      ['spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Keep' } },
      [
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "Keep": supported values: "Delete", "Retain"',
      ],
    ],
    [
      { replicas: -1, ordinals: { start: -1 } },
      [
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0',
      ],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for statefulset']],
    [
      { selector: { matchLabels: { app: 'web' } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match template `labels`'],
    ],
    [{ volumeClaimTemplates: [] }, ['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"']],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(statefulSets, manifest(spec)).errors, errors, JSON.stringify(spec))
  const { errors } = write(statefulSets, manifest({ volumeClaimTemplates: [{ ...claim, spec: { resources: {} } }] }))
  assert.ok(errors.length > 0 && errors.every(error => error.startsWith('spec.volumeClaimTemplates[0].spec.')))
})

test('of a StatefulSet only some fields change', () => {
  const old = write(statefulSets, manifest()).object
  const allowed = { replicas: 3, minReadySeconds: 5, updateStrategy: { type: 'OnDelete' }, ordinals: { start: 1 } }
  assert.deepEqual(write(statefulSets, manifest(allowed), old).errors, [])
  for (const spec of [{ serviceName: 'other' }, { podManagementPolicy: 'Parallel' }, { volumeClaimTemplates: [] }])
    assert.match(
      write(
        statefulSets,
        manifest({ template: { ...template, spec: { containers: [{ name: 'c', image: 'i' }] } }, ...spec }),
        old,
      ).errors.join(),
      /^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', /,
    )
})

test('what is reported of a StatefulSet fits together', () => {
  const { status } = statefulSets.subresources ?? {}
  assert.ok(status?.form === 'view')
  const { object } = write(statefulSets, manifest())
  const next = { replicas: 1, availableReplicas: 1, readyReplicas: 0, updatedReplicas: 2 }
  const errors: readonly FieldError[] = status.rules?.({ ...object, status: next }, object) ?? []
  assert.deepEqual(errors.map(describeError), [
    'status.updatedReplicas: Invalid value: 2: cannot be greater than status.replicas',
    'status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas',
  ])
})

test('every older version of StatefulSet goes up and down without loss', () => {
  const stored = { ...write(statefulSets, manifest()).object, apiVersion: 'apps/v1', kind: 'StatefulSet' }
  for (const version of statefulSets.versions ?? []) {
    assert.deepEqual(version.up(version.down(structuredClone(stored))), stored, version.version)
    const raw = { apiVersion: `apps/${version.version}`, kind: 'StatefulSet', ...manifest({ selector: undefined }) }
    const object = fromJson(version.type, raw)
    applyDefaults(version.type, object)
    version.defaults?.(object as never)
    const up = version.up(object)
    const beta1 = version.version === 'v1beta1'
    assert.deepEqual(
      [up.spec.updateStrategy.type, up.spec.selector, up.metadata.labels],
      beta1 ? ['OnDelete', { matchLabels: labels }, labels] : ['RollingUpdate', undefined, undefined],
    )
  }
})

test('StatefulSets are shown as kubectl shows them', () => {
  const { object } = write(statefulSets, manifest({ replicas: 3 }))
  assert.deepEqual(
    cells(statefulSets, { ...object, status: { replicas: 2, readyReplicas: 1, availableReplicas: 0 } }),
    {
      Name: 'db',
      Ready: '1/3',
      Age: '<unknown>',
      Containers: 'c',
      Images: 'i',
    },
  )
})
