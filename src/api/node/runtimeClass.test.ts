import assert from 'node:assert/strict'
import { test } from 'node:test'
import { write } from '../../testing/writes.ts'
import { runtimeClasses } from './runtimeClass.ts'

const metadata = { name: 'r' }

test('a runtime class names a handler, and what its pods take and where they go makes sense', () => {
  const cases: [manifest: object, errors: string[]][] = [
    [{ handler: 'runc', overhead: { podFixed: { cpu: '10m' } }, scheduling: { nodeSelector: { a: 'b' } } }, []],
    [{ handler: '' }, ['handler: Required value']],
    [{ handler: 'a.b' }, ['handler: Invalid value: "a.b": must not contain dots']],
    [
      { handler: 'a', overhead: { podFixed: { cpu: '-1', gold: '1' } } },
      [
        'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'overhead.limits[gold]: Invalid value: "gold": must be a standard resource type or fully qualified',
        'overhead.limits[gold]: Invalid value: "gold": must be a standard resource for containers',
      ],
    ],
    [
      {
        handler: 'a',
        scheduling: {
          tolerations: [
            { key: 'k', operator: 'Exists', effect: 'NoSchedule' },
            { key: 'k', operator: 'Exists', effect: 'NoSchedule' },
            { operator: 'Equal' },
          ],
        },
      },
      [
        'scheduling.tolerations[2].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
        'scheduling.tolerations[1]: Duplicate value: {"key":"k","operator":"Exists","effect":"NoSchedule"}',
      ],
    ],
  ]
  for (const [manifest, errors] of cases)
    assert.deepEqual(write(runtimeClasses, { metadata, ...manifest }).errors, errors, JSON.stringify(manifest))
})

test('the handler stays', () => {
  const old = write(runtimeClasses, { metadata, handler: 'a' }).object
  assert.deepEqual(write(runtimeClasses, { metadata, handler: 'b' }, old).errors, [
    'handler: Invalid value: "b": field is immutable',
  ])
})

test('labels from the time of beta are warned of', () => {
  const scheduling = { nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }
  assert.deepEqual(write(runtimeClasses, { metadata, handler: 'a', scheduling }).warnings, [
    'scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead',
  ])
})

test('the first version kept all in a spec', () => {
  const version = runtimeClasses.versions?.find(({ version }) => version === 'v1alpha1')
  assert.ok(version)
  const overhead = { podFixed: { cpu: '1' } }
  const stored = version.up({ metadata, spec: { runtimeHandler: 'h', overhead } })
  assert.deepEqual(stored, { apiVersion: 'node.k8s.io/v1', metadata, handler: 'h', overhead })
  assert.deepEqual(version.down(stored), {
    apiVersion: 'node.k8s.io/v1alpha1',
    kind: 'RuntimeClass',
    metadata,
    spec: { runtimeHandler: 'h', overhead },
  })
})
