import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  bool,
  bytes,
  fields,
  int32,
  intOrString,
  list,
  map,
  object,
  one,
  quantity,
  root,
  string,
  stringMap,
  strings,
  time,
} from '../fields.ts'
import { rawExtension } from '../scalars/raw.ts'
import type { RootShape, Shape, Type } from '../types.ts'
import { DecodeError, decodeJson, encodeJson, fromJson, strictProblems, toJson } from './json.ts'

const meta = fields({ name: string(1), created: time(8), labels: stringMap(11) })
const Meta: Type<Shape<typeof meta>> = object('io.k8s.api.test.v1.Meta', meta)

const action = fields({ exec: strings(1), port: intOrString(2, { always: true }) })
const Action: Type<Shape<typeof action>> = object('io.k8s.api.test.v1.Action', action)

const part = fields({
  name: string(1, { always: true }),
  image: string(2),
  size: quantity(3),
  handler: one(7, Action, { inline: true, always: true }),
})
const Part: Type<Shape<typeof part> & Shape<typeof action>> = object('io.k8s.api.test.v1.Part', part)

const spec = fields({
  replicas: int32(1, { pointer: true }),
  parts: list(2, Part, { always: true }),
  resources: map(3, Part),
  paused: bool(4),
  data: map(5, rawExtension),
  secret: bytes(6),
  args: strings(7),
  optional: one(8, Meta, { pointer: true }),
  at: time(9, { always: true }),
})
const Spec: Type<Shape<typeof spec>> = object('io.k8s.api.test.v1.ThingSpec', spec)
const thing = fields({ metadata: one(1, Meta, { always: true }), spec: one(2, Spec, { always: true }) })
type Thing = RootShape<typeof thing>
const Thing: Type<Thing> = root('io.k8s.api.test.v1.Thing', thing)

const nothing = { metadata: {}, spec: { parts: [], at: '' } }

test('decoding gives the normal form', async t => {
  const cases: [name: string, given: unknown, normal: unknown][] = [
    ['nothing given fills in what is always there', {}, nothing],
    ['null is nothing', { metadata: null, spec: { parts: null, args: null, replicas: null } }, nothing],
    ['by value, zero and empty are absent', { spec: { paused: false, args: [], secret: '', resources: {} } }, nothing],
    [
      'behind a pointer, zero and empty are kept',
      { spec: { replicas: 0, optional: {} } },
      { metadata: {}, spec: { ...nothing.spec, replicas: 0, optional: {} } },
    ],
    [
      'scalars are made canonical',
      { metadata: { created: '2026-01-01T01:00:00+01:00' }, spec: { parts: [{ size: 0.5 }, null] } },
      {
        metadata: { created: '2026-01-01T00:00:00Z' },
        spec: {
          at: '',
          parts: [
            { name: '', port: 0, size: '500m' },
            { name: '', port: 0 },
          ],
        },
      },
    ],
    [
      'fields of an inline object stand in their parent',
      { spec: { parts: [{ name: 'a', exec: ['x'], port: '80%' }] } },
      { metadata: {}, spec: { at: '', parts: [{ name: 'a', exec: ['x'], port: '80%' }] } },
    ],
    [
      'a root keeps its apiVersion and kind',
      { kind: 'Thing', apiVersion: 'v1' },
      { kind: 'Thing', apiVersion: 'v1', ...nothing },
    ],
    [
      'a map takes any key',
      JSON.parse('{"metadata":{"labels":{"__proto__":"a","toString":"b"}}}'),
      { metadata: { labels: JSON.parse('{"__proto__":"a","toString":"b"}') }, spec: nothing.spec },
    ],
  ]
  for (const [name, given, normal] of cases) await t.test(name, () => assert.deepEqual(fromJson(Thing, given), normal))
})

