import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Served, startServed } from '../../crd/crd.test-suite.ts'

const group = 'admissionregistration.k8s.io'
let served: Served
let count = 0

before(async () => {
  served = await startServed()
})
after(() => served.stop())

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of all kinds
type Body = any

const post = async (kind: string, object: object): Promise<Body> => {
  const plural = kind.endsWith('Policy') ? `${kind.slice(0, -1)}ies` : `${kind}s`
  const answer = await served.ask('POST', `/apis/${group}/v1/${plural.toLowerCase()}`, {
    apiVersion: `${group}/v1`,
    kind,
    ...object,
  })
  return answer
}

const configMaps = (operations = ['CREATE', 'UPDATE']) => ({
  resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations, resources: ['configmaps'] }],
})

/** A namespace that the policies of one test are about. */
async function space(): Promise<string> {
  const name = `space-${++count}`
  await served.ask('POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { space: name } },
  })
  return name
}

const here = (namespace: string) => ({ namespaceSelector: { matchLabels: { space: namespace } } })

async function validating(
  namespace: string,
  spec: object,
  binding: object = {},
  match: object = configMaps(),
): Promise<void> {
  const name = `policy-${namespace}`
  const made = await post('ValidatingAdmissionPolicy', {
    metadata: { name },
    spec: { matchConstraints: match, ...spec },
  })
  assert.equal(made.status, 201, JSON.stringify(made.object))
  const bound = await post('ValidatingAdmissionPolicyBinding', {
    metadata: { name: `binding-${namespace}` },
    spec: { policyName: name, validationActions: ['Deny'], matchResources: here(namespace), ...binding },
  })
  assert.equal(bound.status, 201, JSON.stringify(bound.object))
}

async function mutating(namespace: string, mutations: object[], more: object = {}): Promise<void> {
  const name = `policy-${namespace}`
  const made = await post('MutatingAdmissionPolicy', {
    metadata: { name },
    spec: { matchConstraints: configMaps(), reinvocationPolicy: 'Never', mutations, ...more },
  })
  assert.equal(made.status, 201, JSON.stringify(made.object))
  const bound = await post('MutatingAdmissionPolicyBinding', {
    metadata: { name: `binding-${namespace}` },
    spec: { policyName: name, matchResources: here(namespace) },
  })
  assert.equal(bound.status, 201, JSON.stringify(bound.object))
}

const create = (namespace: string, data: object = {}, metadata: object = {}): Promise<Body> =>
  served.ask('POST', `/api/v1/namespaces/${namespace}/configmaps`, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', ...metadata },
    data,
  })

const refusedBy = (namespace: string, message: string): string =>
  `configmaps "c" is forbidden: ValidatingAdmissionPolicy 'policy-${namespace}' with binding 'binding-${namespace}' denied request: ${message}`

