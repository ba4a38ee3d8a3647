import assert from 'node:assert/strict'
import { test } from 'node:test'
import { podOf } from './pod.test-suite.ts'
import { podWarnings } from './warnings.ts'

type Json = Record<string, unknown>
const one = (more: Json) => ({ containers: [{ name: 'main', image: 'nginx', ...more }] })

const cases: [name: string, spec: Json, expected: string[]][] = [
  ['nothing special', {}, []],
  [
    'a variable twice',
    one({
      env: [
        { name: 'A', value: '1' },
        { name: 'A', value: '$(A)2' },
        { name: 'A', value: '3' },
      ],
    }),
    ['spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply'],
  ],
  [
    'a port twice',
    one({ ports: [{ containerPort: 80 }, { containerPort: 80 }] }),
    ['spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]'],
  ],
  [
    'a port name twice',
    {
      containers: [
        { name: 'a', image: 'a', ports: [{ name: 'web', containerPort: 80 }] },
        { name: 'b', image: 'b', ports: [{ name: 'web', containerPort: 81 }] },
      ],
    },
    [
      'spec.containers[1].ports[0]: duplicate port name "web" with spec.containers[0].ports[0], services and probes that select ports by name will use spec.containers[0].ports[0]',
    ],
  ],
  [
    'parts of bytes',
    one({ resources: { limits: { memory: '100m' } } }),
    [
      'spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer',
      'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
    ],
  ],
  [
    'a volume that is no more',
    { volumes: [{ name: 'v', gitRepo: { repository: 'r' } }] },
    ['spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+'],
  ],
  [
    'pull secrets twice and without a name',
    { imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] },
    ['spec.imagePullSecrets[1].name: duplicate name "a"', 'spec.imagePullSecrets[2].name: invalid empty name ""'],
  ],
  [
    'spread of nothing',
    { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] },
    ['spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod'],
  ],
]

for (const [name, spec, expected] of cases)
  test(`warnings: ${name}`, () => assert.deepEqual(podWarnings(podOf(spec)), expected))

test('a name that is no label is no host name', () => {
  const [text = ''] = podWarnings(podOf({}, {}, { name: 'a.b' }))
  assert.equal(
    text,
    "metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]",
  )
})
