import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { parseYaml } from '../../schema/codec/yaml.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { cells, write } from '../../testing/writes.ts'
import type { ServedVersion } from '../resource.ts'
import { type Deployment, deployments } from './deployment.ts'
import { replicaSets } from './replicaSet.ts'
import { rollbackAnnotation } from './rollbackConfig.ts'

const labels = { app: 'web' }
const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'i' }] } }
const manifest = (spec: object = {}, metadata: object = {}) => ({
  metadata: { name: 'web', namespace: 'default', ...metadata },
  spec: { selector: { matchLabels: labels }, template, ...spec },
})

const served = (group: string, version: string): ServedVersion<Deployment> => {
  const found = deployments.versions?.find(one => one.group === group && one.version === version)
  assert.ok(found)
  return found
}

/** A manifest of an older version as it is stored. */
function stored(version: ServedVersion<Deployment>, raw: unknown): Deployment {
  const object = fromJson(version.type, raw)
  applyDefaults(version.type, object)
  version.defaults?.(object as never)
  return version.up(object)
}

test('defaults of a Deployment are those of apps/v1', () => {
  const { object, errors } = write(deployments, manifest())
  assert.deepEqual(errors, [])
  const { replicas, strategy, revisionHistoryLimit, progressDeadlineSeconds } = object.spec
  assert.deepEqual(
    [replicas, strategy, revisionHistoryLimit, progressDeadlineSeconds],
    [1, { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }, 10, 600],
  )
})

test('a Deployment that makes no sense is refused with the field and the reason', () => {
  const cases: [spec: object, errors: string[]][] = [
    [
      { selector: undefined },
      [
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ],
    ],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for deployment']],
    [
      { selector: { matchLabels: { app: 'db' } } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [{ replicas: -1 }, ['spec.replicas: Invalid value: -1: must be greater than or equal to 0']],
    [
      { strategy: { type: 'Recreate', rollingUpdate: {} } },
      ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
    ],
    [
      { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ],
    [
      { strategy: { rollingUpdate: { maxUnavailable: '101%' } } },
      ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ],
    [
      { strategy: { type: 'Magic' } },
      ['spec.strategy.type: Unsupported value: "Magic": supported values: "Recreate", "RollingUpdate"'],
    ],
    [
      { minReadySeconds: 600 },
      ['spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds'],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(deployments, manifest(spec)).errors, errors, JSON.stringify(spec))
})

test('the selector never changes', () => {
  const old = write(deployments, manifest()).object
  const other = {
    selector: { matchLabels: { tier: 'x' } },
    template: { ...template, metadata: { labels: { tier: 'x' } } },
  }
  assert.deepEqual(write(deployments, manifest(other), old).errors, [
    'spec.selector: Invalid value: {"matchLabels":{"tier":"x"}}: field is immutable',
  ])
})

test('changed annotations make a new generation', () => {
  const old = { ...write(deployments, manifest()).object, metadata: { name: 'web', generation: 3 } }
  assert.equal(write(deployments, manifest({}, { generation: 3 }), old).object.metadata.generation, 3)
  assert.equal(
    write(deployments, manifest({}, { generation: 3, annotations: { a: 'b' } }), old).object.metadata.generation,
    4,
  )
})

test('the first manifest of the project is stored as apps/v1', () => {
  const [raw] = parseYaml(readFileSync(new URL('../../../examples/nginx-rc.yaml', import.meta.url), 'utf8'))
  const version = served('extensions', 'v1beta1')
  const { apiVersion, kind, metadata, spec } = stored(version, raw)
  assert.deepEqual(
    [apiVersion, kind, metadata.name, metadata.labels],
    ['apps/v1', 'Deployment', 'nginx', { 'k8s-app': 'nginx', 'kubernetes.io/cluster-service': 'true' }],
  )
  assert.deepEqual(
    [spec.replicas, spec.selector, spec.strategy, spec.revisionHistoryLimit, spec.progressDeadlineSeconds],
    [
      3,
      { matchLabels: { 'k8s-app': 'nginx' } },
      { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
      2147483647,
      2147483647,
    ],
  )
  assert.equal(spec.template.spec.containers[0]?.ports?.[0]?.protocol, 'TCP')
  const { errors } = write(deployments, { apiVersion, kind, metadata: { ...metadata, namespace: 'default' }, spec })
  assert.deepEqual(errors, [])
  assert.equal(
    version.deprecation,
    'extensions/v1beta1 Deployment is deprecated in v1.8+, unavailable in v1.16+; use apps/v1 Deployment',
  )
})

test('older versions take selector and labels from the template', () => {
  for (const group of ['extensions', 'apps']) {
    const { metadata, spec } = stored(served(group, 'v1beta1'), { metadata: { name: 'web' }, spec: { template } })
    assert.deepEqual([metadata.labels, spec.selector], [labels, { matchLabels: labels }])
  }
})

test('every older version goes up and down without loss', () => {
  for (const version of deployments.versions ?? []) {
    const raw = { apiVersion: `${version.group}/${version.version}`, kind: 'Deployment', ...manifest({ replicas: 2 }) }
    const cases: object[] =
      version.version === 'v1beta1' ? [raw, { ...raw, spec: { ...raw.spec, rollbackTo: { revision: 4 } } }] : [raw]
    for (const one of cases) {
      const object = fromJson(version.type, one)
      applyDefaults(version.type, object)
      version.defaults?.(object as never)
      assert.deepEqual(version.down(version.up(structuredClone(object))), object, raw.apiVersion)
    }
  }
  const up = stored(served('extensions', 'v1beta1'), { metadata: { name: 'a' }, spec: { template, rollbackTo: {} } })
  assert.equal(up.metadata.annotations?.[rollbackAnnotation], '0')
})

test('the status is bounded by itself and the scale is a view of the spec', () => {
  const object = write(deployments, manifest({ replicas: 3 })).object
  const { status, scale } = deployments.subresources ?? {}
  assert.ok(status?.form === 'view' && scale?.form === 'scale')
  const fields = (next: Deployment['status']) =>
    status.rules?.({ ...object, status: next }, object).map(error => error.field)
  assert.deepEqual(fields({ replicas: 2, readyReplicas: 1, availableReplicas: 1 }), [])
  assert.deepEqual(fields({ replicas: 1, readyReplicas: 2, availableReplicas: 3 }), [
    'status.readyReplicas',
    'status.availableReplicas',
    'status.availableReplicas',
  ])
  assert.deepEqual([scale.replicas(object), scale.statusReplicas(object), scale.selector(object)], [3, 0, 'app=web'])
})

test('Deployments and ReplicaSets are shown as kubectl shows them', () => {
  const deployment = {
    ...write(deployments, manifest({ replicas: 3 })).object,
    status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 1 },
  }
  assert.deepEqual(cells(deployments, deployment), {
    Name: 'web',
    Ready: '2/3',
    'Up-to-date': 3,
    Available: 1,
    Age: '<unknown>',
    Containers: 'c',
    Images: 'i',
    Selector: 'app=web',
  })
  const replicaSet = {
    ...write(replicaSets, manifest({ replicas: 3 })).object,
    status: { replicas: 2, readyReplicas: 1 },
  }
  assert.deepEqual(cells(replicaSets, replicaSet), {
    Name: 'web',
    Desired: 3,
    Current: 2,
    Ready: 1,
    Age: '<unknown>',
    Containers: 'c',
    Images: 'i',
    Selector: 'app=web',
  })
})