const refusals: readonly [what: string, spec: object, data: object, code: number, reason: string, message: string][] = [
  [
    'the expression, where nothing else is said',
    { validations: [{ expression: 'has(object.data.a)' }] },
    { b: '1' },
    422,
    'Invalid',
    'failed expression: has(object.data.a)',
  ],
  ['the message', { validations: [{ expression: 'false', message: 'No.' }] }, {}, 422, 'Invalid', 'No.'],
  [
    'what the message expression makes',
    { validations: [{ expression: 'false', message: 'No.', messageExpression: "'not ' + object.data.a" }] },
    { a: 'this' },
    422,
    'Invalid',
    'not this',
  ],
  [
    'the message, when the expression for it fails',
    { validations: [{ expression: 'false', message: 'No.', messageExpression: "'not ' + object.data.b" }] },
    { a: 'this' },
    422,
    'Invalid',
    'No.',
  ],
  [
    'its reason',
    { validations: [{ expression: 'false', message: 'No.', reason: 'Forbidden' }] },
    {},
    403,
    'Forbidden',
    'No.',
  ],
  [
    'Unauthorized',
    { validations: [{ expression: 'false', message: 'No.', reason: 'Unauthorized' }] },
    {},
    401,
    'Unauthorized',
    'No.',
  ],
  [
    'why it failed',
    { validations: [{ expression: "object.data.missing == 'x'" }] },
    { a: 'b' },
    422,
    'Invalid',
    "expression 'object.data.missing == 'x'' resulted in error: no such key: missing",
  ],
  [
    'why a condition failed',
    {
      validations: [{ expression: 'true' }],
      matchConditions: [{ name: 'c', expression: "object.data.missing == 'x'" }],
    },
    { a: 'b' },
    422,
    'Invalid',
    "expression 'object.data.missing == 'x'' resulted in error: no such key: missing",
  ],
  [
    'what variables make',
    {
      variables: [
        { name: 'size', expression: 'object.data.size()' },
        { name: 'much', expression: 'variables.size > 1' },
      ],
      validations: [{ expression: '!variables.much', messageExpression: "string(variables.size) + ' are too many'" }],
    },
    { a: '1', b: '2' },
    422,
    'Invalid',
    '2 are too many',
  ],
  [
    'that it costs too much',
    { validations: [{ expression: 'lists.range(1000).map(i, lists.range(1000).map(j, i * j)).size() > 0' }] },
    {},
    422,
    'Invalid',
    "expression 'lists.range(1000).map(i, lists.range(1000).map(j, i * j)).size() > 0' resulted in error: operation cancelled: actual cost limit exceeded",
  ],
  [
    'what the authorizer says',
    { validations: [{ expression: "!authorizer.requestResource.check('create').allowed()", message: 'You may.' }] },
    {},
    422,
    'Invalid',
    'You may.',
  ],
  [
    'what the namespace is',
    {
      validations: [
        {
          expression: "namespaceObject.metadata.name == 'other'",
          messageExpression:
            "request.operation + ' in ' + request.namespace.split('-')[0] + ' by ' + request.userInfo.username.split(':')[0]",
        },
      ],
    },
    {},
    422,
    'Invalid',
    'CREATE in space by admin',
  ],
]

for (const [what, spec, data, code, reason, message] of refusals)
  test(`a write that a policy refuses is told ${what}`, async () => {
    const namespace = await space()
    await validating(namespace, spec)
    const { status, object } = await create(namespace, data)
    assert.deepEqual([status, object.reason, object.message], [code, reason, refusedBy(namespace, message)])
    assert.deepEqual(object.details.causes, [{ message: refusedBy(namespace, message).replace(/^.*forbidden: /, '') }])
  })

const admitted: readonly [what: string, spec: object, binding: object, match?: object][] = [
  ['what holds', { validations: [{ expression: "object.metadata.name == 'c'" }] }, {}],
  [
    'failures that are ignored',
    { failurePolicy: 'Ignore', validations: [{ expression: 'object.data.none == 1' }] },
    {},
  ],
  [
    'what a condition leaves out',
    {
      validations: [{ expression: 'false' }],
      matchConditions: [{ name: 'c', expression: "object.metadata.name == 'other'" }],
    },
    {},
  ],
  ['other operations', { validations: [{ expression: 'false' }] }, {}, configMaps(['DELETE'])],
  [
    'what is excluded',
    { validations: [{ expression: 'false' }] },
    {},
    { ...configMaps(), excludeResourceRules: configMaps().resourceRules },
  ],
  [
    'objects with other labels',
    { validations: [{ expression: 'false' }] },
    {},
    { ...configMaps(), objectSelector: { matchLabels: { a: 'b' } } },
  ],
  [
    'names that are not meant',
    { validations: [{ expression: 'false' }] },
    {},
    { resourceRules: [{ ...configMaps().resourceRules[0], resourceNames: ['other'] }] },
  ],
]

for (const [what, spec, binding, match] of admitted)
  test(`a policy lets in ${what}`, async () => {
    const namespace = await space()
    await validating(namespace, spec, binding, match)
    assert.equal((await create(namespace, { a: 'b' })).status, 201)
  })

