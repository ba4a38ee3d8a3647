import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deployments, namespaces, type Pod, pods } from '../../../api/index.ts'
import { is } from '../../../api/meta/statusError.ts'
import type { Draft } from '../../../schema/types.ts'
import { fixedObjects, write } from '../../objects.test-suite.ts'
import { podSecurity } from './index.ts'

const label = 'pod-security.kubernetes.io'
const namespace = (labels: Record<string, string>) => ({ metadata: { name: 'n', labels } })
const pod = (privileged: boolean, name = 'p', image = 'i') => ({
  metadata: { name, namespace: 'n' },
  spec: { containers: [{ name: 'c', image, securityContext: { privileged } }] },
})
const broken = 'privileged (container "c" must not set securityContext.privileged=true)'

/** What comes of a write into a namespace with these labels: warnings, and why it is refused. */
function outcome(
  labels: Record<string, string>,
  ...[operation, resource, options]: Parameters<typeof write>
): { warnings: string[]; refused?: string } {
  const warnings: string[] = []
  const objects = fixedObjects().put(namespaces, namespace(labels))
  const stored: Draft<Pod>[] = [pod(true, 'b'), pod(true, 'a'), pod(false, 'c')]
  objects.put(pods, ...stored)
  try {
    podSecurity({ objects }).validate?.(
      write(operation, resource, { ...options, warn: (text: string) => void warnings.push(text) }),
    )
    return { warnings }
  } catch (error) {
    return { warnings, refused: (error as Error).message }
  }
}

const enforced = { [`${label}/enforce`]: 'baseline' }
const cases: readonly [what: string, asked: Parameters<typeof outcome>, wanted: ReturnType<typeof outcome>][] = [
  ['lets anything in without labels', [{}, 'CREATE', pods, { object: pod(true) }], { warnings: [] }],
  [
    'refuses a pod',
    [enforced, 'CREATE', pods, { object: pod(true) }],
    { warnings: [], refused: `pods "p" is forbidden: violates PodSecurity "baseline:latest": ${broken}` },
  ],
  ['lets a good pod in', [enforced, 'CREATE', pods, { object: pod(false) }], { warnings: [] }],
  [
    'warns of a pod',
    [{ [`${label}/warn`]: 'baseline' }, 'CREATE', pods, { object: pod(true) }],
    { warnings: [`would violate PodSecurity "baseline:latest": ${broken}`] },
  ],
  [
    'warns of what makes pods, and refuses it not',
    [
      enforced,
      'CREATE',
      deployments,
      { object: { metadata: { name: 'd', namespace: 'n' }, spec: { template: pod(true) } } },
    ],
    { warnings: [`would violate PodSecurity "baseline:latest": ${broken}`] },
  ],
  [
    'leaves an update alone that changes no image',
    [enforced, 'UPDATE', pods, { object: pod(true), old: pod(true) }],
    { warnings: [] },
  ],
  [
    'looks at an update of an image',
    [enforced, 'UPDATE', pods, { object: pod(true, 'p', 'j'), old: pod(true) }],
    { warnings: [], refused: `pods "p" is forbidden: violates PodSecurity "baseline:latest": ${broken}` },
  ],
  [
    'does not look at the status of a pod',
    [enforced, 'UPDATE', pods, { object: pod(true, 'p', 'j'), old: pod(true), subresource: 'status' }],
    { warnings: [] },
  ],
  [
    'tells a namespace which of its pods break a new level',
    [{}, 'UPDATE', namespaces, { object: namespace(enforced), old: namespace({}) }],
    {
      warnings: [
        'existing pods in namespace "n" violate the new PodSecurity enforce level "baseline:latest"',
        'a (and 1 other pod): privileged',
      ],
    },
  ],
  [
    'says nothing of a level that is relaxed',
    [{}, 'UPDATE', namespaces, { object: namespace(enforced), old: namespace({ [`${label}/enforce`]: 'restricted' }) }],
    { warnings: [] },
  ],
  [
    'refuses labels that make no sense',
    [{}, 'CREATE', namespaces, { object: namespace({ [`${label}/enforce`]: 'strict' }) }],
    {
      warnings: [],
      refused: `Namespace "n" is invalid: metadata.labels[${label}/enforce]: Invalid value: "strict": must be one of privileged, baseline, restricted`,
    },
  ],
  [
    'leaves labels alone that made no sense before',
    [
      {},
      'UPDATE',
      namespaces,
      { object: namespace({ [`${label}/warn`]: 'x' }), old: namespace({ [`${label}/warn`]: 'x' }) },
    ],
    { warnings: [] },
  ],
]
for (const [what, asked, wanted] of cases)
  test(`pod security ${what}`, () => assert.deepEqual(outcome(...asked), wanted))

test('a refusal is a 403', () => {
  const objects = fixedObjects().put(namespaces, namespace(enforced))
  assert.throws(
    () => podSecurity({ objects }).validate?.(write('CREATE', pods, { object: pod(true) })),
    error => is(error, 'Forbidden'),
  )
})
