import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CustomResourceDefinition, customResourceDefinitions } from '../../../api/index.ts'
import type { KubeObject } from '../../../api/meta/objectMeta.ts'
import { fromJson } from '../../../schema/codec/json.ts'
import { describeError } from '../../../schema/rules/errors.ts'
import type { Structural, StructuralRule } from '../../../schema/structural.ts'
import { celChecks } from './check.ts'
import { expressionRules } from './definition.ts'

const spec = (rules: readonly StructuralRule[], rest: Structural = {}): Structural => ({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': rules,
      properties: { min: { type: 'integer' }, max: { type: 'integer' }, name: { type: 'string' } },
      ...rest,
    },
  },
})

const problems = (schema: Structural, value: unknown, old?: unknown) =>
  celChecks(schema)?.(
    { spec: value } as unknown as KubeObject,
    old === undefined ? undefined : ({ spec: old } as unknown as KubeObject),
  ).map(describeError)

const cases: readonly [string, StructuralRule, unknown, unknown, string[]][] = [
  ['is kept', { rule: 'self.min <= self.max' }, { min: 1, max: 2 }, undefined, []],
  [
    'is not kept',
    { rule: 'self.min <= self.max' },
    { min: 3, max: 2 },
    undefined,
    ['spec: Invalid value: failed rule: self.min <= self.max'],
  ],
  ['has a message', { rule: 'false', message: ' no ' }, {}, undefined, ['spec: Invalid value: no']],
  [
    'makes its message',
    { rule: 'false', messageExpression: '"min is " + string(self.min)' },
    { min: 3 },
    undefined,
    ['spec: Invalid value: min is 3'],
  ],
  [
    'makes no message',
    { rule: 'false', message: 'plain', messageExpression: 'string(self.min)' },
    {},
    undefined,
    ['spec: Invalid value: plain'],
  ],
  [
    'has a reason and a path',
    { rule: 'false', reason: 'FieldValueForbidden', fieldPath: '.min', message: 'no' },
    {},
    undefined,
    ['spec.min: Forbidden: no'],
  ],
  [
    'fails',
    { rule: 'self.min > 0' },
    {},
    undefined,
    ['spec: Invalid value: "object": no such key: min evaluating rule: self.min > 0'],
  ],
  [
    'compares with the old value',
    { rule: 'self.min >= oldSelf.min', message: 'shrinks' },
    { min: 1 },
    { min: 2 },
    ['spec: Invalid value: shrinks'],
  ],
  ['compares with an old value that is not there', { rule: 'self.min >= oldSelf.min' }, { min: 1 }, undefined, []],
  [
    'may have no old value',
    { rule: 'oldSelf.hasValue() || self.min == 0', optionalOldSelf: true, message: 'begins at 0' },
    { min: 1 },
    undefined,
    ['spec: Invalid value: begins at 0'],
  ],
  [
    'was not kept before, and nothing changed',
    { rule: 'self.min <= self.max' },
    { min: 3, max: 2 },
    { min: 3, max: 2 },
    [],
  ],
]

for (const [what, rule, value, old, errors] of cases) {
  test(`a rule that ${what} is told as upstream tells it`, () => {
    assert.deepEqual(problems(spec([rule]), value, old), errors)
  })
}

test('rules of elements, values and scalars stand with their paths', () => {
  const positive: Structural = {
    type: 'integer',
    'x-kubernetes-validations': [{ rule: 'self > 0', message: 'positive' }],
  }
  const schema = spec([], {
    properties: {
      list: { type: 'array', items: positive },
      map: { type: 'object', additionalProperties: positive },
    },
  })
  assert.deepEqual(problems(schema, { list: [1, -1], map: { a: 0 } }), [
    'spec.list[1]: Invalid value: -1: positive',
    'spec.map[a]: Invalid value: 0: positive',
  ])
})

test('a schema without rules costs nothing', () => {
  assert.equal(celChecks({ type: 'object', properties: { spec: { type: 'object' } } }), undefined)
})

const definitionOf = (schema: Structural) => {
  const made = fromJson(CustomResourceDefinition, {
    metadata: { name: 'foos.example.com' },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  })
  customResourceDefinitions.defaults?.(made)
  return made
}
const here = 'spec.validation.openAPIV3Schema.properties[spec]'
const text: Structural = { type: 'string' }

const definitions: readonly [string, Structural, RegExp | undefined][] = [
  ['that can be read', spec([{ rule: 'self.min < 5' }]), undefined],
  [
    'that cannot be read',
    spec([{ rule: 'self.min <' }]),
    /\.rule: Invalid value: \{"Rule":"self.min <".*compilation failed: ERROR/s,
  ],
  ['about a field that is not there', spec([{ rule: 'self.other < 5' }]), /undefined field 'other'/],
  ['that is no truth', spec([{ rule: 'self.min' }]), /cel expression must evaluate to a bool$/],
  [
    'whose message is no text',
    spec([{ rule: 'true', messageExpression: '1' }]),
    /\.messageExpression: .*messageExpression must evaluate to a string$/s,
  ],
  [
    'with an old value that is not used',
    spec([{ rule: 'true', optionalOldSelf: true }]),
    /\.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule$/,
  ],
  [
    'with an old value where none can be told',
    spec([], {
      properties: {
        l: {
          type: 'array',
          maxItems: 5,
          items: { ...text, maxLength: 5, 'x-kubernetes-validations': [{ rule: 'self == oldSelf' }] },
        },
      },
    }),
    /oldSelf cannot be used on the uncorrelatable portion of the schema within spec\.validation\.openAPIV3Schema\.properties\[spec\]\.properties\[l\]$/,
  ],
  [
    'that costs too much',
    spec([{ rule: 'self.l.all(x, self.l.all(y, x == y))' }], { properties: { l: { type: 'array', items: text } } }),
    /x-kubernetes-validations\[0\]\.rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x/,
  ],
]

for (const [what, schema, words] of definitions) {
  test(`a definition with a rule ${what} is told as upstream tells it`, () => {
    const [first] = expressionRules(definitionOf(schema), undefined).map(describeError)
    if (words) assert.match(first ?? '', words)
    else assert.equal(first, undefined)
    if (first) assert.ok(first.startsWith(here))
  })
}