test('Warn lets a write in, with a warning', async () => {
  const namespace = await space()
  await validating(
    namespace,
    { validations: [{ expression: 'false', message: 'Better not.' }] },
    { validationActions: ['Warn', 'Audit'] },
  )
  const { status, warnings } = await create(namespace)
  assert.equal(status, 201)
  assert.deepEqual(warnings, [
    `Validation failed for ValidatingAdmissionPolicy 'policy-${namespace}' with binding 'binding-${namespace}': Better not.`,
  ])
})

test('parameters are found by name, each by its labels, and missed as the binding says', async () => {
  const namespace = await space()
  const params = { paramKind: { apiVersion: 'v1', kind: 'ConfigMap' } }
  const spec = { ...params, validations: [{ expression: 'object.data.size() <= int(params.data.most)' }] }
  await validating(namespace, spec, {
    paramRef: { selector: { matchLabels: { limits: 'yes' } }, parameterNotFoundAction: 'Deny' },
  })
  const missed = await create(namespace, { a: '1', b: '2' })
  const why = 'failed to configure binding: no params found for policy binding with `Deny` parameterNotFoundAction'
  assert.equal(missed.object.message, refusedBy(namespace, why))
})

test('an ApplyConfiguration is merged into what is written', async () => {
  const namespace = await space()
  await mutating(
    namespace,
    [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: {
          expression: `Object{metadata: Object.metadata{labels: {"by": request.operation}}, data: {"added": string(variables.n)}}`,
        },
      },
    ],
    { variables: [{ name: 'n', expression: 'object.data.size()' }] },
  )
  const { object } = await create(namespace, { a: '1' }, { labels: { own: 'x' } })
  assert.deepEqual(
    [object.metadata.labels, object.data],
    [
      { own: 'x', by: 'CREATE' },
      { a: '1', added: '1' },
    ],
  )
})

test('a JSONPatch is carried out on what is written', async () => {
  const namespace = await space()
  const expression = `[
    JSONPatch{op: "test", path: "/data/a", value: "1"},
    JSONPatch{op: "replace", path: "/data/a", value: object.data.a + "!"},
    JSONPatch{op: "add", path: "/metadata/labels/" + jsonpatch.escapeKey("x/y"), value: string(object.data.size())},
  ]`
  await mutating(namespace, [{ patchType: 'JSONPatch', jsonPatch: { expression } }])
  const { object } = await create(namespace, { a: '1' }, { labels: { own: 'x' } })
  assert.deepEqual([object.data, object.metadata.labels], [{ a: '1!' }, { own: 'x', 'x/y': '1' }])
})

test('a mutation that fails refuses the write', async () => {
  const namespace = await space()
  await mutating(namespace, [
    { patchType: 'JSONPatch', jsonPatch: { expression: '[JSONPatch{op: "remove", path: "/data/none"}]' } },
  ])
  const { status, object } = await create(namespace, { a: '1' })
  assert.equal(status, 403)
  assert.match(
    object.message,
    new RegExp(`^policy 'policy-${namespace}' with binding 'binding-${namespace}' denied request: JSON Patch: `),
  )
})

test('a configuration whose parts are typed wrongly refuses the write', async () => {
  const namespace = await space()
  await mutating(namespace, [
    {
      patchType: 'ApplyConfiguration',
      applyConfiguration: { expression: 'Object{metadata: Object.wrong{name: "x"}}' },
    },
  ])
  const { object } = await create(namespace)
  const why =
    'type mismatch: unexpected type name "Object.wrong", expected "Object.metadata", which matches field name path from root Object type'
  assert.equal(
    object.message,
    `policy 'policy-${namespace}' with binding 'binding-${namespace}' denied request: ${why}`,
  )
})

