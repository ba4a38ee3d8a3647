import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { cells, testContext, write } from '../../testing/writes.ts'
import { controllerRevisions } from './controllerRevision.ts'
import { templateGenerationAnnotation as counter, type DaemonSet, daemonSets } from './daemonSet.ts'

const labels = { app: 'agent' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const manifest = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'agent', namespace: 'default', ...metadata },
  spec: { selector: { matchLabels: labels }, template, ...spec },
})
const counted = (object: DaemonSet) => object.metadata.annotations?.[counter]

test('a DaemonSet gets defaults, and changes of its template are counted', () => {
  const { object, errors } = write(daemonSets, manifest())
  assert.deepEqual(errors, [])
  assert.deepEqual(
    [object.spec.updateStrategy, object.spec.revisionHistoryLimit, counted(object)],
    [{ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } }, 10, '1'],
  )
  const annotations = { [counter]: '9', a: 'b' }
  assert.equal(counted(write(daemonSets, manifest({}, { annotations }), object).object), '1')
  const other = { ...template, spec: { containers: [{ name: 'c', image: 'j' }] } }
  const next = write(daemonSets, manifest({ template: other }, { annotations }), object).object
  assert.deepEqual(next.metadata.annotations, { [counter]: '2', a: 'b' })
  const { status } = daemonSets.subresources ?? {}
  assert.ok(status?.form === 'view')
  const reported = { ...next, metadata: { name: 'agent' } } as DaemonSet
  status.update?.(reported, next, testContext)
  assert.equal(counted(reported), '2')
  assert.throws(() => write(daemonSets, manifest({}, { annotations: { [counter]: 'x' } })), /BadRequest|parsing "x"/)
})

test('a DaemonSet that makes no sense is refused with the field and the reason', () => {
  const rolling = (rollingUpdate: object) => ({ updateStrategy: { rollingUpdate } })
  const path = 'spec.updateStrategy.rollingUpdate'
  const cases: [spec: object, errors: string[]][] = [
    [
      { selector: undefined },
      ['spec.template.metadata.labels: Invalid value: {"app":"agent"}: `selector` does not match template `labels`'],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 5 } } },
      [
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
      ],
    ],
    [{ minReadySeconds: -1 }, ['spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0']],
    [
      { updateStrategy: { type: 'Magic' } },
      ['spec.updateStrategy: Unsupported value: {"type":"Magic"}: supported values: "OnDelete", "RollingUpdate"'],
    ],
    [{ updateStrategy: { type: 'OnDelete' } }, []],
    [rolling({ maxUnavailable: 0 }), [`${path}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`]],
    [
      rolling({ maxSurge: '10%' }),
      [`${path}.maxSurge: Invalid value: "10%": may not be set when maxUnavailable is non-zero`],
    ],
    [rolling({ maxSurge: '10%', maxUnavailable: 0 }), []],
    [
      rolling({ maxUnavailable: '200%' }),
      [`${path}.maxUnavailable: Invalid value: "200%": must not be greater than 100%`],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(daemonSets, manifest(spec)).errors, errors, JSON.stringify(spec))
})

test('every older version of DaemonSet goes up and down without loss', () => {
  const stored = { ...write(daemonSets, manifest()).object, apiVersion: 'apps/v1', kind: 'DaemonSet' }
  for (const version of daemonSets.versions ?? []) {
    assert.deepEqual(version.up(version.down(structuredClone(stored))), stored, version.group)
    const raw = { apiVersion: `${version.group}/${version.version}`, kind: 'DaemonSet', ...manifest() }
    const object = fromJson(version.type, raw)
    applyDefaults(version.type, object)
    version.defaults?.(object as never)
    assert.equal(
      version.up(object).spec.updateStrategy.type,
      version.group === 'extensions' ? 'OnDelete' : 'RollingUpdate',
    )
  }
  const beta = daemonSets.versions?.find(({ group }) => group === 'extensions')
  const down = beta?.down(stored) as DaemonSet & { spec: { templateGeneration?: number } }
  assert.deepEqual([down.metadata.annotations, down.spec.templateGeneration], [undefined, 1])
})

test('DaemonSets and revisions are shown as kubectl shows them', () => {
  const object = write(daemonSets, manifest()).object
  assert.deepEqual(cells(daemonSets, object), {
    Name: 'agent',
    Desired: 0,
    Current: 0,
    Ready: 0,
    'Up-to-date': 0,
    Available: 0,
    'Node Selector': '<none>',
    Age: '<unknown>',
    Containers: 'c',
    Images: 'i',
    Selector: 'app=agent',
  })
  const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'u', controller: true }
  const revision = write(controllerRevisions, {
    metadata: { name: 'r', ownerReferences: [owner] },
    data: { spec: {} },
    revision: 3,
  })
  assert.deepEqual(revision.errors, [])
  assert.deepEqual(cells(controllerRevisions, revision.object), {
    Name: 'r',
    Controller: 'daemonset.apps/agent',
    Revision: 3,
    Age: '<unknown>',
  })
})

test('a revision has data that never changes', () => {
  const manifest = (data: object | undefined, revision = 1) => ({ metadata: { name: 'r' }, data, revision })
  assert.deepEqual(write(controllerRevisions, manifest(undefined, -1)).errors, [
    'revision: Invalid value: -1: must be greater than or equal to 0',
    'data: Required value: data is mandatory',
  ])
  const old = write(controllerRevisions, manifest({ a: 1 })).object
  assert.deepEqual(write(controllerRevisions, manifest({ a: 1 }, 2), old).errors, [])
  assert.deepEqual(write(controllerRevisions, manifest({ a: 2 }), old).errors, [
    'data: Invalid value: {"a":2}: field is immutable',
  ])
})
