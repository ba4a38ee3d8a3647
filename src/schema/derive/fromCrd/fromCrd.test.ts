import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodeJson, fromJson } from '../../codec/json.ts'
import { fields, object, string, stringMap } from '../../fields.ts'
import { describeError } from '../../rules/errors.ts'
import { at } from '../../rules/path.ts'
import type { Structural } from '../../structural.ts'
import type { Type } from '../../types.ts'
import { applyDefaults } from '../defaults.ts'
import { checkListTypes } from './listTypes.ts'
import { typeFromSchema } from './type.ts'
import { validateValue } from './validate.ts'

const metadata: Type<unknown> = object('ObjectMeta', fields({ name: string(1), labels: stringMap(2) }))
const typeOf = (schema: Structural) => typeFromSchema<Record<string, unknown>>(schema, { name: 'x.T', metadata })
/** The schema of a kind whose spec is this. */
const withSpec = (spec: Structural): Structural => ({ type: 'object', properties: { spec } })
const kind = { kind: 'T', apiVersion: 'example.com/v1', metadata: {} }

function decoded(schema: Structural, object: unknown): { value: unknown; unknown: string[] } {
  const unknown: string[] = []
  const value = fromJson(typeOf(schema), object, { unknown: path => void unknown.push(path) })
  return { value, unknown }
}

const anyObject: Structural = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }

const pruned: readonly [string, Structural, unknown, unknown, string[]][] = [
  [
    'a field that is named',
    withSpec({ type: 'object', properties: { a: { type: 'string' } } }),
    { a: 'x' },
    { a: 'x' },
    [],
  ],
  [
    'a field that is not',
    withSpec({ type: 'object', properties: { a: { type: 'string' } } }),
    { b: 1 },
    {},
    ['spec.b'],
  ],
  [
    'everything where unknown fields are kept',
    withSpec(anyObject),
    { b: { c: [1, null] } },
    { b: { c: [1, null] } },
    [],
  ],
  [
    'what is named inside fields that are kept',
    withSpec({ ...anyObject, properties: { a: { type: 'object', properties: {} } } }),
    { a: { x: 1 }, b: { x: 1 } },
    { a: {}, b: { x: 1 } },
    ['spec.a.x'],
  ],
  [
    'elements and values',
    withSpec({
      type: 'object',
      properties: {
        list: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
        map: { type: 'object', additionalProperties: { type: 'object', properties: { a: { type: 'string' } } } },
      },
    }),
    { list: [{ a: 'x', b: 'y' }], map: { k: { a: 'x', b: 'y' } } },
    { list: [{ a: 'x' }], map: { k: { a: 'x' } } },
    ['spec.list[0].b', 'spec.map.k.b'],
  ],
  [
    'values of another kind',
    withSpec({ type: 'object', properties: { a: { type: 'array', items: { type: 'string' } } } }),
    { a: 'x' },
    { a: 'x' },
    [],
  ],
  [
    'null, where it is no value and nothing stands in its place',
    withSpec({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string', nullable: true }, c: { type: 'string', default: 'd' } },
    }),
    { a: null, b: null, c: null },
    { b: null, c: null },
    [],
  ],
  [
    'a resource inside, with its metadata',
    withSpec({ type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: anyObject } }),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'n', foo: 1 }, spec: { x: 1 }, status: {} },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'n' }, spec: { x: 1 } },
    ['spec.metadata.foo', 'spec.status'],
  ],
  [
    'empty and zero values',
    withSpec({
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'integer' }, c: { type: 'array', items: { type: 'string' } } },
    }),
    { a: '', b: 0, c: [] },
    { a: '', b: 0, c: [] },
    [],
  ],
]

for (const [what, schema, spec, wanted, unknown] of pruned) {
  test(`decoding prunes or keeps ${what}`, () => {
    const result = decoded(schema, { ...kind, spec })
    assert.deepEqual(result, { value: { ...kind, spec: wanted }, unknown })
  })
}

test('top-level fields that no schema names are dropped, but for those every object has', () => {
  const result = decoded({ type: 'object', properties: {} }, { ...kind, metadata: { name: 'a' }, foo: 1 })
  assert.deepEqual(result, { value: { ...kind, metadata: { name: 'a' } }, unknown: ['foo'] })
})

