import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fields, int32, list, object, one, string, stringMap, strings } from '../fields.ts'
import { rawExtension } from '../scalars/raw.ts'
import type { Type } from '../types.ts'
import { PatchError } from './patchError.ts'
import { applyStrategicPatch } from './strategic.ts'

/** Freezes plain data through and through, so that a change of an input fails the test. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen)
  return value
}

const Env: Type<unknown> = object('io.k8s.api.test.v1.Env', fields({ name: string(1), value: string(2) }))
const Part: Type<unknown> = object(
  'io.k8s.api.test.v1.Part',
  fields({
    name: string(1),
    image: string(2),
    env: list(3, Env, { mergeKey: 'name', patchStrategy: 'merge' }),
    args: strings(4),
    limits: stringMap(5),
  }),
)
const Strategy: Type<unknown> = object(
  'io.k8s.api.test.v1.Strategy',
  fields({ type: string(1), rolling: one(2, Env, { pointer: true }) }),
)
const Spec: Type<unknown> = object(
  'io.k8s.api.test.v1.Spec',
  fields({
    parts: list(1, Part, { mergeKey: 'name', patchStrategy: 'merge' }),
    finalizers: strings(2, { patchStrategy: 'merge' }),
    strategy: one(3, Strategy, { patchStrategy: 'retainKeys' }),
    whole: one(4, Env, { patchStrategy: 'replace' }),
    replicas: int32(5),
    loose: list(6, Env),
    keyless: list(7, Env, { patchStrategy: 'merge' }),
    raw: one(8, rawExtension),
    labels: stringMap(9),
  }),
)

const [a, b, c] = [
  { name: 'a', image: '1' },
  { name: 'b', image: '2' },
  { name: 'c', image: '3' },
]

test('a strategic merge patch follows the type and the directives', async t => {
  const cases: [name: string, document: unknown, patch: unknown, result: unknown][] = [
    [
      'scalars and maps',
      { replicas: 1, labels: { a: '1', b: '2' } },
      { replicas: 2, labels: { a: null, c: '3' } },
      { replicas: 2, labels: { b: '2', c: '3' } },
    ],
    ['null removes', { replicas: 1 }, { replicas: null, labels: null }, {}],
    [
      'elements merge by key',
      { parts: [a, b] },
      { parts: [{ name: 'b', image: '9' }] },
      { parts: [a, { name: 'b', image: '9' }] },
    ],
    [
      'lists inside elements too',
      { parts: [{ name: 'a', env: [{ name: 'x', value: '1' }] }] },
      { parts: [{ name: 'a', env: [{ name: 'y', value: '2' }] }] },
      {
        parts: [
          {
            name: 'a',
            env: [
              { name: 'y', value: '2' },
              { name: 'x', value: '1' },
            ],
          },
        ],
      },
    ],
    ['a new element goes before those the patch does not name', { parts: [a] }, { parts: [b] }, { parts: [b, a] }],
    ['a new element beside a known one', { parts: [a, c] }, { parts: [b, { name: 'c' }] }, { parts: [b, a, c] }],
    ['no list before', {}, { parts: [a, { $patch: 'delete', name: 'b' }] }, { parts: [a] }],
    [
      'nulls of new parts are dropped',
      {},
      { strategy: { type: 'x', rolling: null }, parts: [{ name: 'a', image: null }] },
      { strategy: { type: 'x' }, parts: [{ name: 'a' }] },
    ],
    ['delete an element', { parts: [a, b] }, { parts: [{ $patch: 'delete', name: 'a' }] }, { parts: [b] }],
    ['delete what is not there', { parts: [a] }, { parts: [{ $patch: 'delete', name: 'x' }] }, { parts: [a] }],
    ['replace the list', { parts: [a, b] }, { parts: [{ $patch: 'replace' }, c] }, { parts: [c] }],
    [
      'replace an object',
      { strategy: { type: 'x', rolling: { name: 'y' } } },
      { strategy: { $patch: 'replace', type: 'z' } },
      { strategy: { type: 'z' } },
    ],
    ['delete an object', { labels: { a: '1' } }, { labels: { $patch: 'delete' } }, { labels: {} }],
    [
      'a field that is replaced',
      { whole: { name: 'x', value: 'y' } },
      { whole: { name: 'z' } },
      { whole: { name: 'z' } },
    ],
    [
      'a list without strategy is replaced',
      { loose: [{ name: 'x' }] },
      { loose: [{ name: 'y' }] },
      { loose: [{ name: 'y' }] },
    ],
    [
      'a list of scalars without strategy too',
      { parts: [{ name: 'a', args: ['x'] }] },
      { parts: [{ name: 'a', args: ['y'] }] },
      { parts: [{ name: 'a', args: ['y'] }] },
    ],
    ['scalars merge as a set', { finalizers: ['a', 'b'] }, { finalizers: ['b', 'c'] }, { finalizers: ['a', 'b', 'c'] }],
    [
      'scalars are deleted',
      { finalizers: ['a', 'b', 'c'] },
      { '$deleteFromPrimitiveList/finalizers': ['b', 'x'] },
      { finalizers: ['a', 'c'] },
    ],
    [
      'scalars deleted and added',
      { finalizers: ['a', 'b'] },
      { '$deleteFromPrimitiveList/finalizers': ['a'], finalizers: ['c'] },
      { finalizers: ['c', 'b'] },
    ],
    [
      'order of elements',
      { parts: [a, b, c] },
      { '$setElementOrder/parts': [{ name: 'c' }, { name: 'a' }, { name: 'b' }] },
      { parts: [c, a, b] },
    ],
    [
      'order with a change',
      { parts: [a, b] },
      { '$setElementOrder/parts': [{ name: 'b' }, { name: 'a' }], parts: [{ name: 'b', image: '9' }] },
      { parts: [{ name: 'b', image: '9' }, a] },
    ],
    [
      'elements that the order does not name keep their place',
      { parts: [a, b, c] },
      { '$setElementOrder/parts': [{ name: 'c' }, { name: 'b' }] },
      { parts: [a, c, b] },
    ],
    [
      'order with an addition and a deletion',
      { parts: [a, b] },
      { '$setElementOrder/parts': [{ name: 'c' }, { name: 'b' }], parts: [c, { $patch: 'delete', name: 'a' }] },
      { parts: [c, b] },
    ],
    [
      'order of a list that was not there',
      {},
      { '$setElementOrder/parts': [{ name: 'a' }, { name: 'b' }], parts: [a, b] },
      { parts: [a, b] },
    ],
    [
      'order of scalars',
      { finalizers: ['a', 'b'] },
      { '$setElementOrder/finalizers': ['c', 'b', 'a'], finalizers: ['c'] },
      { finalizers: ['c', 'b', 'a'] },
    ],
    ['order of nothing', {}, { '$setElementOrder/parts': [{ name: 'a' }] }, {}],
    [
      'retained keys',
      { strategy: { type: 'Rolling', rolling: { name: 'x' } } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'raw JSON merges plainly',
      { raw: { a: [1], b: { c: 1 } } },
      { raw: { a: [2], b: { d: 2 } } },
      { raw: { a: [2], b: { c: 1, d: 2 } } },
    ],
    ['a change of kind', { raw: { a: {} } }, { raw: { a: [1] } }, { raw: { a: [1] } }],
    ['unknown fields', {}, { odd: { x: 1 } }, { odd: { x: 1 } }],
    ['replace all', { replicas: 1 }, { $patch: 'replace', labels: {} }, { labels: {} }],
    ['nothing', { parts: [a] }, {}, { parts: [a] }],
    [
      'odd keys',
      { labels: {} },
      JSON.parse('{"labels":{"__proto__":"x"}}'),
      JSON.parse('{"labels":{"__proto__":"x"}}'),
    ],
  ]
  for (const [name, document, patch, result] of cases) {
    await t.test(name, () => assert.deepEqual(applyStrategicPatch(Spec, frozen(document), frozen(patch)), result))
  }
})

test('a strategic merge patch that cannot be followed is refused in the words of upstream', async t => {
  const document = frozen({ parts: [a], strategy: { type: 'x' }, keyless: [{ name: 'x' }], finalizers: ['a'] })
  const cases: [patch: unknown, code: PatchError['code'], message: string][] = [
    [[], 400, 'json: cannot unmarshal array into Go value of type map[string]interface {}'],
    [{ parts: [{ image: 'x' }] }, 500, 'map: map[image:x] does not contain declared merge key: name'],
    [{ parts: [{ $patch: 'delete' }] }, 500, 'map: map[$patch:delete] does not contain declared merge key: name'],
    [{ parts: [{ $patch: 'merge' }] }, 500, 'merging lists cannot yet be specified in the patch'],
    [{ parts: [{ $patch: 'odd', name: 'a' }] }, 500, 'unknown patch type: odd in map: map[$patch:odd name:a]'],
    [{ strategy: { $patch: 'odd' } }, 500, 'unknown patch type: odd in map: map[$patch:odd]'],
    [{ strategy: { $retainKeys: ['rolling'], type: 'x' } }, 422, "patch content doesn't match retainKeys list"],
    [{ strategy: { $retainKeys: 'x' } }, 400, 'invalid patch format of retainKeys'],
    [{ keyless: [{ name: 'y' }] }, 500, 'cannot merge lists without merge key for Env'],
    [{ finalizers: [['x']] }, 422, 'lists of lists are not supported'],
    [
      { '$setElementOrder/parts': [{ name: 'b' }], parts: [b, c] },
      500,
      "The order in patch list:\n[map[image:2 name:b] map[image:3 name:c]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
    ],
    [{ $setElementOrder: [] }, 400, 'invalid patch format of setElementOrder list'],
    [{ $deleteFromPrimitiveList: [] }, 400, 'invalid patch format of primitive list'],
  ]
  for (const [patch, code, message] of cases) {
    await t.test(message, () =>
      assert.throws(() => applyStrategicPatch(Spec, document, patch), new PatchError(code, message)),
    )
  }
})

test('merging long lists takes time in proportion', () => {
  const long = (from: number) =>
    Array.from({ length: 50_000 }, (_, index) => ({ name: `n${from + index}`, image: 'x' }))
  const result = applyStrategicPatch(Spec, { parts: long(0) }, { parts: long(25_000) }) as { parts: unknown[] }
  assert.equal(result.parts.length, 75_000)
})
