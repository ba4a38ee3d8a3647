import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromJson } from '../../schema/codec/json.ts'
import { applyDefaults } from '../../schema/derive/defaults.ts'
import { cells, write } from '../../testing/writes.ts'
import { flowSchemas } from './flowSchema.ts'
import { mandatoryLevels, mandatorySchemas } from './mandatory.ts'
import { priorityLevelConfigurations } from './priorityLevelConfiguration.ts'

const subjects = [{ kind: 'User', user: { name: 'u' } }]
const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'], namespaces: ['*'] }
const schema = (spec: object, name = 's') => ({
  metadata: { name },
  spec: { priorityLevelConfiguration: { name: 'l' }, ...spec },
})
const ruled = (rule: object) => schema({ rules: [{ subjects, resourceRules: [everything], ...rule }] })
const rule = 'spec.rules[0]'

test('a flow schema is checked as a whole', () => {
  const cases: [manifest: object, errors: string[]][] = [
    [schema({}), []],
    [
      schema({ matchingPrecedence: -1, distinguisherMethod: { type: 'ByLuck' }, priorityLevelConfiguration: {} }),
      [
        'spec.matchingPrecedence: Invalid value: -1: must be a positive value',
        'spec.distinguisherMethod.type: Unsupported value: {"type":"ByLuck"}: supported values: "ByNamespace", "ByUser"',
        'spec.priorityLevelConfiguration.name: Required value: must reference a priority level',
      ],
    ],
    [
      schema({ matchingPrecedence: 10_001 }),
      ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
    ],
    [
      schema({ matchingPrecedence: 1 }),
      ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1"],
    ],
    [
      schema({ rules: [{ subjects: [] }] }),
      [
        `${rule}.subjects: Required value: subjects must contain at least one value`,
        `${rule}: Required value: at least one of resourceRules and nonResourceRules has to be non-empty`,
      ],
    ],
    [
      ruled({
        subjects: [
          { kind: 'Robot' },
          { kind: 'User', group: { name: 'g' } },
          { kind: 'Group', group: { name: '' } },
          { kind: 'ServiceAccount', serviceAccount: { name: '*', namespace: '' } },
          { kind: 'ServiceAccount', serviceAccount: { name: 'a', namespace: 'b.c' }, user: { name: 'u' } },
        ],
      }),
      [
        `${rule}.subjects[0].kind: Unsupported value: "Robot": supported values: "Group", "ServiceAccount", "User"`,
        `${rule}.subjects[1].user: Required value: user is required when subject kind is 'User'`,
        `${rule}.subjects[1].group: Forbidden: group is forbidden when subject kind is not 'Group'`,
        `${rule}.subjects[2].group.name: Required value`,
        `${rule}.subjects[3].serviceAccount.namespace: Required value: must specify namespace for service account`,
        `${rule}.subjects[4].serviceAccount.namespace: Invalid value: "b.c": must not contain dots`,
        `${rule}.subjects[4].user: Forbidden: user is forbidden when subject kind is not 'User'`,
      ],
    ],
    [
      ruled({
        resourceRules: [
          { verbs: [], apiGroups: [], resources: [] },
          { verbs: ['get', '*'], apiGroups: ['a', '*'], resources: ['b', '*'], namespaces: ['c', '*'] },
          { verbs: ['fly'], apiGroups: ['a'], resources: ['b'], namespaces: ['a.b'] },
        ],
      }),
      [
        `${rule}.resourceRules[0].verbs: Required value: verbs must contain at least one value`,
        `${rule}.resourceRules[0].apiGroups: Required value: resource rules must supply at least one api group`,
        `${rule}.resourceRules[0].resources: Required value: resource rules must supply at least one resource`,
        `${rule}.resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace`,
        `${rule}.resourceRules[1].verbs: Invalid value: ["get","*"]: if '*' is present, must not specify other verbs`,
        `${rule}.resourceRules[1].apiGroups: Invalid value: ["a","*"]: if '*' is present, must not specify other api groups`,
        `${rule}.resourceRules[1].resources: Invalid value: ["b","*"]: if '*' is present, must not specify other resources`,
        `${rule}.resourceRules[1].namespaces: Invalid value: ["c","*"]: if '*' is present, must not specify other namespaces`,
        `${rule}.resourceRules[2].verbs: Unsupported value: ["fly"]: supported values: "create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch"`,
        `${rule}.resourceRules[2].namespaces[0]: Invalid value: "a.b": each member of this list must be '*' or a DNS-1123 label; must not contain dots`,
      ],
    ],
    [
      ruled({
        nonResourceRules: [
          { verbs: ['get'], nonResourceURLs: ['/', '/a/*', '', 'a', '/a b', '/a//b', '/a*', '/*/a'] },
          { verbs: ['*'], nonResourceURLs: [] },
        ],
      }),
      [
        `${rule}.nonResourceRules[0].nonResourceURLs[2]: Invalid value: "": must not be empty`,
        `${rule}.nonResourceRules[0].nonResourceURLs[3]: Invalid value: "a": must start with slash`,
        `${rule}.nonResourceRules[0].nonResourceURLs[4]: Invalid value: "/a b": must not contain white-space`,
        `${rule}.nonResourceRules[0].nonResourceURLs[5]: Invalid value: "/a//b": must not contain double slash`,
        `${rule}.nonResourceRules[0].nonResourceURLs[6]: Invalid value: "/a*": wildcard can only do suffix matching`,
        `${rule}.nonResourceRules[0].nonResourceURLs[7]: Invalid value: "/*/a": wildcard can only do suffix matching`,
        `${rule}.nonResourceRules[1].nonResourceURLs: Required value: nonResourceURLs must contain at least one value`,
      ],
    ],
  ]
  for (const [manifest, errors] of cases)
    assert.deepEqual(write(flowSchemas, manifest).errors, errors, JSON.stringify(manifest))
})