const defaulted: readonly [string, Structural, unknown, unknown][] = [
  ['absent', { type: 'object', properties: { a: { type: 'string', default: 'x' } } }, {}, { a: 'x' }],
  ['null', { type: 'object', properties: { a: { type: 'string', default: 'x' } } }, { a: null }, { a: 'x' }],
  [
    'null that is a value',
    { type: 'object', properties: { a: { type: 'string', default: 'x', nullable: true } } },
    { a: null },
    { a: null },
  ],
  ['there', { type: 'object', properties: { a: { type: 'string', default: 'x' } } }, { a: '' }, { a: '' }],
  [
    'inside a default',
    {
      type: 'object',
      properties: { a: { type: 'object', default: {}, properties: { b: { type: 'integer', default: 1 } } } },
    },
    {},
    { a: { b: 1 } },
  ],
  [
    'inside elements and values',
    {
      type: 'object',
      properties: {
        list: { type: 'array', items: { type: 'object', properties: { b: { type: 'integer', default: 1 } } } },
        map: {
          type: 'object',
          additionalProperties: { type: 'object', properties: { b: { type: 'integer', default: 1 } } },
        },
      },
    },
    { list: [{}, { b: 2 }], map: { k: {} } },
    { list: [{ b: 1 }, { b: 2 }], map: { k: { b: 1 } } },
  ],
  [
    'a null element',
    { type: 'object', properties: { a: { type: 'array', items: { type: 'string', default: 'x' } } } },
    { a: [null, 'y'] },
    { a: ['x', 'y'] },
  ],
  [
    'of another kind',
    { type: 'object', properties: { a: { type: 'array', items: { type: 'string', default: 'x' } } } },
    { a: 1 },
    { a: 1 },
  ],
]

for (const [what, spec, given, wanted] of defaulted) {
  test(`a default is filled in, or not, where the value is ${what}`, () => {
    const schema = withSpec(spec)
    const type = typeOf(schema)
    const value = fromJson(type, { ...kind, spec: given })
    applyDefaults(type, value)
    assert.deepEqual(value.spec, wanted)
  })
}

test('an object is printed with kind and metadata first, and otherwise as it is', () => {
  const type = typeOf(withSpec({ type: 'object', properties: { a: { type: 'string', nullable: true } } }))
  const value = fromJson(type, { spec: { a: null }, metadata: { name: 'n' }, kind: 'T', apiVersion: 'v' })
  assert.equal(encodeJson(type, value), '{"kind":"T","apiVersion":"v","metadata":{"name":"n"},"spec":{"a":null}}')
})

