import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from '../../schema/rules/errors.ts'
import { type LimitRange, type LimitRangeItem, limitRanges } from './limitRange.ts'
import type { ResourceList } from './resourceList.ts'
import { type ResourceQuota, resourceQuotas } from './resourceQuota.ts'

const range = (...limits: object[]) => ({ metadata: { name: 'r' }, spec: { limits } }) as unknown as LimitRange
const limits: readonly [what: string, item: object, wanted: readonly string[]][] = [
  ['a good one', { type: 'Container', min: { cpu: '1' }, max: { cpu: '2' }, default: { cpu: '2' } }, []],
  ['one of its own', { type: 'example.com/x', max: { storage: '1' } }, []],
  [
    'no type',
    { type: 'Node' },
    ['spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified'],
  ],
  [
    'pods that have defaults',
    { type: 'Pod', default: { cpu: '1' } },
    ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
  ],
  [
    'claims without storage',
    { type: 'PersistentVolumeClaim', max: { cpu: '1' } },
    [
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ],
  ],
  [
    'the least above the most',
    { type: 'Container', min: { cpu: '2' }, max: { cpu: '1' } },
    ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
  ],
  [
    'a default above the most',
    { type: 'Container', max: { cpu: '1' }, default: { cpu: '2' } },
    ['spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1'],
  ],
  [
    'ratios',
    { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '3', memory: '500m' } },
    [
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "3": ratio 3 is greater than max/min = 2.000000',
      'spec.limits[0].maxLimitRequestRatio[memory]: Invalid value: "500m": ratio 500m is less than 1',
    ],
  ],
  [
    'huge pages that are overcommitted',
    { type: 'Container', default: { 'hugepages-2Mi': '4Mi' }, defaultRequest: { 'hugepages-2Mi': '2Mi' } },
    [
      'spec.limits[0].defaultRequest[hugepages-2Mi]: Invalid value: "2Mi": default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi',
    ],
  ],
]
for (const [what, item, wanted] of limits)
  test(`limit range rules: ${what}`, () =>
    assert.deepEqual(limitRanges.rules?.(range(item), undefined).map(describeError), wanted))

test('limits of containers fill each other in', () => {
  const cases: readonly [item: Partial<LimitRangeItem>, usual: ResourceList, request: ResourceList][] = [
    [{ max: { cpu: '2' } }, { cpu: '2' }, { cpu: '2' }],
    [{ min: { cpu: '1' } }, {}, { cpu: '1' }],
    [
      { min: { cpu: '1' }, default: { cpu: '3' }, max: { memory: '4' } },
      { cpu: '3', memory: '4' },
      { cpu: '3', memory: '4' },
    ],
    [{ defaultRequest: { cpu: '1' }, default: { cpu: '3' } }, { cpu: '3' }, { cpu: '1' }],
  ]
  for (const [item, usual, request] of cases) {
    const object = range({ type: 'Container', ...item })
    limitRanges.defaults?.(object)
    const [filled] = object.spec.limits
    assert.deepEqual([filled?.default, filled?.defaultRequest], [usual, request])
  }
})

const quota = (spec: object, status: object = {}) =>
  ({ metadata: { name: 'q' }, spec, status }) as unknown as ResourceQuota
const selecting = (scopeName: string, operator: string, values?: string[]) => ({
  scopeSelector: { matchExpressions: [{ scopeName, operator, ...(values ? { values } : {}) }] },
})
const path = 'spec.scopeSelector.matchExpressions'
const quotas: readonly [what: string, spec: object, wanted: readonly string[]][] = [
  ['a good one', { hard: { pods: '2', 'limits.cpu': '1', 'count/x.y': '3', 'requests.hugepages-2Mi': '1Gi' } }, []],
  [
    'a resource nobody counts',
    { hard: { storage: '1' } },
    ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
  ],
  [
    'half an object, and less than nothing',
    { hard: { pods: '500m', cpu: '-1' } },
    [
      'spec.hard[pods]: Invalid value: "500m": must be an integer',
      'spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ],
  ],
  [
    'scopes that contradict each other',
    { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] },
    ['spec.scopes: Invalid value: ["BestEffort","NotBestEffort"]: conflicting scopes'],
  ],
  [
    'a scope that says nothing about a resource',
    { hard: { cpu: '1' }, scopes: ['BestEffort'] },
    ['spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource'],
  ],
  ['a priority', { hard: { pods: '1' }, ...selecting('PriorityClass', 'In', ['high']) }, []],
  [
    'a priority that is none',
    { hard: { pods: '1' }, ...selecting('PriorityClass', 'In') },
    [
      `${path}.values: Required value: must be at least one value when \`operator\` is 'In' or 'NotIn' for scope selector`,
    ],
  ],
  [
    'an operator that is none',
    { hard: { pods: '1' }, ...selecting('PriorityClass', 'Like', ['x']) },
    [`${path}.operator: Invalid value: "Like": not a valid selector operator`],
  ],
]
for (const [what, spec, wanted] of quotas)
  test(`quota rules: ${what}`, () =>
    assert.deepEqual(resourceQuotas.rules?.(quota(spec), undefined).map(describeError), wanted))

test('the scopes of a quota stay as they are', () => {
  const update = resourceQuotas.changes?.updateRules
  const old = quota({ scopes: ['Terminating'] })
  assert.deepEqual(update?.(quota({ scopes: ['Terminating'] }), old), [])
  assert.deepEqual(update?.(quota({ scopes: [] }), old).map(describeError), [
    'spec.scopes: Invalid value: []: field is immutable',
  ])
})

test('a quota shows what is used of what', () => {
  const object = quota({}, { hard: { pods: '5', 'limits.cpu': '2', cpu: '1' }, used: { pods: '1' } })
  assert.deepEqual(
    resourceQuotas.columns?.slice(1, 3).map(({ cell }) => cell(object, 0)),
    ['cpu: 0/1, pods: 1/5', 'limits.cpu: 0/2'],
  )
})