const level = (spec: object, metadata: object = { name: 'l' }) => ({ metadata, spec })
const limited = (more: object) => level({ type: 'Limited', limited: { limitResponse: { type: 'Reject' }, ...more } })
const queuing = (more: object) => limited({ limitResponse: { type: 'Queue', queuing: more } })

test('a priority level is checked as a whole', () => {
  const at = 'spec.limited.limitResponse'
  const cases: [manifest: object, errors: string[]][] = [
    [limited({}), []],
    [queuing({}), []],
    [level({ type: 'Some' }), ['spec.type: Unsupported value: "Some": supported values: "Exempt", "Limited"']],
    [
      level({ type: 'Exempt', limited: {} }),
      [
        "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
        'spec.limited: Forbidden: must be nil if the type is not Limited',
      ],
    ],
    [
      level({ type: 'Limited', exempt: {} }),
      [
        'spec.exempt: Forbidden: must be nil if the type is Limited',
        'spec.limited: Required value: must not be empty when type is Limited',
      ],
    ],
    [
      limited({ nominalConcurrencyShares: -1, lendablePercent: 101, borrowingLimitPercent: -1 }),
      [
        'spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer',
        'spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive',
        'spec.limited.borrowingLimitPercent: Invalid value: -1: if specified, must be a non-negative integer',
      ],
    ],
    [
      limited({ limitResponse: { type: 'Drop' } }),
      [`${at}.type: Unsupported value: "Drop": supported values: "Queue", "Reject"`],
    ],
    [
      limited({ limitResponse: { type: 'Reject', queuing: {} } }),
      [`${at}.queuing: Forbidden: must be nil if limited.limitResponse.type is not Limited`],
    ],
    [
      limited({ limitResponse: { type: 'Queue' } }),
      [`${at}.queuing: Required value: must not be empty if limited.limitResponse.type is Limited`],
    ],
    [
      queuing({ queues: -1, handSize: -1, queueLengthLimit: -1 }),
      [
        `${at}.queuing.queueLengthLimit: Invalid value: -1: must be positive`,
        `${at}.queuing.queues: Invalid value: -1: must be positive`,
        `${at}.queuing.handSize: Invalid value: -1: must be positive`,
      ],
    ],
    [
      queuing({ queues: 4, handSize: 5 }),
      [`${at}.queuing.handSize: Invalid value: 5: should not be greater than queues (4)`],
    ],
    [
      queuing({ queues: 10_000_001, handSize: 3 }),
      [
        `${at}.queuing.queues: Invalid value: 10000001: must not be greater than 10000000`,
        `${at}.queuing.handSize: Invalid value: 3: required entropy bits of deckSize 10000001 and handSize 3 should not be greater than 60`,
      ],
    ],
    [
      level(
        { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
        { name: 'l', annotations: { 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares': '' } },
      ),
      [
        "metadata.annotations: Forbidden: annotation 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares' is forbidden",
      ],
    ],
  ]
  for (const [manifest, errors] of cases)
    assert.deepEqual(write(priorityLevelConfigurations, manifest).errors, errors, JSON.stringify(manifest))
})

test('what no server can do without stays as it is', () => {
  for (const [name, spec] of Object.entries(mandatorySchemas)) {
    assert.deepEqual(write(flowSchemas, { metadata: { name }, spec }).errors, [])
    const [error = ''] = write(flowSchemas, { metadata: { name }, spec: { ...spec, rules: [] } }).errors
    assert.match(error, new RegExp(`^spec: Invalid value: .*: spec of '${name}' must equal the fixed value$`))
  }
  for (const [name, spec] of Object.entries(mandatoryLevels))
    assert.deepEqual(write(priorityLevelConfigurations, { metadata: { name }, spec }).errors, [])
  const lending = { type: 'Exempt', exempt: { nominalConcurrencyShares: 5, lendablePercent: 50 } }
  assert.deepEqual(write(priorityLevelConfigurations, level(lending, { name: 'exempt' })).errors, [])
  const { errors } = write(priorityLevelConfigurations, { ...limited({}), metadata: { name: 'catch-all' } })
  assert.match(errors.join(), /spec of 'catch-all' must equal the fixed value$/)
})

test('levels and schemas get the defaults of upstream', () => {
  assert.equal(write(flowSchemas, schema({})).object.spec.matchingPrecedence, 1000)
  assert.deepEqual(write(priorityLevelConfigurations, queuing({})).object.spec.limited, {
    nominalConcurrencyShares: 30,
    lendablePercent: 0,
    limitResponse: { type: 'Queue', queuing: { queues: 64, handSize: 8, queueLengthLimit: 50 } },
  })
  assert.deepEqual(
    write(priorityLevelConfigurations, level({ type: 'Exempt', exempt: {} }, { name: 'exempt' })).object.spec.exempt,
    { nominalConcurrencyShares: 0, lendablePercent: 0 },
  )
})

test('older versions name and default the shares in other ways', () => {
  const zero = 'flowcontrol.k8s.io/v1beta3-preserve-zero-concurrency-shares'
  const cases: [version: string, limited: object, annotations: object | undefined, shares: number][] = [
    ['v1beta3', {}, undefined, 30],
    ['v1beta3', { nominalConcurrencyShares: 7 }, undefined, 7],
    ['v1beta3', {}, { [zero]: '' }, 0],
    ['v1beta2', { assuredConcurrencyShares: 7 }, undefined, 7],
    ['v1beta1', {}, undefined, 30],
  ]
  for (const [name, shares, annotations, wanted] of cases) {
    const version = priorityLevelConfigurations.versions?.find(each => each.version === name)
    assert.ok(version)
    const manifest = limited(shares)
    const old = fromJson(version.type, {
      ...manifest,
      metadata: { name: 'l', ...(annotations ? { annotations } : {}) },
    })
    applyDefaults(version.type, old)
    const stored = { ...version.up(old), kind: 'PriorityLevelConfiguration' }
    assert.equal(stored.spec.limited?.nominalConcurrencyShares, wanted, name)
    assert.equal(stored.metadata.annotations, undefined)
    const back = version.down(stored) as typeof stored
    assert.deepEqual(version.up(back), stored, name)
    assert.deepEqual(back.metadata.annotations, annotations)
  }
})

test('rows tell what a level has', () => {
  const { object } = write(priorityLevelConfigurations, queuing({}))
  assert.deepEqual(Object.values(cells(priorityLevelConfigurations, object)), [
    'l',
    'Limited',
    30,
    64,
    8,
    50,
    '<unknown>',
  ])
})