const wrong: readonly [Structural, unknown, string[]][] = [
  [{ type: 'integer' }, 'x', ['spec: Invalid value: "string": spec in body must be of type integer: "string"']],
  [{ type: 'string' }, null, ['spec: Invalid value: "null": spec in body must be of type string: "null"']],
  [{ type: 'string', nullable: true }, null, []],
  [
    { type: 'integer' },
    1.5,
    [
      'spec: Invalid value: "number": spec in body must be of type integer: "number"',
      '<nil>: Invalid value: "": Checked value must be of type integer (default format) in spec',
    ],
  ],
  [
    { type: 'integer', format: 'int32' },
    2 ** 31,
    ['<nil>: Invalid value: "": Checked value must be of type integer with format int32 in spec'],
  ],
  [{ type: 'number' }, 1, []],
  [{ type: 'integer', minimum: 1 }, 0, ['spec: Invalid value: 0: spec in body should be greater than or equal to 1']],
  [
    { type: 'integer', maximum: 1, exclusiveMaximum: true },
    1,
    ['spec: Invalid value: 1: spec in body should be less than 1'],
  ],
  [{ type: 'integer', multipleOf: 5 }, 7, ['spec: Invalid value: 7: spec in body should be a multiple of 5']],
  [{ type: 'string', minLength: 2 }, 'é', ['spec: Invalid value: "é": spec in body should be at least 2 chars long']],
  [{ type: 'string', maxLength: 2 }, 'abc', ['spec: Too long: may not be more than 2 bytes']],
  [{ type: 'string', pattern: '^a+$' }, 'b', [`spec: Invalid value: "b": spec in body should match '^a+$'`]],
  [{ type: 'string', enum: ['b', 'a'] }, 'c', ['spec: Unsupported value: "c": supported values: "b", "a"']],
  [{ type: 'string', format: 'date' }, 'x', ['spec: Invalid value: "x": spec in body must be of type date: "x"']],
  [{ type: 'string', format: 'date-time' }, '2026-01-02T03:04:05Z', []],
  [{ type: 'string', format: 'unheard-of' }, 'x', []],
  [
    { type: 'array', items: { type: 'string' }, maxItems: 1 },
    ['a', 2],
    [
      'spec[1]: Invalid value: "integer": spec[1] in body must be of type string: "integer"',
      'spec: Too many: 2: must have at most 1 item',
    ],
  ],
  [
    { type: 'array', items: { type: 'string' }, minItems: 1 },
    [],
    ['spec: Invalid value: 0: spec in body should have at least 1 items'],
  ],
  [{ type: 'object', required: ['a'], properties: { a: { type: 'string' } } }, {}, ['spec.a: Required value']],
  [
    { type: 'object', additionalProperties: { type: 'string' } },
    { k: 1 },
    ['spec.k: Invalid value: "integer": spec.k in body must be of type string: "integer"'],
  ],
  [
    { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 1 },
    { a: '', b: '' },
    ['spec: Too many: 2: must have at most 1 item'],
  ],
  [
    { 'x-kubernetes-int-or-string': true },
    true,
    ['spec: Invalid value: "boolean": spec in body must be of type integer,string: "boolean"'],
  ],
  [
    { 'x-kubernetes-int-or-string': true, pattern: '^\\d+%$' },
    '5',
    [`spec: Invalid value: "5": spec in body should match '^\\d+%$'`],
  ],
  [
    { type: 'object', anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    {},
    ['<nil>: Invalid value: "": "spec" must validate at least one schema (anyOf)', 'spec.a: Required value'],
  ],
  [
    { type: 'object', oneOf: [{ required: ['a'] }, { required: ['b'] }] },
    { a: 1, b: 2 },
    ['<nil>: Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives'],
  ],
  [
    { type: 'string', allOf: [{ minLength: 2 }, { maxLength: 3 }] },
    'abcd',
    [
      'spec: Too long: may not be more than 3 bytes',
      '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf)',
    ],
  ],
  [
    { type: 'string', not: { enum: ['a'] } },
    'a',
    ['<nil>: Invalid value: "": "spec" must not validate the schema (not)'],
  ],
]

for (const [spec, value, errors] of wrong) {
  test(`${JSON.stringify(spec)} finds of ${JSON.stringify(value)} what upstream finds`, () => {
    assert.deepEqual(validateValue(withSpec(spec), { spec: value }, { isRoot: true }).map(describeError), errors)
  })
}

test('what did not change is not complained about, where it can be told', () => {
  const item: Structural = {
    type: 'object',
    required: ['name'],
    properties: { name: { type: 'string' }, v: { type: 'integer', minimum: 5 } },
  }
  const map: Structural = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: item,
  }
  const schema = withSpec({
    type: 'object',
    properties: { map, atomic: { type: 'array', items: item }, n: { type: 'integer', minimum: 5 } },
  })
  const check = (next: unknown, old: unknown) =>
    validateValue(schema, { spec: next }, { isRoot: true, old: { spec: old } }).map(error => error.field)
  const bad = { name: 'a', v: 1 }
  assert.deepEqual(check({ n: 1, map: [bad] }, { n: 1, map: [bad] }), [])
  assert.deepEqual(check({ n: 1, map: [{ name: 'b', v: 9 }, bad] }, { n: 1, map: [bad] }), [])
  assert.deepEqual(check({ n: 2, map: [{ name: 'a', v: 2 }] }, { n: 1, map: [bad] }), ['spec.map[0].v', 'spec.n'])
  assert.deepEqual(check({ atomic: [bad] }, { atomic: [bad] }), [])
  assert.deepEqual(check({ atomic: [bad, { name: 'b', v: 9 }] }, { atomic: [bad] }), ['spec.atomic[0].v'])
})

test('elements of sets and keys of maps stand once', () => {
  const set: Structural = { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } }
  const one: Structural = {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['a'],
    items: { type: 'object' },
  }
  const two: Structural = { ...one, 'x-kubernetes-list-map-keys': ['a', 'b'] }
  const schema: Structural = { type: 'object', properties: { set, one, two } }
  const value = {
    set: ['x', 'y', 'x', 'x'],
    one: [{ a: 1, c: 1 }, { a: 1 }],
    two: [{ a: 1, b: 1 }, { a: 1 }, { b: 1, a: 1 }],
  }
  assert.deepEqual(checkListTypes(schema, value, at()).map(describeError), [
    'set[2]: Duplicate value: "x"',
    'one[1]: Duplicate value: {"a":1}',
    'two[2]: Duplicate value: {"a":1,"b":1}',
  ])
})

test('patterns that would take others forever take no time', () => {
  const schema: Structural = { type: 'string', pattern: '^(a+)+$' }
  const [error] = validateValue(schema, `${'a'.repeat(50_000)}b`)
  assert.equal(error?.type, 'FieldValueInvalid')
})