test('a value of the wrong kind is refused in the words of Go', async t => {
  const cases: [given: unknown, path: string, message: string][] = [
    [[], '', 'json: cannot unmarshal array into Go value of type v1.Thing'],
    [{ spec: 'x' }, 'spec', 'json: cannot unmarshal string into Go struct field Thing.spec of type v1.ThingSpec'],
    [
      { spec: { parts: 'x' } },
      'spec.parts',
      'json: cannot unmarshal string into Go struct field ThingSpec.spec.parts of type []v1.Part',
    ],
    [
      { spec: { parts: [{}, { name: 7 }] } },
      'spec.parts[1].name',
      'json: cannot unmarshal number into Go struct field Part.spec.parts.name of type string',
    ],
    [
      { spec: { parts: [true] } },
      'spec.parts[0]',
      'json: cannot unmarshal bool into Go struct field ThingSpec.spec.parts of type v1.Part',
    ],
    [
      { spec: { replicas: 1.5 } },
      'spec.replicas',
      'json: cannot unmarshal number 1.5 into Go struct field ThingSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: 2 ** 31 } },
      'spec.replicas',
      'json: cannot unmarshal number 2147483648 into Go struct field ThingSpec.spec.replicas of type int32',
    ],
    [
      { spec: { replicas: '1' } },
      'spec.replicas',
      'json: cannot unmarshal string into Go struct field ThingSpec.spec.replicas of type int32',
    ],
    [
      { metadata: { labels: { a: 1 } } },
      'metadata.labels.a',
      'json: cannot unmarshal number into Go struct field Meta.metadata.labels of type string',
    ],
    [{ kind: 1 }, 'kind', 'json: cannot unmarshal number into Go struct field Thing.kind of type string'],
    [
      { spec: { resources: { a: { size: '1x' } } } },
      'spec.resources.a.size',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [{ metadata: { created: 5 } }, 'metadata.created', 'json: cannot unmarshal number into Go value of type string'],
    [{ spec: { secret: '*' } }, 'spec.secret', 'illegal base64 data at input byte 0'],
  ]
  for (const [given, path, message] of cases) {
    await t.test(message, () => assert.throws(() => fromJson(Thing, given), new DecodeError(path, message)))
  }
})

test('unknown and duplicate fields are dropped and reported', () => {
  const strict = strictProblems()
  const text =
    '{"spec":{"foo":1,"parts":[{"bar":{},"name":"a","name":"b"}],"paused":true,"paused":true},"x":1,"metadata":{"labels":{"k":"1","k":"2"}}}'
  const value = decodeJson(Thing, text, strict)
  assert.deepEqual(value, {
    metadata: { labels: { k: '2' } },
    spec: { at: '', paused: true, parts: [{ name: 'b', port: 0 }] },
  })
  assert.deepEqual(strict.problems, [
    'duplicate field "spec.parts[0].name"',
    'duplicate field "spec.paused"',
    'duplicate field "metadata.labels.k"',
    'unknown field "spec.foo"',
    'unknown field "spec.parts[0].bar"',
    'unknown field "x"',
  ])
})

test('a text that repeats no key reports none, whatever its strings hold', () => {
  const strict = strictProblems()
  decodeJson(Thing, '{"metadata":{"labels":{"a:b":"{\\":[","c":"\\\\"}}}', strict)
  assert.deepEqual(strict.problems, [])
})

test('printing has upstream order and shows what is always there', async t => {
  const cases: [name: string, value: unknown, text: string][] = [
    ['empty always-lists and unset times are null', nothing, '{"metadata":{},"spec":{"parts":null,"at":null}}'],
    ['a partial value is completed', {}, '{"metadata":{},"spec":{"parts":null,"at":null}}'],
    [
      'kind and apiVersion come first, then declaration order',
      {
        spec: { at: '2026-01-01T00:00:00Z', parts: [], replicas: 0 },
        metadata: { name: 'a' },
        apiVersion: 'v1',
        kind: 'Thing',
      },
      '{"kind":"Thing","apiVersion":"v1","metadata":{"name":"a"},"spec":{"replicas":0,"parts":null,"at":"2026-01-01T00:00:00Z"}}',
    ],
    [
      'what is by value and empty is not printed, nor is what the type does not know',
      {
        metadata: { name: '', labels: {}, other: 1 },
        spec: { paused: false, parts: [{ image: '', exec: [] }], args: undefined, replicas: null },
      },
      '{"metadata":{},"spec":{"parts":[{"name":"","port":0}],"at":null}}',
    ],
  ]
  for (const [name, value, text] of cases)
    await t.test(name, () => assert.equal(encodeJson(Thing, value as Thing), text))
})

test('a value in normal form and in order is printed without being copied', () => {
  const value = fromJson(Thing, {
    metadata: { name: 'a' },
    spec: { parts: [{ name: 'a', exec: ['b'], port: 1 }], at: '2026-01-01T00:00:00Z' },
  })
  assert.equal(toJson(Thing, value), value)
})

test('printing leaves a frozen value as it is', () => {
  const value = Object.freeze({ spec: Object.freeze({ parts: Object.freeze([Object.freeze({ port: 1 })]) }) })
  assert.equal(
    encodeJson(Thing, value as unknown as Thing),
    '{"metadata":{},"spec":{"parts":[{"name":"","port":1}],"at":null}}',
  )
})

interface Nest {
  inner?: Nest
}
const Nest: Type<Nest> = object(
  'io.k8s.api.test.v1.Nest',
  fields({ inner: one(1, (): Type<Nest> => Nest, { pointer: true }) }),
)

test('a type may hold itself, as deep as text may nest', () => {
  const text = `${'{"inner":'.repeat(998)}{}${'}'.repeat(998)}`
  assert.equal(encodeJson(Nest, decodeJson(Nest, text)), text)
})
