import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ValidatingAdmissionPolicy, validatingAdmissionPolicies } from '../../api/index.ts'
import { startCluster } from '../../testing/cluster.ts'
import { eventually } from '../../testing/eventually.ts'
import { expressionWarnings } from './check.ts'
import { policystatus } from './index.ts'
import { kindsOf } from './kinds.ts'

const policy = (spec: object): ValidatingAdmissionPolicy =>
  ({
    metadata: { name: 'p' },
    spec: {
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            operations: ['CREATE'],
            resources: ['deployments', 'replicasets'],
          },
        ],
      },
      ...spec,
    },
    status: {},
  }) as ValidatingAdmissionPolicy

const definition = {
  metadata: { name: 'crontabs.example.com' },
  spec: {
    group: 'example.com',
    names: { kind: 'CronTab', plural: 'crontabs' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', properties: { n: { type: 'integer' } } } },
          },
        },
      },
    ],
  },
  status: {},
} as never

const of = (spec: object) =>
  expressionWarnings(
    policy(spec),
    kindsOf(() => [definition]),
  )
const custom = {
  resourceRules: [{ apiGroups: ['example.com'], apiVersions: ['v1'], operations: ['*'], resources: ['crontabs'] }],
}

const cases: readonly [what: string, spec: object, warnings: [field: string, warning: string][]][] = [
  ['fields that are there', { validations: [{ expression: 'object.spec.replicas > 1' }] }, []],
  [
    'labels and quantities',
    {
      validations: [
        {
          expression:
            "object.metadata.labels['a'] == 'b' && object.spec.template.spec.containers.all(c, c.resources.requests['cpu'] == '1')",
        },
      ],
    },
    [],
  ],
  [
    'fields that are not, for each kind',
    { validations: [{ expression: 'object.spec.replicas > 1' }, { expression: 'object.spec.replicas > object.foo' }] },
    [
      [
        'spec.validations[1].expression',
        [
          "apps/v1, Kind=Deployment: ERROR: <input>:1:30: undefined field 'foo'\n | object.spec.replicas > object.foo\n | .............................^\n",
          "apps/v1, Kind=ReplicaSet: ERROR: <input>:1:30: undefined field 'foo'\n | object.spec.replicas > object.foo\n | .............................^\n",
        ].join('\n'),
      ],
    ],
  ],
  [
    'values of another type, in messages too',
    {
      validations: [{ expression: "object.spec.replicas > '1'", messageExpression: "'a' + object.spec.replicas" }],
      matchConstraints: {
        resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['*'], resources: ['deployments'] }],
      },
    },
    [
      [
        'spec.validations[0].expression',
        "apps/v1, Kind=Deployment: ERROR: <input>:1:22: found no matching overload for '_>_' applied to '(int, string)'\n | object.spec.replicas > '1'\n | .....................^\n",
      ],
      [
        'spec.validations[0].messageExpression',
        "apps/v1, Kind=Deployment: ERROR: <input>:1:5: found no matching overload for '_+_' applied to '(string, int)'\n | 'a' + object.spec.replicas\n | ....^\n",
      ],
    ],
  ],
  [
    'custom kinds',
    { validations: [{ expression: 'object.spec.n > 1 && object.metadata.name != "x"' }], matchConstraints: custom },
    [],
  ],
  [
    'fields that a custom kind does not have',
    { validations: [{ expression: 'object.spec.m > 1' }], matchConstraints: custom },
    [
      [
        'spec.validations[0].expression',
        "example.com/v1, Kind=CronTab: ERROR: <input>:1:12: undefined field 'm'\n | object.spec.m > 1\n | ...........^\n",
      ],
    ],
  ],
  [
    'wildcards',
    {
      validations: [{ expression: 'object.foo' }],
      matchConstraints: {
        resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*'] }],
      },
    },
    [],
  ],
]

for (const [what, spec, warnings] of cases)
  test(`a policy is held against the types of its kinds: ${what}`, () => {
    assert.deepEqual(
      of(spec).map(({ fieldRef, warning }) => [fieldRef, warning]),
      warnings,
    )
  })

test('the status of a policy tells what was found', async () => {
  const cluster = await startCluster({ nodes: 0, scheduler: false, controllers: [policystatus] })
  try {
    const client = cluster.client.of(validatingAdmissionPolicies)
    await client.create(policy({ validations: [{ expression: 'object.foo == 1' }] }))
    const { status } = await eventually(async () => {
      const found = await client.get('p')
      return found.status.typeChecking ? found : undefined
    })
    assert.equal(status.observedGeneration, 1)
    assert.equal(status.typeChecking?.expressionWarnings?.length, 1)
  } finally {
    await cluster.stop()
  }
})
