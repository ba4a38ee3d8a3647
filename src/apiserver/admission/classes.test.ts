import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ingressClasses,
  ingresses,
  type Pod,
  persistentVolumeClaims,
  pods,
  runtimeClasses,
  storageClasses,
} from '../../api/index.ts'
import { fixedObjects, write } from '../objects.test-suite.ts'
import { defaultIngressClass, defaultStorageClass } from './defaultClasses.ts'
import { persistentVolumeClaimResize } from './persistentVolumeClaimResize.ts'
import { runtimeClass } from './runtimeClass.ts'

const isDefault = (domain: string) => ({ [`${domain}.kubernetes.io/is-default-class`]: 'true' })
const named = (name: string, annotations: object, creationTimestamp = '2026-01-01T00:00:00Z') =>
  ({ metadata: { name, annotations, creationTimestamp } }) as never

test('what names no class gets the youngest default', () => {
  const objects = fixedObjects()
    .put(storageClasses, named('a', isDefault('storageclass')), named('plain', {}))
    .put(storageClasses, named('b', isDefault('storageclass.beta'), '2026-02-01T00:00:00Z'))
    .put(ingressClasses, named('y', isDefault('ingressclass')), named('x', isDefault('ingressclass')))
  const cases = [
    [defaultStorageClass, persistentVolumeClaims, 'storageClassName', 'volume.beta.kubernetes.io/storage-class', 'b'],
    [defaultIngressClass, ingresses, 'ingressClassName', 'kubernetes.io/ingress.class', 'x'],
  ] as const
  for (const [plugin, resource, field, annotation, wanted] of cases) {
    const given = (spec: object, annotations = {}) => {
      const object = { metadata: { name: 'o', annotations }, spec: { ...spec } as Record<string, string> }
      plugin({ objects }).mutate?.(write('CREATE', resource as never, { object: object as never }))
      return object.spec[field]
    }
    assert.equal(given({}), wanted)
    assert.equal(given({ [field]: '' }), '')
    assert.equal(given({}, { [annotation]: 'old' }), undefined)
  }
})

test('claims grow when they are bound and their class lets them', () => {
  const objects = fixedObjects().put(storageClasses, {
    metadata: { name: 'wide' },
    allowVolumeExpansion: true,
  } as never)
  const claim = (storage: string, storageClassName: string, phase: string) =>
    ({
      metadata: { name: 'c' },
      spec: { storageClassName, resources: { requests: { storage } } },
      status: { phase },
    }) as never
  const check = (storageClassName: string, phase: string, from: string, to: string) =>
    persistentVolumeClaimResize({ objects }).validate?.(
      write('UPDATE', persistentVolumeClaims, {
        object: claim(to, storageClassName, phase),
        old: claim(from, storageClassName, phase),
      }),
    )
  check('wide', 'Bound', '1Gi', '2Gi')
  check('none', 'Pending', '1024Mi', '1Gi')
  assert.throws(() => check('wide', 'Pending', '1Gi', '2Gi'), /Only bound persistent volume claims can be expanded/)
  assert.throws(
    () => check('none', 'Bound', '1Gi', '2Gi'),
    /the storageclass that provisions the pvc must support resize/,
  )
})

const classes = fixedObjects().put(
  runtimeClasses,
  { metadata: { name: 'plain' }, handler: 'h' } as never,
  {
    metadata: { name: 'heavy' },
    handler: 'h',
    overhead: { podFixed: { cpu: '100m' } },
    scheduling: { nodeSelector: { kind: 'vm' }, tolerations: [{ key: 'vm', operator: 'Exists' }] },
  } as never,
)
const admit = (spec: object): Pod['spec'] => {
  const object = { metadata: { name: 'p' }, spec: { containers: [], ...spec } } as unknown as Pod
  const plugin = runtimeClass({ objects: classes })
  const request = write('CREATE', pods, { object })
  plugin.mutate?.(request)
  plugin.validate?.(request)
  return object.spec
}

test('pods get the overhead, the nodes and the tolerations of their runtime class', () => {
  const covered = { key: 'vm', operator: 'Equal', value: '1' }
  assert.deepEqual(admit({ runtimeClassName: 'heavy', nodeSelector: { a: 'b' }, tolerations: [covered] }), {
    containers: [],
    runtimeClassName: 'heavy',
    overhead: { cpu: '100m' },
    nodeSelector: { a: 'b', kind: 'vm' },
    tolerations: [{ key: 'vm', operator: 'Exists' }],
  })
  assert.deepEqual(admit({ runtimeClassName: 'plain' }), { containers: [], runtimeClassName: 'plain' })
})

const refused: readonly [spec: object, why: RegExp][] = [
  [{ runtimeClassName: 'none' }, /pods "p" is forbidden: pod rejected: RuntimeClass "none" not found/],
  [
    { runtimeClassName: 'heavy', overhead: { cpu: '1' } },
    /Pod's Overhead doesn't match RuntimeClass's defined Overhead/,
  ],
  [{ overhead: { cpu: '1' } }, /Pod Overhead set without corresponding RuntimeClass defined Overhead/],
  [
    { runtimeClassName: 'heavy', nodeSelector: { kind: 'bare' } },
    /conflict: runtimeClass.scheduling.nodeSelector\[kind\] = vm; pod.spec.nodeSelector\[kind\] = bare/,
  ],
]
for (const [spec, why] of refused)
  test(`a pod that does not go with its runtime class: ${why.source}`, () => {
    assert.throws(() => admit(spec), why)
  })