const invalid: readonly [what: string, spec: object, causes: [field: string, message: string][]][] = [
  [
    'expressions that do not compile',
    { matchConstraints: configMaps(), validations: [{ expression: 'object.x > missing' }] },
    [
      [
        'spec.validations[0].expression',
        `Invalid value: "object.x > missing": compilation failed: ERROR: <input>:1:12: undeclared reference to 'missing' (in container '')\n | object.x > missing\n | ...........^`,
      ],
    ],
  ],
  [
    'expressions of another type',
    { matchConstraints: configMaps(), validations: [{ expression: '1' }] },
    [['spec.validations[0].expression', 'Invalid value: "1": must evaluate to bool but got int']],
  ],
  [
    'nothing at all',
    {},
    [
      ['spec.matchConstraints', 'Required value'],
      ['spec.validations', 'Required value: validations or auditAnnotations must contain at least one item'],
      ['spec.auditAnnotations', 'Required value: validations or auditAnnotations must contain at least one item'],
    ],
  ],
  [
    'params without a kind of them',
    { matchConstraints: configMaps(), validations: [{ expression: 'params.x' }] },
    [
      [
        'spec.validations[0].expression',
        `Invalid value: "params.x": compilation failed: ERROR: <input>:1:1: undeclared reference to 'params' (in container '')\n | params.x\n | ^`,
      ],
    ],
  ],
  [
    'variables that are not there',
    {
      matchConstraints: configMaps(),
      variables: [{ name: 'a', expression: '1' }],
      validations: [{ expression: 'variables.a > variables.b' }],
    },
    [
      [
        'spec.validations[0].expression',
        `Invalid value: "variables.a > variables.b": compilation failed: ERROR: <input>:1:24: undefined field 'b'\n | variables.a > variables.b\n | .......................^`,
      ],
    ],
  ],
]

for (const [what, spec, causes] of invalid)
  test(`a policy of ${what} is refused`, async () => {
    const { status, object } = await post('ValidatingAdmissionPolicy', { metadata: { name: 'refused' }, spec })
    assert.equal(status, 422)
    assert.deepEqual(
      object.details.causes.map(({ field, message }: { field: string; message: string }) => [field, message]),
      causes,
    )
  })

test('who may not read the parameters of a policy cannot make one', async () => {
  const user = { name: 'writer', groups: ['writers'] }
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' }
  const rules = [{ apiGroups: [group], resources: ['*'], verbs: ['*'] }]
  await served.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterroles', {
    ...rbac,
    kind: 'ClusterRole',
    metadata: { name: 'writer' },
    rules,
  })
  await served.ask('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    ...rbac,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'writer' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'writer' },
    subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'writer' }],
  })
  const object = {
    apiVersion: `${group}/v1`,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'curious' },
    spec: {
      paramKind: { apiVersion: 'v1', kind: 'Secret' },
      matchConstraints: configMaps(),
      validations: [{ expression: 'true' }],
    },
  }
  const path = `/apis/${group}/v1/validatingadmissionpolicies`
  await assert.rejects(served.cluster.connect(user).request({ method: 'POST', path, object }), (error: Error) => {
    const why =
      'user &{writer  [writers system:authenticated] map[]} must have "get" permission on all objects of the referenced paramKind (kind=Secret, apiVersion=v1)'
    assert.equal(
      error.message.replace(' system:authenticated', ''),
      `ValidatingAdmissionPolicy.${group} "curious" is invalid: spec.paramKind: Forbidden: ${why.replace(' system:authenticated', '')}`,
    )
    return true
  })
})

test('parameters may be custom objects, in the namespace of the write', async () => {
  await served.define({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'limits.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'limits', singular: 'limit', kind: 'Limit', listKind: 'LimitList' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', properties: { most: { type: 'integer' } } } },
        },
      ],
    },
  })
  const namespace = await space()
  const spec = {
    paramKind: { apiVersion: 'example.com/v1', kind: 'Limit' },
    validations: [
      { expression: 'object.data.size() <= params.most', messageExpression: "'at most ' + string(params.most)" },
    ],
  }
  await validating(namespace, spec, { paramRef: { name: 'l', parameterNotFoundAction: 'Allow' } })
  const unlimited = await create(namespace, { a: '1', b: '2' }, { name: 'before' })
  assert.equal(unlimited.status, 201, JSON.stringify(unlimited.object))
  const limit = { apiVersion: 'example.com/v1', kind: 'Limit', metadata: { name: 'l' }, most: 1 }
  assert.equal((await served.ask('POST', `/apis/example.com/v1/namespaces/${namespace}/limits`, limit)).status, 201)
  const little = await create(namespace, { a: '1' }, { name: 'little' })
  assert.equal(little.status, 201, JSON.stringify(little.object))
  assert.equal((await create(namespace, { a: '1', b: '2' })).object.message, refusedBy(namespace, 'at most 1'))
})

