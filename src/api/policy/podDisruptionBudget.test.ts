import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cells, write } from '../../testing/writes.ts'
import { type PodDisruptionBudget, podDisruptionBudgets } from './podDisruptionBudget.ts'

const manifest = (spec: object) => ({ metadata: { name: 'b', namespace: 'default' }, spec })

test('a budget that makes no sense is refused with the field and the reason', () => {
  const cases: [spec: object, errors: string[]][] = [
    [{ minAvailable: 1, selector: {} }, []],
    [{}, []],
    [
      { minAvailable: 1, maxUnavailable: 1 },
      [
        'spec: Invalid value: {"minAvailable":1,"maxUnavailable":1}: minAvailable and maxUnavailable cannot be both set',
      ],
    ],
    [{ minAvailable: -1 }, ['spec.minAvailable: Invalid value: -1: must be greater than or equal to 0']],
    [{ maxUnavailable: '101%' }, ['spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%']],
    [
      { unhealthyPodEvictionPolicy: 'Never' },
      [
        'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
      ],
    ],
    [
      { selector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } },
      [
        "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
      ],
    ],
  ]
  for (const [spec, errors] of cases)
    assert.deepEqual(write(podDisruptionBudgets, manifest(spec)).errors, errors, JSON.stringify(spec))
})

test('an empty selector keeps its meaning between versions', () => {
  const [beta] = podDisruptionBudgets.versions ?? []
  assert.ok(beta)
  const key = 'pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match'
  const budget = (selector?: object) =>
    write(podDisruptionBudgets, manifest(selector ? { selector } : {})).object as PodDisruptionBudget
  const none = { matchExpressions: [{ key, operator: 'Exists' }] }
  const all = { matchExpressions: [{ key, operator: 'DoesNotExist' }] }
  const cases: [beta: object | undefined, stored: object | undefined][] = [
    [undefined, undefined],
    [{}, none],
    [all, {}],
    [{ matchLabels: { a: 'b' } }, { matchLabels: { a: 'b' } }],
  ]
  for (const [older, stored] of cases) {
    const down = { ...budget(stored), apiVersion: 'policy/v1beta1' }
    assert.deepEqual(beta.down({ ...budget(stored), apiVersion: 'policy/v1' }), {
      ...down,
      spec: older ? { selector: older } : {},
    })
    assert.deepEqual(beta.up(beta.down({ ...budget(stored), apiVersion: 'policy/v1' })), {
      ...budget(stored),
      apiVersion: 'policy/v1',
    })
  }
  assert.deepEqual(budget({ matchExpressions: [...none.matchExpressions, { key: 'a', operator: 'Exists' }] }).spec, {
    selector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] },
  })
})

test('what is reported of a budget is held to its bounds', () => {
  const { status } = podDisruptionBudgets.subresources ?? {}
  assert.ok(status?.form === 'view')
  const { object } = write(podDisruptionBudgets, manifest({}))
  const condition = {
    type: 'DisruptionAllowed',
    status: 'True' as const,
    message: '',
    reason: '-',
    lastTransitionTime: '',
  }
  const next = { ...object.status, currentHealthy: -1, conditions: [condition, condition] }
  assert.deepEqual(
    status.rules?.({ ...object, status: next }, object).map(({ field }) => field),
    [
      'status.conditions[0].lastTransitionTime',
      'status.conditions[0].reason',
      'status.conditions[1].type',
      'status.conditions[1].lastTransitionTime',
      'status.conditions[1].reason',
      'status.currentHealthy',
    ],
  )
})

test('budgets are shown as kubectl shows them', () => {
  assert.deepEqual(cells(podDisruptionBudgets, write(podDisruptionBudgets, manifest({ minAvailable: '50%' })).object), {
    Name: 'b',
    'Min Available': '50%',
    'Max Unavailable': 'N/A',
    'Allowed Disruptions': 0,
    Age: '<unknown>',
  })
})
