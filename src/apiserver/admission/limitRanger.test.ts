import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitRanges, type Pod, persistentVolumeClaims, pods } from '../../api/index.ts'
import { fixedObjects, write } from '../objects.test-suite.ts'
import { limitRanger } from './limitRanger.ts'

const range = (...limits: object[]) =>
  limitRanger({
    objects: fixedObjects().put(limitRanges, { metadata: { name: 'r', namespace: 'n' }, spec: { limits } } as never),
  })
const pod = (...resources: object[]) =>
  ({
    metadata: { name: 'p', namespace: 'n' },
    spec: { containers: resources.map((each, index) => ({ name: `c${index}`, resources: each })) },
    status: {},
  }) as unknown as Pod

test('what containers leave out is filled in, and noted', () => {
  const object = pod({}, { requests: { cpu: '1' }, limits: { cpu: '3', memory: '1Gi' } })
  const plugin = range({ type: 'Container', default: { cpu: '2' }, defaultRequest: { cpu: '500m', memory: '1Mi' } })
  plugin.mutate?.(write('CREATE', pods, { object }))
  assert.deepEqual(
    object.spec.containers.map(({ resources }) => resources),
    [
      { limits: { cpu: '2' }, requests: { cpu: '500m', memory: '1Mi' } },
      { requests: { cpu: '1', memory: '1Mi' }, limits: { cpu: '3', memory: '1Gi' } },
    ],
  )
  assert.deepEqual(object.metadata.annotations, {
    'kubernetes.io/limit-ranger':
      'LimitRanger plugin set: cpu, memory request for container c0; cpu limit for container c0; memory request for container c1',
  })
})

const cases: readonly [what: string, limit: object, resources: object[], wanted: string][] = [
  ['enough', { type: 'Container', min: { cpu: '1' } }, [{ requests: { cpu: '1' } }], ''],
  [
    'too little',
    { type: 'Container', min: { cpu: '1' } },
    [{ requests: { cpu: '500m' } }],
    'minimum cpu usage per Container is 1, but request is 500m',
  ],
  [
    'nothing said',
    { type: 'Container', min: { cpu: '1' }, max: { memory: '1Gi' } },
    [{}],
    '[minimum cpu usage per Container is 1.  No request is specified, maximum memory usage per Container is 1Gi.  No limit is specified]',
  ],
  [
    'too much in all',
    { type: 'Pod', max: { cpu: '1' } },
    [{ limits: { cpu: '600m' } }, { limits: { cpu: '600m' } }],
    'maximum cpu usage per Pod is 1, but limit is 1200m',
  ],
  [
    'too uneven',
    { type: 'Container', maxLimitRequestRatio: { cpu: '2' } },
    [{ requests: { cpu: '1' }, limits: { cpu: '3' } }],
    'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
  ],
]
for (const [what, limit, resources, wanted] of cases)
  test(`limits of pods: ${what}`, () => {
    let said = ''
    try {
      range(limit).validate?.(write('CREATE', pods, { object: pod(...resources) }))
    } catch (error) {
      said = (error as Error).message
    }
    assert.equal(said, wanted && `pods "p" is forbidden: ${wanted}`)
  })

test('claims are limited, updates of pods are not', () => {
  const claim = {
    metadata: { name: 'c', namespace: 'n' },
    spec: { resources: { requests: { storage: '2Gi' } } },
  }
  const plugin = range({ type: 'PersistentVolumeClaim', max: { storage: '1Gi' } }, { type: 'Pod', min: { cpu: '1' } })
  assert.throws(() => plugin.validate?.(write('CREATE', persistentVolumeClaims, { object: claim })), {
    message:
      'persistentvolumeclaims "c" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
  })
  plugin.validate?.(write('UPDATE', pods, { object: pod({}), old: pod({}) }))
})