test('a rule for one version means writes through others, unless Exact', async () => {
  for (const [matchPolicy, status] of [
    ['Equivalent', 422],
    ['Exact', 201],
  ] as const) {
    const namespace = await space()
    const rules = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['*'], resources: ['deployments'] }]
    const expression = "object.apiVersion == 'apps/v1' && request.requestKind.group == 'never'"
    const messageExpression = "request.requestKind.group + ' as ' + request.kind.group"
    await validating(
      namespace,
      { validations: [{ expression, messageExpression }] },
      {},
      { resourceRules: rules, matchPolicy },
    )
    const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
    const answer = await served.ask('POST', `/apis/extensions/v1beta1/namespaces/${namespace}/deployments`, {
      apiVersion: 'extensions/v1beta1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { template },
    })
    assert.equal(answer.status, status, JSON.stringify(answer.object))
    if (status === 422) assert.match(answer.object.message, /denied request: extensions as apps$/)
  }
})

test('a deployment is changed as upstream shows it: labels and annotations are applied', async () => {
  const namespace = await space()
  const rules = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }]
  const expression = `Object{
    metadata: Object.metadata{annotations: {"my-foo-annotation": "myAnnotationValue"}},
    spec: Object.spec{
      template: Object.spec.template{spec: Object.spec.template.spec{containers: [
        Object.spec.template.spec.containers{name: "c", image: "other"}
      ]}}
    }
  }`
  await mutating(namespace, [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }], {
    matchConstraints: { resourceRules: rules },
  })
  const { object } = await served.ask('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: {
          containers: [
            { name: 'c', image: 'one', command: ['x'] },
            { name: 'e', image: 'two' },
          ],
        },
      },
    },
  })
  assert.deepEqual(object.metadata.annotations, { 'my-foo-annotation': 'myAnnotationValue' })
  assert.deepEqual(
    object.spec.template.spec.containers.map(({ name, image, command }: Body) => [name, image, command]),
    [
      ['c', 'other', ['x']],
      ['e', 'two', undefined],
    ],
  )
})

test('a list that is one value cannot be applied to', async () => {
  const namespace = await space()
  const rules = [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['deployments'] }]
  const expression = `Object{spec: Object.spec{template: Object.spec.template{spec: Object.spec.template.spec{containers: [
    Object.spec.template.spec.containers{name: "c", args: ["a"]}
  ]}}}}`
  await mutating(namespace, [{ patchType: 'ApplyConfiguration', applyConfiguration: { expression } }], {
    matchConstraints: { resourceRules: rules },
  })
  const { object } = await served.ask('POST', `/apis/apps/v1/namespaces/${namespace}/deployments`, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'one' }] } },
    },
  })
  assert.match(
    object.message,
    /denied request: error applying patch: invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: \.spec\.template\.spec\.containers\[0\]\.args$/,
  )
})

test('policies that want it are carried out again after others changed the object', async () => {
  const namespace = await space()
  const count = (label: string, reinvocationPolicy: string, other: string): Promise<void> => {
    const name = `${label}-${namespace}`
    const expression = `[JSONPatch{op: "add", path: "/data/${label}", value: string(has(object.data.${label}) ? int(object.data.${label}) + 1 : 1)}]`
    const make = async (): Promise<void> => {
      const made = await post('MutatingAdmissionPolicy', {
        metadata: { name },
        spec: {
          matchConstraints: configMaps(),
          reinvocationPolicy,
          mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression } }],
        },
      })
      assert.equal(made.status, 201, JSON.stringify(made.object))
      await post('MutatingAdmissionPolicyBinding', {
        metadata: { name: `${name}-${other}` },
        spec: { policyName: name, matchResources: here(namespace) },
      })
    }
    return make()
  }
  await count('a', 'IfNeeded', 'x')
  await count('b', 'Never', 'x')
  const { object } = await create(namespace, { own: '1' })
  assert.deepEqual(object.data, { own: '1', a: '2', b: '1' })
})
